"""Reading a year's calendar from a file or from what was typed (pure): a line for each day, its date and what it is.

    2027-01-01,H,New Year
    2027-01-03,W

H or W, or a word for holiday or working day in one of the four languages; more columns and lines that begin with
"#" are not read. What can't be understood is named by its line; nothing is guessed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MOST_BYTES = 64_000
MOST_LINES = 500
MOST_FAULTS = 20  # of which a person is told at once

_FREE = "h holiday off 休 假 放假 休息 假日 节假日 休假 休日 祝日 休み 휴 휴일 공휴일 휴무"
_WORKS = "w work working workday make-up 班 上班 工作日 调休 补班 调休上班 出勤 出勤日 平日 근무 근무일 평일 대체근무"
WORDS = dict.fromkeys(_FREE.split(), False) | dict.fromkeys(_WORKS.split(), True)
_DATE = re.compile(r"(\d{4})\s*[-/.年년]?\s*(\d{1,2})\s*[-/.月월]?\s*(\d{1,2})\s*[日일]?")
_PARTS = re.compile(r"[,;\t，；、]")
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that can't be taken: "date", "word", "year" (another one than the file's) or "twice" (said otherwise)."""

    line: int
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class YearRead:
    """What a file says: the year of its days (0 for none), the days, and what is wrong with it."""

    year: int
    days: Mapping[date, bool]
    faults: Sequence[Fault]

    @property
    def is_whole(self) -> bool:
        """Whether it names New Year's Day and the National Day: a calendar that stops half way does not."""
        return {date(self.year, 1, 1), date(self.year, 10, 1)} <= self.days.keys() if self.year else False


def decoded(raw: bytes) -> str | None:
    """The text of a file, as spreadsheets write it; None when it is too large or no text."""
    if len(raw) > MOST_BYTES:
        return None
    encodings = ("utf-16",) if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _ENCODINGS
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read(text: str) -> YearRead:
    """The year that the text tells of: that of its first day."""
    days: dict[date, bool] = {}
    faults: list[Fault] = []
    year = 0
    for place, day, works, said in _lines(text, faults):
        year = year or day.year
        if day.year != year:
            faults.append(Fault(place, "year", said))
        elif days.get(day, works) != works:
            faults.append(Fault(place, "twice", said))
        else:
            days[day] = works
    return YearRead(year, days, sorted(faults, key=lambda fault: fault.line)[:MOST_FAULTS])


def _lines(text: str, faults: list[Fault]) -> Iterator[tuple[int, date, bool, str]]:
    begun = False
    for place, line in enumerate(text.splitlines(), 1):
        if place > MOST_LINES:
            faults.append(Fault(place, "long", ""))
            return
        said = line.strip().strip("\ufeff")
        if not said or said.startswith("#"):
            continue
        parts = [part.strip().strip('"').strip() for part in _PARTS.split(said)]
        day, works = _day(parts[0]), WORDS.get(parts[1].casefold()) if len(parts) > 1 else None
        if day is None and not begun and not any(one.isdigit() for one in parts[0]):
            continue  # the heads of the columns
        begun = True
        if day is None or works is None:
            faults.append(Fault(place, "date" if day is None else "word", said[:60]))
        else:
            yield place, day, works, said[:60]


def _day(said: str) -> date | None:
    found = _DATE.fullmatch(said)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def written(days: Mapping[date, bool]) -> str:
    """The days as a file that `read` understands."""
    return "".join(f"{day.isoformat()},{'W' if works else 'H'}\n" for day, works in sorted(days.items()))
