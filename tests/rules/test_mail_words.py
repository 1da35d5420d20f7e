"""Every mail to citizens and staff says words in every language: no key, no unfilled place, no English left over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.settings import Settings
from mailbox_service.mail import links, notices, sheets
from tests.house.shown import oversights, read_aloud

NUMBER = "2026-0001234-5"
SETTINGS = Settings(secret=SecretStr("a secret of more than thirty-two characters"))
every_language = pytest.mark.parametrize("lang", LANGUAGES)


@every_language
@pytest.mark.parametrize("notice", [*notices.TO_CITIZENS, notices.NEWS])
def test_a_mail_to_a_citizen(notice, lang):
    sheet = replace(filled_in(lang), refuse_href=links.STOP, lead="道路局", body="法院", due="27.2.", text="Hi.")

    mail = sheets.filled(SETTINGS, notice, sheet, NUMBER, lang)

    assert wrong_in(mail, lang) == []


@every_language
@pytest.mark.parametrize("notice", [*notices.TO_STAFF, notices.NEWS])
def test_a_mail_to_staff(notice, lang):
    said, subject = (say(lang, f"mail.{notice}.{part}", office="道路局") for part in ("said", "subject"))

    mail = sheets.filled(SETTINGS, "staff", replace(filled_in(lang), said=said, subject=subject), NUMBER, lang)

    assert wrong_in(mail, lang) == []


def test_a_key_in_a_mail_is_found():
    mail = sheets.filled(SETTINGS, "staff", replace(filled_in("ja"), said="mail.never.said"), NUMBER, "ja")

    assert wrong_in(mail, "ja") == ["mail.never.said", "mail.never.said"]


def filled_in(lang):
    row = (say(lang, "mail.row.number"), NUMBER)
    return replace(sheets.blank(SETTINGS, lang), greeting="李雷", why="。", rows=(row,), href=links.LINK)


def wrong_in(mail, lang):
    subject, text, html = mail
    return [*oversights(subject, lang), *oversights(text, lang), *oversights(read_aloud(html), lang)]
