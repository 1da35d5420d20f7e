"""What the macros of templates/parts draw. Every text is written in the page's language, every number computed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal, NamedTuple

Level = Literal["fine", "soon", "late", "hold"]


class Due(NamedTuple):
    """When something is due: whole working days left or late, the day, and in sentences why that day.

    While the clock is stopped (`hold`) there is no day: `days` are those left when it goes on, -1 when nobody knows.
    """

    level: Level
    days: int
    on: str
    date: str
    provisional: bool = False
    how: Sequence[str] = ()

    @property
    def key(self) -> str:
        """Alike for all that say the same beside their day."""
        return f"{self.level}{self.days}"


class StepDue(NamedTuple):
    """Until when somebody takes the next step, in a sentence; `late` and `soon` (today) also by shape and colour."""

    level: Level
    words: str


class Half(NamedTuple):
    """The head of one side of two texts: its language tag, "Original" or "Translation", who and when."""

    lang: str
    caption: str
    meta: str = ""


class Both(NamedTuple):
    """One text in two languages, paragraph beside paragraph; `remark` says which one counts, or who reads which."""

    first: Half
    second: Half
    pairs: Sequence[tuple[str, str]]
    remark: str = ""


def beside(first: str, second: str) -> list[tuple[str, str]]:
    """Paragraph pairs of two texts; the shorter one is filled up with ""."""
    one, other = ([line for line in text.splitlines() if line.strip()] for text in (first, second))
    return list(zip_longest(one, other, fillvalue=""))


class FileLink(NamedTuple):
    """A file to read; one that `opens` is a picture the browser shows by itself."""

    name: str
    size: str
    href: str
    opens: bool = False


class Entry(NamedTuple):
    """One step of a timeline. `on` is for machines, `at` for readers; `text` is what was written then, in `lang`.

    `said_in` names that language; `both` stands instead of the text when there are two of it; `folded` is opened by who
    wants to read it.
    """

    title: str
    on: str
    at: str
    by: Literal["citizen", "city", "office", "system"] = "system"
    who: str = ""
    text: str = ""
    lang: str = ""
    remark: str = ""
    internal: bool = False
    said_in: str = ""
    both: Both | None = None
    files: Sequence[FileLink] = ()
    folded: str = ""


class Act(NamedTuple):
    """Something one may do; with a reason, why one may not. `key` presses it."""

    text: str
    href: str
    reason: str = ""
    key: str = ""


class UploadedFile(NamedTuple):
    """A file kept with a form that is not sent yet."""

    id: str
    name: str
    size: str
    state: str


class Tile(NamedTuple):
    """One number and what it counts; `note` says n or the definition."""

    number: str
    label: str
    href: str = ""
    note: str = ""
    tone: Literal["", "good", "warn", "bad"] = ""
