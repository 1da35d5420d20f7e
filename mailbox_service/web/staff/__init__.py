"""The workspace of the staff: sign in, see what waits, read a letter, and do one act at a time.

Each page reads a letter with its viewer's eyes and each act calls one verb of the life; the rules are there.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.staff import (
    acts,
    approve,
    contribute,
    decide_publication,
    guidance,
    guidance_text,
    publish,
    queues,
    reply,
    route,
    search,
    sign_in,
    ticket,
    translate,
)

_HANDLING = (route, reply, approve, translate, contribute, publish, decide_publication, acts)
_ROOMS = (sign_in, queues, search, ticket, *_HANDLING, guidance, guidance_text)
doors: list[HTTPRouteHandler] = [door for room in _ROOMS for door in room.doors]
