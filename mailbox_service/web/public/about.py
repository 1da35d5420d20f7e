"""The pages about the service itself: who keeps what and why, and for whom it works how well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get

from mailbox_service.base.language import in_language, say, say_many
from mailbox_service.tickets.life.arrive import PRIVACY_VERSION
from mailbox_service.web import pages
from mailbox_service.web.page import Page
from mailbox_service.web.site import Visit

ACCESSIBILITY_VERSION = "1"


@dataclass(frozen=True, slots=True)
class AboutPage:
    """A page of sentences about the service. `kept_for` is a span of years in words."""

    page: Page
    sponsors: Sequence[str]
    phone: str
    contact: str
    version: str
    kept_for: str


@get("/{lang:str}/privacy")
async def privacy(request: Visit) -> Response[bytes]:
    """Who keeps what, why, how long, and which rights one has."""
    return _about(request, "public/privacy.html", say(request.lang, "Privacy"), PRIVACY_VERSION)


@get("/{lang:str}/accessibility")
async def accessibility(request: Visit) -> Response[bytes]:
    """What was done so that everybody can use the service, what is missing, whom to tell."""
    return _about(request, "public/accessibility.html", say(request.lang, "Accessibility"), ACCESSIBILITY_VERSION)


def _about(visit: Visit, template: str, title: str, version: str) -> Response[bytes]:
    visit.require_language()
    settings, lang = visit.site.shown, visit.lang
    context = AboutPage(
        page=pages.frame(visit, title),
        sponsors=[in_language(names, lang) for names in settings.sponsors],
        phone=settings.support_phone,
        contact=settings.privacy_contact,
        version=version,
        kept_for=say_many(lang, "%(count)s year", "%(count)s years", settings.retention_years),
    )
    return pages.html(visit, template, context, cache=pages.OWN)
