"""A letter's file on its way out: streamed from the disk, never run and never shown within a page of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from litestar.response import Stream

from mailbox_service.base.filetypes import SHOWN_BY_BROWSERS
from mailbox_service.base.language import size
from mailbox_service.base.refusals import Refused
from mailbox_service.web import pages
from mailbox_service.web.parts import FileLink
from mailbox_service.web.site import Visit


def links(lang: str, letter: str, files: Iterable[Any]) -> list[FileLink]:
    """Links to a letter's files; `letter` is the address of its page."""
    return [
        FileLink(row.name, size(row.size, lang), f"{letter}/files/{row.id}", opens(row.content_type)) for row in files
    ]


def opens(content_type: str) -> bool:
    """Whether the browser may show it by itself: pictures of its own formats only."""
    return content_type in SHOWN_BY_BROWSERS


async def send(visit: Visit, file: Any) -> Stream:
    """The file (a row with name, content_type, size and stored), to be saved; a safe picture to be looked at.

    Raises:
        Refused: "not_found" when its bytes are gone.
    """
    files = visit.site.files
    try:
        (await asyncio.to_thread(files.open, file.stored)).close()
    except Refused as gone:
        raise Refused("not_found") from gone
    how = "inline" if opens(file.content_type) else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name, safe='')}",  # RFC 5987
        "Content-Security-Policy": "sandbox",
        "Cache-Control": pages.PERSONAL,
        "Content-Length": str(file.size),
    }
    return Stream(files.pieces(file.stored), media_type=file.content_type, headers=headers)
