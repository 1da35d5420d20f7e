"""What the macros of templates/parts draw. Every text is written in the page's language, every number computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due: whole working days left or late, the day, and in sentences why that day."""

    level: Literal["fine", "soon", "late", "hold"]
    days: int
    on: str
    date: str
    provisional: bool = False
    how: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a timeline. `on` is for machines, `at` for readers; `text` is what was written then, in `lang`."""

    title: str
    on: str
    at: str
    by: Literal["citizen", "city", "office", "system"] = "system"
    who: str = ""
    text: str = ""
    lang: str = ""
    remark: str = ""
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Half:
    """The head of one side of two texts: its language tag, "Original" or "Translation", who and when."""

    lang: str
    caption: str
    meta: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something one may do; with a reason, why one may not. `key` presses it."""

    text: str
    href: str
    reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file kept with a form that is not sent yet."""

    id: str
    name: str
    size: str
    state: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to read."""

    name: str
    size: str
    href: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One number and what it counts; `note` says n or the definition."""

    number: str
    label: str
    href: str = ""
    note: str = ""
    tone: Literal["", "good", "warn", "bad"] = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `percent` of the longest, 0 to 100."""

    label: str
    written: str
    percent: float
    href: str = ""
    tone: Literal["", "second-tone", "bad"] = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from zero; the heads name the two columns for those who hear them."""

    title: str
    subtitle: str
    label_head: str
    value_head: str
    rows: Sequence[Bar]
