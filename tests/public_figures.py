"""Published months as tests need them: made from counts, by the rules that make the real ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.tickets.statistics import public
from mailbox_service.tickets.statistics.figures import Figures
from mailbox_service.tickets.tables import PublishedMonth

ROADS = {"en": "Roads Bureau", "zh": "道路局", "ja": "道路局", "ko": "도로국"}
FOREIGN = {"en": "Foreign Affairs Office", "zh": "外事办公室", "ja": "外事弁公室", "ko": "외사판공실"}
PARTS: dict[str, dict[str, dict[str, str]]] = {
    "office": {"roads": ROADS, "foreign": FOREIGN},
    "kind": {kind: {lang: say(lang, f"kind.{kind}") for lang in LANGUAGES} for kind in ("help", "enquiry")},
    "topic": {"streets": dict.fromkeys(LANGUAGES, "=Streets")},
    "language": {code: {lang: say(lang, f"language.{code}") for lang in LANGUAGES} for code in LANGUAGES},
    "channel": {"web": {lang: say(lang, "channel.web") for lang in LANGUAGES}},
}


def counted(n: int, kept: int | None = None) -> Figures:
    """So many letters, received, due and ended, so many of them in time."""
    in_time = n - n // 10 if kept is None else kept
    counts = dict.fromkeys(("received", "begun", "ended", "due", "answered", "office_due"), n)
    counts |= {"kept": in_time, "kept_original": in_time, "office_kept": in_time, "backlog": n // 2, "overdue": n // 7}
    counts |= {"rated": n // 2, "satisfied": n // 3, "partly": n // 8, "solved": n // 4, "solved_said": n // 3}
    days = {name: {2: n // 2, 4: n - n // 2} for name in ("first_days", "work_days", "calendar_days")}
    return Figures(counts, days)


def a_month(month: date, n: int = 124, version: int = 1, **more: Any) -> PublishedMonth:
    """A month of so many letters; its first office has most of them."""
    whole = public.lines("all", {"all": counted(n)}, {"all": dict.fromkeys(LANGUAGES, "All letters")})
    parts = [
        line for dimension, names in PARTS.items() for line in public.lines(dimension, _shared(n, list(names)), names)
    ]
    at = datetime(2026, 9, 8, 1, tzinfo=UTC)
    facts: dict[str, Any] = {"month": month, "version": version, "computed_at": at, "parts": parts}
    return PublishedMonth(**facts | {"whole": whole[0] if whole else {}} | more)


def _shared(n: int, codes: list[str]) -> dict[str, Figures]:
    rest = n // 4 // max(1, len(codes) - 1)
    first, *others = codes
    return {first: counted(n - rest * len(others)), **{code: counted(rest) for code in others}}


def a_year(last: date = date(2026, 8, 1), **more: Any) -> list[PublishedMonth]:
    """Twelve months, each with some letters more."""
    return _months(last.year * 12 + last.month - 12, 12, **more)


def until(today: date) -> list[PublishedMonth]:
    """The same from September 2025 on, with all months that are over: a running service has none to add."""
    first = 2025 * 12 + 8
    return _months(first, today.year * 12 + today.month - 1 - first)


def _months(first: int, number: int, **more: Any) -> list[PublishedMonth]:
    firsts = [date(count // 12, count % 12 + 1, 1) for count in range(first, first + number)]
    return [a_month(begins, 100 + 7 * place, **more) for place, begins in enumerate(firsts)]
