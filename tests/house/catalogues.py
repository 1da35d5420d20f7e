"""The catalogues of the four languages, and every sentence the code and the templates say."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any

from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from mailbox_service.base.language import LANGUAGES, LOCALES
from tests.house.source import CODE, TEMPLATES, files, name_of, python

Entries = Mapping[str, list[tuple[str, Message]]]  # by the (singular) id: the files it stands in
Said = Mapping[str, tuple[str, str | None]]  # by what is said: where, and its plural

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
BEGUN = re.compile(r"""["']((?:[a-z_]+\.)+)["'] ~""")  # "status." ~ status
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
    folder = LANGUAGES[lang].folder
    return entries({path.name: path.read_bytes() for path in sorted((LOCALES / folder).glob("*.po"))}, folder)


def entries(contents: Mapping[str, bytes], folder: str) -> dict[str, list[tuple[str, Message]]]:
    """Each entry of these files by its id, with the names of the files it stands in."""
    found: dict[str, list[tuple[str, Message]]] = defaultdict(list)
    for name, content in contents.items():
        for message in read_po(BytesIO(content), locale=folder, abort_invalid=True):
            if message.id:
                found[one(message.id)].append((name, message))
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


@cache
def composed_keys() -> tuple[re.Pattern[str], ...]:
    """Keys that code and templates put together while running, f"status.{word}", as patterns."""
    in_code = (text for _, tree in python(CODE) for node in ast.walk(tree) for text in _composed(node))
    in_templates = (
        re.escape(begin) + r"[\w.]+"
        for path in files()
        if path.is_relative_to(TEMPLATES)
        for begin in BEGUN.findall(path.read_text("utf-8"))
    )
    return tuple({re.compile(text) for text in (*in_code, *in_templates)})


def _composed(node: ast.AST) -> Iterator[str]:
    """A pattern for a key whose first part, the room's name, is written out."""
    if isinstance(node, ast.JoinedStr) and re.match(r"[a-z_]+\.", str(getattr(node.values[0], "value", ""))):
        yield "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w.]*" for p in node.values)


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
