"""The one reader of forms: bounded while it streams, strict about what it is given, protected against foreign pages.

    form = await forms.read(visit)
    wish, wrong = forms.filled(AnswerForm, form, visit.lang)

Nothing reaches a door that isn't proper text sent from a page of ours.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from litestar.exceptions import InternalServerException
from pydantic import BaseModel, ValidationError
from python_multipart.multipart import parse_options_header

from mailbox_service.base import ids
from mailbox_service.base.language import say, words
from mailbox_service.web import csrf
from mailbox_service.web.multipart import MOST_FIELD_BYTES, MOST_FIELDS, MOST_NAME_BYTES, Parts
from mailbox_service.web.multipart import BadForm as BadForm
from mailbox_service.web.page import Problem
from mailbox_service.web.site import Visit

MOST_BYTES = 1_000_000

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they would turn the text around a name
_SPACES = re.compile(r"\s+")
_SEEN = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)

Model = TypeVar("Model", bound=BaseModel)


class TooOld(Exception):  # noqa: N818
    """The page it was sent from is too old, or not ours (`foreign`). `form` holds what was typed."""

    def __init__(self, form: Form, *, foreign: bool) -> None:
        super().__init__("form.too_old")
        self.form = form
        self.foreign = foreign


class Form:
    """What was typed and chosen. Fields sent twice keep all their values; `line` and `text` give the last."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self.fields = fields

    def line(self, name: str) -> str:
        """One line: without line breaks, control characters, marks that turn text, and stray space."""
        return _seen(_SPACES.sub(" ", _TURNING.sub("", _CONTROLS.sub("", self._last(name)))).strip())

    def text(self, name: str) -> str:
        """A text as typed, without control characters; every line break is one character."""
        return _seen(_CONTROLS.sub("", self._last(name).replace("\r\n", "\n").replace("\r", "\n")))

    def raw(self, name: str) -> str:
        """Exactly what was sent, for passwords."""
        return self._last(name)

    def all(self, name: str) -> list[str]:
        """Every value of a field with several boxes."""
        return list(self.fields.get(name, ()))

    def has(self, name: str) -> bool:
        """Whether the field was sent at all; a box that isn't ticked is not."""
        return name in self.fields

    def number(self, name: str) -> int | None:
        """A row's id; None when it isn't one that could exist."""
        return ids.read(self.line(name))

    def _last(self, name: str) -> str:
        values = self.fields.get(name)
        return values[-1] if values else ""


def _seen(said: str) -> str:
    """What was said, or "" when nobody could see any of it."""
    return said if _SEEN.search(said) else ""


async def read(visit: Visit, *, most_bytes: int = MOST_BYTES) -> Form:
    """The form that was sent.

    Raises:
        BadForm: 400 for broken text or form, NUL bytes, too many fields; 413 too large; 415 another type.
        TooOld: without a token that fits, or when the browser says another site sent it.
    """
    kind, options = parse_options_header(visit.headers.get("content-type") or "")
    if kind == b"application/x-www-form-urlencoded":
        pairs: Iterable[tuple[bytes, bytes]] = _urlencoded(await _whole(visit, most_bytes))
    elif kind == b"multipart/form-data":
        pairs = await _multipart(visit, options.get(b"boundary", b""), most_bytes)
    else:
        raise BadForm(415, "form.type")
    form = Form(texts(pairs))
    require_ours(visit, form)
    return form


def require_ours(visit: Visit, form: Form) -> None:
    """The form came from a page of ours that is not too old.

    Raises:
        TooOld: otherwise.
    """
    foreign = csrf.from_elsewhere(visit)
    if foreign or not csrf.fits(visit, form.raw(csrf.FIELD)):
        raise TooOld(form, foreign=foreign)


async def _whole(visit: Visit, most: int) -> bytes:
    pieces: list[bytes] = []
    async for piece in bounded(visit, most):
        pieces.append(piece)
    return b"".join(pieces)


async def bounded(visit: Visit, most: int, why: str = "form.large", **facts: object) -> AsyncIterator[bytes]:
    """The body piece by piece, never more than allowed; what is announced as too large isn't read at all."""
    announced = visit.headers.get("content-length") or "0"
    if announced.isdigit() and (len(announced) > 15 or int(announced) > most):
        raise BadForm(413, why, **facts)
    seen = 0
    try:
        async for piece in visit.stream():
            seen += len(piece)
            if seen > most:
                raise BadForm(413, why, **facts)
            yield piece
    except InternalServerException as gone:  # litestar's word for a browser that went away
        raise BadForm(400, "form.broken") from gone


def _urlencoded(body: bytes) -> Iterable[tuple[bytes, bytes]]:
    parts = body.split(b"&", MOST_FIELDS + 1) if body else []
    if len(parts) > MOST_FIELDS:
        raise BadForm(400, "form.fields")
    for part in parts:
        name, _, value = part.partition(b"=")
        if len(name) > MOST_NAME_BYTES * 3:
            raise BadForm(400, "form.broken")
        yield unquote_to_bytes(name.replace(b"+", b" ")), unquote_to_bytes(value.replace(b"+", b" "))


def texts(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, list[str]]:
    """Names and values as text.

    Raises:
        BadForm: 400 for what isn't UTF-8 or holds a NUL byte; 413 for a value too long.
    """
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        if len(value) > MOST_FIELD_BYTES:
            raise BadForm(413, "form.large")
        if b"\x00" in value or b"\x00" in name:
            raise BadForm(400, "form.broken")
        try:
            fields.setdefault(name.decode(), []).append(value.decode())
        except UnicodeDecodeError as broken:
            raise BadForm(400, "form.broken") from broken
    return fields


async def _multipart(visit: Visit, boundary: bytes, most: int) -> list[tuple[bytes, bytes]]:
    """The text fields of a multipart form. A page that takes files reads them itself (`uploads`)."""
    parts = Parts(boundary)
    async for piece in bounded(visit, most):
        parts.write(piece)
    parts.end()
    return parts.pairs


# --- What a form must say --------------------------------------------------------------------


def filled(
    model: type[Model], values: Mapping[str, object], lang: str, context: object = None
) -> tuple[Model | None, list[Problem]]:
    """The form as its model, or every problem at once, in the order of the model's fields.

    The sentence of a problem is `problem.<field>.<type>`, else `problem.<type>`, else `problem.wrong`;
    the error's own facts (a limit) fill its placeholders. `context` is what the model's validators are told.
    """
    try:
        return model.model_validate(values, context=context), []
    except ValidationError as wrong:
        first: dict[str, Problem] = {}
        for error in wrong.errors(include_url=False, include_input=False):
            field = str(error["loc"][0]) if error["loc"] else ""
            first.setdefault(field, Problem(field, _sentence(lang, field, error["type"], error.get("ctx", {}))))
        return None, list(first.values())


def problem(lang: str, field: str, why: str, **facts: object) -> Problem:
    """One problem that a door found itself, in the same words."""
    return Problem(field, _sentence(lang, field, why, facts))


def _sentence(lang: str, field: str, why: str, facts: Mapping[str, Any]) -> str:
    known = words(lang)
    for key in (f"problem.{field}.{why}", f"problem.{why}"):
        if known.gettext(key) != key:
            return say(lang, key, **facts)
    return say(lang, "problem.wrong")
