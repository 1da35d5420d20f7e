"""The catalogues of the four languages, and every sentence the code and the templates say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from mailbox_service.base.language import LANGUAGES, LOCALES
from tests.house.source import CODE, TEMPLATES, files, name_of

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
    "say": (2,), "say_many": (2, 3),
}  # fmt: skip
IN_TEMPLATES = {name: wanted for name, wanted in KEYWORDS.items() if not name.startswith("say")}
OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true",
           "silent": "false"}  # fmt: skip


@cache
def messages(lang: str) -> dict[str, list[tuple[str, Message]]]:
    """Each entry of a language by its (singular) id, with the files it stands in."""
    found: dict[str, list[tuple[str, Message]]] = defaultdict(list)
    folder = LANGUAGES[lang].folder
    for path in sorted((LOCALES / folder).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=folder, abort_invalid=True):
                if message.id:
                    found[one(message.id)].append((path.name, message))
    return dict(found)


@cache
def said() -> dict[str, tuple[str, str | None]]:
    """Each sentence or key the house says: its place and its plural, if it has one."""
    found: dict[str, tuple[str, str | None]] = {}
    for place, ids in _extracted():
        singular, *plural = [ids] if isinstance(ids, str) else [each for each in ids or () if each] or [""]
        if singular and (singular not in found or plural):
            found[singular] = place, (plural[0] if plural else None)
    return found


def is_key(msgid: str) -> bool:
    """Whether it is a key like `status.received`, which English has to spell out, too."""
    return KEY.fullmatch(msgid) is not None


def one(ids: str | tuple[str, ...] | list[str]) -> str:
    """The singular of an id."""
    return ids if isinstance(ids, str) else ids[0]


def placeholders(text: str) -> set[str]:
    """The names a sentence has to be filled with."""
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def _extracted() -> Iterator[tuple[str, Any]]:
    for path in files():
        if path.suffix == ".py" and path.is_relative_to(CODE):
            rows = extract("python", BytesIO(path.read_bytes()), KEYWORDS)
            yield from ((f"{name_of(path)}:{row[0]}", row[1]) for row in rows)
        elif path.is_relative_to(TEMPLATES):
            for line, function, ids, _comments in babel_extract(
                BytesIO(path.read_bytes()), list(IN_TEMPLATES), [], OPTIONS
            ):
                yield f"{name_of(path)}:{line}", _without_context(function, ids)


def _without_context(function: str | None, ids: Any) -> Any:
    return ids[1:] if function in {"pgettext", "npgettext"} and not isinstance(ids, str) else ids
