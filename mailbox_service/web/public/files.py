"""/letters/{number}/files/{file}: what the writer sent with a letter or a message, to be looked at or saved again."""

from __future__ import annotations

from litestar import Response, get
from litestar.response import Stream

from mailbox_service.base import ids
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.find import files
from mailbox_service.web import downloads
from mailbox_service.web.public import key, letter
from mailbox_service.web.site import Visit


@get("/{lang:str}/letters/{number:str}/files/{file:str}")
async def file(request: Visit) -> Response[bytes] | Stream:
    """Send the file to who has opened the letter.

    Raises:
        Refused: "not_found" for another letter's file.
    """
    request.require_language()
    link, file_id = key.held(request), ids.read(request.word("file")) or 0
    if link is None:
        return letter.to_the_door(request)
    number = request.word("number")
    found = await request.site.db.reading(lambda s: files.one(s, link.ticket_id, link.generation, number, file_id))
    if found is None:
        raise Refused("not_found")
    return await downloads.send(request, found)
