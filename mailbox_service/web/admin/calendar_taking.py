"""Reading the form that brings in a year: its fields, and the one small file that may come with it."""

from __future__ import annotations

from python_multipart.multipart import parse_options_header

from mailbox_service.city.calendar_file import MOST_BYTES
from mailbox_service.web import forms
from mailbox_service.web.forms import Form
from mailbox_service.web.multipart import Parts
from mailbox_service.web.site import Visit

MOST_SENT = 1_000_000  # a file too large for a calendar is still said to be one, up to here


class _Kept:
    """A file's bytes, as far as a calendar reaches."""

    def __init__(self) -> None:
        self.bytes = b""

    def write(self, piece: bytes) -> None:
        """Take the next bytes; those beyond the limit and one more are let go."""
        self.bytes = (self.bytes + piece)[: MOST_BYTES + 1]


async def read(visit: Visit) -> tuple[Form, bytes | None]:
    """The form, and the file's bytes: None without a file, more than `MOST_BYTES` when it is too large.

    Raises:
        BadForm, TooOld: as `forms.read`.
    """
    kind, options = parse_options_header(visit.headers.get("content-type") or "")
    if kind != b"multipart/form-data":
        return await forms.read(visit, most_bytes=MOST_SENT), None
    kept: list[_Kept] = []

    def take(_name: bytes) -> _Kept:
        kept.append(_Kept())
        return kept[-1]

    parts = Parts(options.get(b"boundary", b""), take)
    async for piece in forms.bounded(visit, MOST_SENT):
        parts.write(piece)
    parts.end()
    form = Form(forms.texts(parts.pairs))
    forms.require_ours(visit, form)
    return form, kept[0].bytes if kept else None
