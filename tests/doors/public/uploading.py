"""Sending files as a browser does, and looking at what is left of them on the disk."""

from __future__ import annotations

import re
from html import unescape

import httpx

from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables import Attachment, Upload
from tests.doors.public.conftest import HIDDEN

MB = 1024 * 1024
NOTE = ("note.txt", b"The lamp has the number 4711.\n")
REMOVE = re.compile(r'name="remove" value="(\d+)"')
LINK = re.compile(r'<a href="([^"]+/files/\d+)"( download)?>')


LIMITS = {"upload_max_files": 3, "upload_max_file_mb": 1, "upload_max_letter_mb": 2}


def form_of(page: httpx.Response) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


async def send(citizen, path, *files, form=None, **fields):
    """Send the page's form with files, as a browser does."""
    typed = (form or form_of(await citizen.get(path))) | fields
    parts = [(name, (None, value)) for name, value in typed.items()]
    return await citizen.web.post(path, files=[*parts, *(("files", file) for file in files)])


async def add_page(citizen):
    return f"{await citizen.opened()}/add"


async def asked(citizen):
    page = await citizen.opened(language="zh")
    roads = citizen.town.offices["roads"]
    steps = (("karl", route.route, roads), ("dora", handle.ask, "Can you send a photo?"))
    await citizen.life(page.rpartition("/")[2], *steps)
    return f"{page}/answer"


def stored(citizen):
    """The files on the disk: in their places, and half written."""
    folder = citizen.site.settings.files_dir
    return [path for path in folder.rglob("*") if path.is_file()]


def nothing_is_left(citizen):
    return citizen.count(Upload) == citizen.count(Attachment) == 0 and stored(citizen) == []
