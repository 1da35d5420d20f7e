"""The files that begin first are there."""

from __future__ import annotations

from tests.conftest import LONGEST
from tests.house.source import ROOT


def test_every_file_that_begins_first_is_there() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []
