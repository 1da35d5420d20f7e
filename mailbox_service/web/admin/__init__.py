"""The administrators' pages: what a city changes without a programmer. No letter's text is shown anywhere here.

Each thing is a list, then its page with what is known of it, then a form, then "What changes", and only then saved.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.admin import (
    calendar,
    canned,
    choices,
    deputies,
    home,
    offices,
    people,
    policies,
    roles,
    topics,
)

_ROOMS = (home, people, roles, offices, topics, policies, canned, choices, deputies, calendar)
doors: list[HTTPRouteHandler] = [door for room in _ROOMS for door in room.doors]
