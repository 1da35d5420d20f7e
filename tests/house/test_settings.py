"""Every setting is explained, and nothing is explained that is no setting."""

from __future__ import annotations

import re

from mailbox_service.base.settings import PREFIX, SECRETS, Settings
from tests.house.source import ROOT

EXPLAINED = ROOT / "docs" / "settings.md"


def test_every_setting_is_explained():
    explained = names_in(EXPLAINED)

    assert sorted(known() - explained) == []


def test_every_explained_setting_exists():
    also = {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS} | {f"{PREFIX}CONFIG"}

    assert sorted(names_in(EXPLAINED) - known() - also) == []


def known():
    return {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def names_in(path):
    return set(re.findall(rf"{PREFIX}[A-Z0-9_]*[A-Z0-9]", path.read_text("utf-8")))
