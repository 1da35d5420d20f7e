"""/staff/tickets/{number}/draft: what is being typed, saved by script every few seconds: a reply, or a translation.

The answer is JSON: the version to go on from and when it was saved; 409 when a colleague saved in between, with
their version, so that whoever only missed an answer knows their own words again.
"""

from __future__ import annotations

import json

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import clock_time, say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import drafts
from mailbox_service.tickets.find import case as cases
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.forms import Form
from mailbox_service.web.staff import reply, translate
from mailbox_service.web.staff.room import number_of


async def save(desk: Desk) -> Response[bytes]:
    """Save what the page's form holds.

    Raises:
        Refused: as `drafts.save`, `translations.save`, but for "draft.newer", which is answered with 409.
    """
    form, number = await desk.form(), number_of(desk)
    try:
        if form.has("of"):
            version = await desk.write(lambda session: translate.store(session, desk, number, form))
        else:
            version = await desk.write(lambda session: reply.store(session, desk, number, form, hands_in=False))
    except Refused as refused:
        if refused.code not in reply.CLASHES:
            raise
        return await _clash(desk, number, form)
    at = clock_time(desk.now, desk.site.zone)
    return _json({"version": version, "said": say(desk.lang, "Saved %(at)s", at=at)})


async def _clash(desk: Desk, number: str, form: Form) -> Response[bytes]:
    """What was typed of a reply is kept aside; the newer words go along."""
    if form.has("of"):
        return _json({"version": None}, 409)
    await desk.write(lambda session: reply.put_aside(session, desk, number, form))

    def newest(session: Session) -> dict[str, object]:
        case = cases.case(session, desk.city, number, desk.viewer)
        found = drafts.last_version(session, case)
        if found is None:
            return {"version": None}
        return {"version": found.version, "text": found.text, "own_text": found.own_text}

    return _json(await desk.read(newest), 409)


def _json(said: dict[str, object], status: int = 200) -> Response[bytes]:
    headers = {"Cache-Control": pages.PERSONAL}
    return Response(json.dumps(said).encode(), status_code=status, headers=headers, media_type="application/json")


doors = [hang("POST", "/staff/tickets/{number:str}/draft", save)]
