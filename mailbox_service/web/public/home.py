"""The first page, and the pages about the service itself: privacy and accessibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get

from mailbox_service.base.language import in_language, say
from mailbox_service.web import pages
from mailbox_service.web.page import Page
from mailbox_service.web.public.write import PRIVACY_VERSION
from mailbox_service.web.site import YEAR_SECONDS, Visit


@dataclass(frozen=True, slots=True)
class HomePage:
    """What to do in danger, and the two ways in."""

    page: Page
    city: str
    police: str
    fire: str
    ambulance: str
    phone: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    """A page of sentences about the service."""

    page: Page
    sponsors: Sequence[str]
    phone: str
    version: str


@get("/{lang:str}")
async def home(request: Visit) -> Response[bytes]:
    """The first page in one language, which is the one to begin with from now on."""
    request.require_language()
    lang, settings = request.lang, request.site.settings
    if request.kept("language") != lang:
        request.keep("language", lang, YEAR_SECONDS)
    context = HomePage(
        page=pages.frame(request, say(lang, "Write to the city")),
        city=settings.city_name[lang],
        police=settings.emergency_police,
        fire=settings.emergency_fire,
        ambulance=settings.emergency_ambulance,
        phone=settings.support_phone,
    )
    return pages.html(request, "public/home.html", context, cache=pages.OWN)


@get("/{lang:str}/privacy")
async def privacy(request: Visit) -> Response[bytes]:
    """Who keeps what, why, how long, and which rights one has."""
    return _about(request, "public/privacy.html", say(request.lang, "Privacy"))


@get("/{lang:str}/accessibility")
async def accessibility(request: Visit) -> Response[bytes]:
    """What was done so that everybody can use the service, what is missing, whom to tell."""
    return _about(request, "public/accessibility.html", say(request.lang, "Accessibility"))


def _about(visit: Visit, template: str, title: str) -> Response[bytes]:
    visit.require_language()
    settings = visit.site.settings
    sponsors = [in_language(names, visit.lang) for names in settings.sponsors]
    context = AboutPage(pages.frame(visit, title), sponsors, settings.support_phone, PRIVACY_VERSION)
    return pages.html(visit, template, context, cache=pages.OWN)
