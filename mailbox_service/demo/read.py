"""Reads the invented city of Qinghe from its files, as typed values.

It knows nothing of tables: whoever fills a database with the demonstration asks here for the city
and its letters, and writes them itself. The same question always has the same answer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

LANGUAGES = ("en", "zh", "ja", "ko")
WORKING_LANGUAGE = "zh"
STRIDES = {"street": 5, "district": 3, "line": 7, "park": 9, "opening": 11, "closing": 13}
NAMES_APART = 6

Names = Mapping[str, str]


@dataclass(frozen=True)
class DemoDepartment:
    """An office; `masters` are the languages it may answer in, `translates` those it translates for others."""

    code: str
    name: Names
    phone: str
    masters: tuple[str, ...]
    translates: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoTopic:
    """A subject area; `parent` is None for the first level. `department` usually leads."""

    code: str
    name: Names
    department: str
    parent: str | None


@dataclass(frozen=True)
class DemoBody:
    """A body outside the city's government to which a letter can be transferred."""

    code: str
    name: Names


@dataclass(frozen=True)
class DemoRole:
    """`department` is None for a role that holds for the whole city; `desk` is "first" or "second", or None."""

    role: str
    department: str | None = None
    desk: str | None = None


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who works for the city."""

    email: str
    name: str
    latin: str
    language: str
    roles: tuple[DemoRole, ...]


@dataclass(frozen=True)
class DemoCity:
    """All of Qinghe but its letters."""

    name: Names
    departments: tuple[DemoDepartment, ...]
    topics: tuple[DemoTopic, ...]
    bodies: tuple[DemoBody, ...]
    people: tuple[DemoPerson, ...]
    rules: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class DemoContribution:
    """What the lead office asks a co-handling one, and its answer; both in the working language."""

    department: str
    question: str
    text: str


@dataclass(frozen=True)
class DemoReturn:
    """The office that had the letter first, and why it sent it back, in the working language."""

    by: str
    reason: str


@dataclass(frozen=True)
class DemoDecline:
    """Why the letter is not accepted, and where to turn instead."""

    reason: str
    instead: str
    reason_zh: str = ""
    instead_zh: str = ""


@dataclass(frozen=True)
class DemoExtension:
    """Why the office needs more time."""

    reason: str
    reason_zh: str = ""


@dataclass(frozen=True)
class DemoTransfer:
    """The body (a code of the city's) that the letter belongs to, and why."""

    to: str
    reason: str
    reason_zh: str = ""


@dataclass(frozen=True)
class DemoLetter:
    """A letter, its reply, and what may happen between them.

    Texts are in `language`, those whose name ends in `_zh` in the working language; for a Chinese
    letter both are the same. An empty text or None means that this letter offers no such turn.
    `about` is the office that a report complains about. `writer` is empty when `contact` is
    "anonymous"; `mail` and `phone` are given by `fill`, and an anonymous writer has neither.
    """

    id: str
    language: str
    kind: str
    topic: str
    department: str
    contact: str
    subject: str
    text: str
    reply: str
    subject_zh: str = ""
    letter_zh: str = ""
    reply_zh: str = ""
    writer: str = ""
    mail: str = ""
    phone: str = ""
    channel: str = "form"
    about: str = ""
    urgent: bool = False
    consent: bool = False
    publish: bool = False
    question: str = ""
    answer: str = ""
    dissatisfied: str = ""
    review: str = ""
    contribution: DemoContribution | None = None
    returned: DemoReturn | None = None
    decline: DemoDecline | None = None
    extension: DemoExtension | None = None
    transfer: DemoTransfer | None = None


@cache
def load_city() -> DemoCity:
    """The offices, topics, outside bodies and people of Qinghe."""
    rows = _read("city")
    return DemoCity(
        name=rows["name"],
        departments=tuple(_department(row) for row in rows["department"]),
        topics=tuple(DemoTopic(**row, parent=_parent(row["code"])) for row in rows["topic"]),
        bodies=tuple(DemoBody(**row) for row in rows["body"]),
        people=tuple(
            DemoPerson(**{**row, "roles": tuple(DemoRole(**role) for role in row["roles"])}) for row in rows["person"]
        ),
        rules=tuple(rows["rule"]),
    )


@cache
def load_letters() -> tuple[DemoLetter, ...]:
    """Every letter as written, with its placeholders: first all English ones, then zh, ja, ko."""
    return tuple(_letter(row, language) for language in LANGUAGES for row in _read(f"letters_{language}")["letter"])


def fill(letter: DemoLetter, n: int) -> DemoLetter:
    """The n-th variation of a letter, ready to be sent: sixteen of them differ in street, opening and close.

    The reply begins with the greeting that is due: by name, or without one when the office is not to know it.
    Variation 0 keeps the writer's own name.
    """
    mail, phone = _reached(letter, n)
    letter = replace(letter, writer=_writer(letter, n), mail=mail, phone=phone)
    form = _pools()[letter.language]["subject_form"]
    own, working = _values(letter, n, letter.language), _values(letter, n, WORKING_LANGUAGE)
    framed = replace(
        letter,
        subject=form[n % len(form)].replace("{subject}", letter.subject),
        text=f"{own['opening']}\n\n{letter.text}\n\n{own['closing']}",
        letter_zh=f"{working['opening']}\n\n{letter.letter_zh}\n\n{working['closing']}",
        reply=f"{own['greeting']}\n\n{letter.reply}",
        reply_zh=f"{working['greeting']}\n\n{letter.reply_zh}",
    )
    filled: DemoLetter = _filled(framed, own, working)
    return filled


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


@cache
def _pools() -> dict[str, dict[str, Any]]:
    return _read("texts")


def _department(row: dict[str, Any]) -> DemoDepartment:
    languages = {key: tuple(row.get(key, ())) for key in ("masters", "translates")}
    return DemoDepartment(**{**row, **languages})


def _parent(code: str) -> str | None:
    return code.split(".")[0] if "." in code else None


def _letter(row: dict[str, Any], language: str) -> DemoLetter:
    """One row; for a Chinese letter the working-language texts are the texts themselves."""
    parts: dict[str, type[Any]] = {
        "contribution": DemoContribution,
        "returned": DemoReturn,
        "decline": DemoDecline,
        "extension": DemoExtension,
        "transfer": DemoTransfer,
    }
    row = {key: value.strip() if isinstance(value, str) else value for key, value in row.items()}
    if language == WORKING_LANGUAGE:
        row |= {"subject_zh": row["subject"], "letter_zh": row["text"], "reply_zh": row["reply"]}
        for key in {"decline", "extension", "transfer"} & row.keys():
            row[key] |= {f"{name}_zh": row[key][name] for name in ("reason", "instead") if name in row[key]}
    return DemoLetter(language=language, **{k: parts[k](**v) if k in parts else v for k, v in row.items()})


def _offset(letter: DemoLetter) -> int:
    return crc32(letter.id.encode())


def _writer(letter: DemoLetter, n: int) -> str:
    """Another name of the same pool; an even distance keeps husbands husbands."""
    if not letter.writer:
        return ""
    names: list[str] = _pools()[letter.language]["name"]
    return names[(names.index(letter.writer) + n * NAMES_APART) % len(names)]


def _reached(letter: DemoLetter, n: int) -> tuple[str, str]:
    """Mail and phone: mail for most, a phone for who came another way and for every eighth of the others."""
    if letter.contact == "anonymous":
        return "", ""
    if letter.channel != "form" or (n % 8 == 5 and "{mail}" not in letter.text):
        return "", f"0555-000-{7000 + (_offset(letter) + n) % 1000}"
    return f"{letter.language}{_offset(letter) % 1000:03d}{n:02d}@example.org", ""


def _values(letter: DemoLetter, n: int, language: str) -> dict[str, str]:
    """What stands for each placeholder of this variation in a language."""
    pools = _pools()[language]
    values = {key: pools[key][(_offset(letter) + n * step) % len(pools[key])] for key, step in STRIDES.items()}
    greeting = pools["greeting"] if letter.contact == "named" else pools["greeting_unnamed"]
    office = next(office for office in load_city().departments if office.code == letter.department)
    return values | {
        "greeting": greeting.replace("{name}", letter.writer),
        "phone": office.phone,
        "mail": letter.mail,
    }


def _filled(part: Any, own: Names, working: Names) -> Any:
    """A copy of a dataclass with every placeholder replaced, each text in its own language."""
    changed: dict[str, Any] = {}
    always_working = isinstance(part, DemoContribution | DemoReturn)
    for field in fields(part):
        value = getattr(part, field.name)
        values = working if always_working or field.name.endswith("_zh") else own
        if isinstance(value, str):
            for key, word in values.items():
                value = value.replace(f"{{{key}}}", word)
            changed[field.name] = value
        elif hasattr(value, "__dataclass_fields__"):
            changed[field.name] = _filled(value, own, working)
    return replace(part, **changed)
