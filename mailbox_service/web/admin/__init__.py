"""The administrators' pages: what a city changes without a programmer. No letter's text is shown anywhere here.

Each thing is a list, then its page with what is known of it, then a form, then "What changes", and only then saved.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.admin import (
    calendar,
    calendar_change,
    canned,
    choices,
    deputies,
    home,
    mails,
    office_end,
    offices,
    outbox,
    people,
    people_roles,
    policies,
    roles,
    rules,
    topics,
)

_PEOPLE = (people, people_roles, roles, offices, office_end, deputies)
_ROOMS = (home, *_PEOPLE, topics, rules, policies, canned, choices, calendar, calendar_change, outbox, mails)
doors: list[HTTPRouteHandler] = [door for room in _ROOMS for door in room.doors]
