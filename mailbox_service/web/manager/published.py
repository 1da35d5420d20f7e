"""/manager/published: the months everybody can read, and the decision to publish one again with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, in_language, say, say_refusal
from mailbox_service.base.language import month as month_name
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.statistics.public import FIGURES, Line, fields_of
from mailbox_service.tickets.tables import PublishedMonth
from mailbox_service.tickets.tables.published import Correction
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.figures import NONE
from mailbox_service.web.forms import Form
from mailbox_service.web.manager.reader import WHOLE_HOUSE
from mailbox_service.web.page import Link, Option, Page, Problem

PATH = "/manager/published"
REASONS = tuple(one for one in Correction if one is not Correction.FIRST)
ABOUT = {"correction.reason": "why", "correction.remark": "remark"}
MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class ListPage:
    """Every published month with its newest version."""

    page: Page
    months: Sequence[tuple[Link, str]]


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when, by whom, why."""

    name: str
    text: str
    remark: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a line that a new version would say differently."""

    line: str
    field: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month's versions, what a new one would change, and the form that publishes it."""

    page: Page
    path: str
    month: str
    seen: int
    versions: Sequence[Version]
    changes: Sequence[Change]
    cut: str
    reasons: Sequence[Option]
    why: str
    remark: str
    may_publish: bool


async def listed(desk: Desk) -> Response[bytes]:
    """The months, the newest first.

    Raises:
        Refused: "not_yours" to who may not read figures.
    """
    _require(desk)
    lang = desk.lang
    found = await desk.read(lambda session: published.months(session, limit=published.MOST_MONTHS))
    months = [
        (
            Link(month_name(row.month, lang), f"{PATH}/{row.month:%Y-%m}"),
            say(lang, "Version %(version)s, %(day)s", version=row.version, day=_day(desk, row.computed_at)),
        )
        for row in found
    ]
    page = frame(desk, say(lang, "Published figures"))
    return pages.html(desk.visit, "manager/published.html", ListPage(page, months))


async def show(desk: Desk) -> Response[bytes]:
    """One month.

    Raises:
        Refused: "not_yours" to who may not read figures; "not_found" for what was never published.
    """
    _require(desk)
    return await _page(desk, _month(desk), "", "")


async def do(desk: Desk) -> Response[bytes]:
    """Publish the month again."""
    form, month = await desk.form(), _month(desk)
    why, remark = form.line("why"), form.text("remark")
    if switched(desk.visit, form):
        return await _page(desk, month, why, remark)
    try:
        await desk.write(lambda session: _correct(session, desk, month, form))
    except Refused as refused:
        if refused.code not in (*ABOUT, "correction.same", "conflict"):
            raise
        return await _page(desk, month, why, remark, refused)
    return pages.see_other(f"{PATH}/{month.first:%Y-%m}?done=1")


def _correct(session: Session, desk: Desk, month: Month, form: Form) -> None:
    why = next((one for one in REASONS if one.value == form.line("why")), Correction.FIRST)
    seen, remark = form.number("seen") or 0, form.text("remark").strip()
    published.correct(session, month, seen, why, remark, by=desk.viewer, now=desk.now)


def _require(desk: Desk) -> None:
    if not any(desk.viewer.has(role) for role in WHOLE_HOUSE):
        raise Refused("not_yours")


def _month(desk: Desk) -> Month:
    try:
        return Month(date.fromisoformat(f"{desk.visit.word('month')}-01"))
    except ValueError as none:
        raise Refused("not_found") from none


def _day(desk: Desk, at: datetime) -> str:
    return day(desk.city.calendar.day_of(at), desk.lang)


# --- The month's page --------------------------------------------------------------------------


async def _page(desk: Desk, month: Month, why: str, remark: str, refused: Refused | None = None) -> Response[bytes]:
    lang = desk.lang

    def read(session: Session) -> tuple[Sequence[Version], Sequence[Changed], int]:
        _require(desk)
        newest = published.of(session, month.first)
        if newest is None:
            raise Refused("not_found")
        changes = [*_changes(newest, *published.computed(session, month))]
        rows = published.versions(session, month.first)
        names = find.names(session, [row.published_by for row in rows if row.published_by])
        return [_version(desk, row, names) for row in rows], changes, newest.version

    versions, changes, seen = await desk.read(read)
    problems = [Problem(ABOUT.get(refused.code, ""), say_refusal(lang, refused))] if refused else []
    notice = say(lang, "The new version is public.") if desk.asked("done") and not refused else ""
    name = month_name(month.first, lang)
    title = say(lang, "Published figures: %(month)s", month=name)
    context = MonthPage(
        page=frame(desk, title, form_id="correct", notice=notice, problems=problems),
        path=f"{PATH}/{month.first:%Y-%m}",
        month=name,
        seen=seen,
        versions=versions,
        changes=[_change(lang, one) for one in changes[:MOST_CHANGES]],
        cut=say(lang, "Only the first %(most)s are shown.", most=MOST_CHANGES) if len(changes) > MOST_CHANGES else "",
        reasons=[Option(one.value, say(lang, f"correction.{one.value}")) for one in REASONS],
        why=why,
        remark=remark,
        may_publish=published.may_correct(desk.viewer),
    )
    return pages.html(
        desk.visit, "manager/published_month.html", context, status=STATUS.get(refused.code, 422) if refused else 200
    )


def _version(desk: Desk, row: PublishedMonth, names: Mapping[int, str]) -> Version:
    lang = desk.lang
    who = names.get(row.published_by or 0, "") or say(lang, "by itself")
    on, why = _day(desk, row.computed_at), say(lang, f"correction.{row.why.value}")
    text = say(lang, "%(day)s, %(who)s: %(why)s", day=on, who=who, why=why)
    return Version(say(lang, "Version %(version)s", version=row.version), text, row.remark)


Changed = tuple[Line, str, Any, Any]  # the line, the field, what was published, what is counted now


def _changes(newest: PublishedMonth, whole: Line, parts: Sequence[Line]) -> Iterator[Changed]:
    """What a new version would say differently."""
    then = {(line["dimension"], line["code"]): line for line in (newest.whole, *newest.parts) if line}
    now = {(line["dimension"], line["code"]): line for line in (whole, *parts) if line}
    for key in dict.fromkeys((*then, *now)):
        before, after = then.get(key, {}), now.get(key, {})
        for field in (field for figure in FIGURES for field in fields_of(figure)):
            if before.get(field) != after.get(field):
                yield after or before, field, before.get(field), after.get(field)


def _change(lang: str, changed: Changed) -> Change:
    line, field, then, now = changed
    return Change(in_language(line["name"], lang), field, _said(then), _said(now))


def _said(value: Any) -> str:
    return NONE if value is None else f"{value:g}"


doors = [
    hang("GET", PATH, listed),
    hang("GET", f"{PATH}/{{month:str}}", show),
    hang("POST", f"{PATH}/{{month:str}}", do),
]
