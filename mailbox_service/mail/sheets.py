"""A mail's sheet: what its templates are filled with, and the filling."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailbox_service.base.language import LANGUAGES, in_language, say
from mailbox_service.base.settings import Settings
from mailbox_service.mail import links
from mailbox_service.render import Renderer

_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the templates in templates/mail are filled with. Every text is in the reader's language already."""

    lang_tag: str
    city_name: str
    service_name: str
    office: str
    phone: str
    greeting: str
    why: str
    rows: tuple[tuple[str, str], ...]
    href: str
    rate_href: str = links.RATE
    refuse_href: str = ""
    subject: str = ""
    said: str = ""
    lead: str = ""
    body: str = ""
    due: str = ""
    text: str = ""


def blank(settings: Settings, lang: str) -> Sheet:
    """A sheet with nothing but the city's letterhead."""
    return Sheet(
        lang_tag=LANGUAGES[lang].tag,
        city_name=in_language(settings.city_name, lang),
        service_name=in_language(settings.service_name, lang),
        office=in_language(settings.sponsors[0], lang),
        phone=settings.support_phone,
        greeting="",
        why="",
        rows=(),
        href="",
    )


def filled(settings: Settings, template: str, sheet: Sheet, number: str, lang: str) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail about the letter of that number ("": of none), from that folder's templates."""
    render = _renderer(settings.city_zone)
    what = subject_of(settings.city_zone, template, lang, sheet)
    service = sheet.service_name
    subject = say(lang, "%(service)s %(number)s: %(what)s", service=service, number=number, what=what)
    if not number:
        subject = say(lang, "%(service)s: %(what)s", service=service, what=what)
    named = {"mail": replace(sheet, subject=subject)}
    text = _GAPS.sub("\n\n", render(f"mail/{template}/body.txt", lang, named)).strip() + "\n"
    return subject, text, render(f"mail/{template}/body.html", lang, named)


def subject_of(zone: str, template: str, lang: str, sheet: Sheet | None = None) -> str:
    """What the subject says, without service and number."""
    return links.plain(_renderer(zone)(f"mail/{template}/subject.txt", lang, {"mail": sheet}))


@lru_cache(maxsize=4)
def _renderer(zone: str) -> Renderer:
    return Renderer(ZoneInfo(zone))
