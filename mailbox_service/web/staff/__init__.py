"""The workspace of the staff: sign in, see what waits, read a letter, and do one act at a time.

Each page reads a letter with its viewer's eyes and each act calls one verb of the life; the rules are there.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.staff import (
    account,
    acts,
    addresses,
    approve,
    bulk,
    contribute,
    decide_publication,
    deputies,
    digest,
    draft,
    enter,
    guidance,
    guidance_text,
    incoming,
    incoming_message,
    keys,
    password,
    post,
    presence,
    publish,
    queues,
    reply,
    report_stop,
    route,
    search,
    second_step,
    sessions,
    sign_in,
    similar,
    ticket,
    translate,
    versions,
    views,
)

_HANDLING = (route, reply, approve, translate, contribute, draft, versions, presence, publish, decide_publication, acts)
_WAY_IN = (sign_in, second_step, password, account, sessions, digest, report_stop)
_LISTS = (queues, bulk, views, search)
_ROOMS = (
    *_WAY_IN,
    *_LISTS,
    keys,
    enter,
    incoming,
    incoming_message,
    post,
    addresses,
    deputies,
    ticket,
    similar,
    *_HANDLING,
    guidance,
    guidance_text,
)
doors: list[HTTPRouteHandler] = [door for room in _ROOMS for door in room.doors]
