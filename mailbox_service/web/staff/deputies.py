"""/staff/deputies: who stands in for oneself, named for a period by heads and approvers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import deputies, find
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.staff import acts

PATH = "/staff/deputies"
FIELDS = ("deputy", "from_on", "until_on")
ABOUT = {"deputy.unknown": "deputy", "deputy.days": "until_on", "deputy.twice": "from_on"}
DONE = {"named", "ended"}


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who stands in, or will."""

    id: str
    name: str
    days: str


@dataclass(frozen=True, slots=True)
class DeputiesPage:
    """Who stands in now and later, and the form to name one."""

    page: Page
    lines: Sequence[Line]
    people: Sequence[Option]
    typed: Mapping[str, str]


async def show(desk: Desk) -> Response[bytes]:
    """The list and the form."""
    return await _page(desk, {"deputy": "", "from_on": desk.today.isoformat(), "until_on": ""})


async def do(desk: Desk) -> Response[bytes]:
    """Name somebody, or end it."""
    form = await desk.form()
    typed = {name: form.line(name) for name in FIELDS}
    if switched(desk.visit, form):
        return await _page(desk, typed)
    try:
        done = await desk.write(lambda session: _do(session, desk, form))
    except Refused as refused:
        if refused.code in (*acts.OUT_OF_SIGHT, "not_yours"):
            raise
        return await _page(desk, typed, refused)
    return pages.see_other(f"{PATH}?done={done}")


def _do(session: Session, desk: Desk, form: Form) -> str:
    by = desk.viewer.person_id or 0
    if form.has("end"):
        deputies.end(session, form.number("end") or 0, by=by, today=desk.today, now=desk.now)
        return "ended"
    from_on, until_on = _day(form.line("from_on")), _day(form.line("until_on"))
    deputies.name(session, form.number("deputy") or 0, from_on, until_on, by=by, today=desk.today, now=desk.now)
    return "named"


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise Refused("deputy.days") from wrong


async def _page(desk: Desk, typed: Mapping[str, str], refused: Refused | None = None) -> Response[bytes]:
    lang, mine = desk.lang, desk.viewer.person_id or 0

    def read(session: Session) -> tuple[list[Line], list[Option]]:
        if not deputies.may_name(session, mine):
            raise Refused("not_yours")
        found = deputies.of(session, mine, desk.today)
        names = find.names(session, [one.deputy_id for one in found])
        lines = [
            Line(str(one.id), names.get(one.deputy_id, ""), f"{day(one.from_on, lang)} – {day(one.until_on, lang)}")
            for one in found
        ]
        return lines, [Option(str(one.id), one.name) for one in deputies.candidates(session, mine)]

    lines, people = await desk.read(read)
    done = desk.asked("done")
    notice = say(lang, f"deputies.{done}") if done in DONE else ""
    problems = [Problem(ABOUT.get(refused.code, ""), acts.said(desk, refused))] if refused else []
    page = frame(desk, say(lang, "My deputy"), form_id="deputy", notice=notice, problems=problems)
    context = DeputiesPage(page, lines, people, typed)
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/deputies.html", context, status=status)


doors = [hang("GET", PATH, show), hang("POST", PATH, do)]
