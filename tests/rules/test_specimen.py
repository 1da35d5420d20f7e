"""Every notice there is, in every language, whole: subject, text, HTML, the reason, no word of another language."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from pydantic import SecretStr

from mailbox_service.base import tokens
from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import Person
from mailbox_service.mail import digest, my_letters, notices, report, role_given, specimen
from tests.cast import CITY
from tests.house.shown import oversights, read_aloud
from tests.house.source import TEMPLATES

SETTINGS = Settings(secret=SecretStr("a secret of more than thirty-two characters"), mail_shows_text=True)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
ADA = Person(id=7, name="Ada", email="ada@city.example", language="en", added_at=NOW)
NOT_ABOUT_A_LETTER: Any = None  # no session: what is made up is looked up nowhere


def made(notice, lang):
    return specimen.made(NOT_ABOUT_A_LETTER, SETTINGS, CITY, ADA, notice, lang, now=NOW)


def reason(notice, lang):
    """The line that says why one gets it, as far as it is the same for everybody."""
    if notice in notices.TO_STAFF:
        return say(lang, "mail.why.office", office="\0").partition("\0")[0]
    if notice == my_letters.NOTICE:
        return say(lang, "You get this mail because somebody asked for the letters of this address on our page.")
    if notice == role_given.NOTICE:
        return say(
            lang, "You get this mail because you are an auditor. There is no second administrator to confirm it."
        )
    if notice == digest.NOTICE:
        return say(lang, "mail.why.digest_daily")
    if notice in specimen.ACCESS:
        return say(lang, f"mail.why.{notice}")
    if notice in report.SPANS:
        return say(lang, f"mail.why.{notice.replace('_', '.')}")
    number = tokens.number_for(2026, 0)
    return say(lang, "You get this mail because this address was given for letter %(number)s.", number=number)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("notice", specimen.NOTICES)
def test_a_notice_lacks_no_part_no_language_and_no_reason(notice, lang):
    found = made(notice, lang)
    message = message_from_bytes(found.message, policy=policy.default)
    text, html = [part.get_content() for part in message.iter_parts()]

    for part in (found.subject, found.text, read_aloud(found.html)):
        assert oversights(part, lang) == []
    assert reason(notice, lang) in found.text
    assert reason(notice, lang) in read_aloud(found.html)
    assert message["Subject"] == found.subject
    assert message["Content-Language"] == LANGUAGES[lang].tag
    assert text.replace("\r\n", "\n").strip() == found.text.strip()
    assert f'<html lang="{LANGUAGES[lang].tag}">' in html
    assert "\ue000" not in json.dumps([found.text, found.html], ensure_ascii=False)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_notice_to_the_citizen_says_something_else(lang):
    for part in ("subject", "text"):
        said = [getattr(made(notice, lang), part) for notice in notices.TO_CITIZENS]

        assert len(set(said)) == len(said)


def test_no_template_of_a_notice_is_shown_to_nobody():
    folders = {path.parent.name for path in (TEMPLATES / "mail").glob("*/subject.txt")}

    shared = {*notices.TO_STAFF, *specimen.ACCESS, *report.SPANS}  # whose template many have
    assert folders - {"staff", "staff_access", report.TEMPLATE} == set(specimen.NOTICES) - shared


def test_a_restricted_letters_mail_is_from_the_city_alone():
    assert made("answered", "en").sender.endswith(", Qinghe City")
    assert made("news", "en").sender == "Qinghe City"
