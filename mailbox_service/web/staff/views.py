"""/staff/views: the saved views, one's own to rename, share and delete; saving one from a queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import views
from mailbox_service.desk.tables import SavedView
from mailbox_service.web import pages
from mailbox_service.web.desk import HOME, Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page
from mailbox_service.web.staff import acts, filters

PATH = "/staff/views"
KEPT = ("queue", "sort", *filters.NAMES)
DONE = {"saved", "renamed", "shared", "deleted"}


@dataclass(frozen=True, slots=True)
class View:
    """One saved view; `own` ones can be changed. `office` is whom it is shared with."""

    id: str
    name: str
    href: str
    own: bool
    office: str
    office_id: str


@dataclass(frozen=True, slots=True)
class ViewsPage:
    """The views, and the offices they may be shared with."""

    page: Page
    views: Sequence[View]
    offices: Sequence[Option]


async def show(desk: Desk) -> Response[bytes]:
    """The list."""
    return await _page(desk)


async def do(desk: Desk) -> Response[bytes]:
    """Save, rename, share or delete."""
    form = await desk.form()
    if switched(desk.visit, form):
        return await _page(desk)
    act = form.line("act")
    try:
        done = await desk.write(lambda session: _do(session, desk, act, form))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return await _page(desk, refused)
    if done == "saved":
        return pages.see_other(f"{HOME}?{only_filters(form.line('query'))}&view=saved")
    return pages.see_other(f"{PATH}?done={done}")


def _do(session: Session, desk: Desk, act: str, form: Form) -> str:
    view, by = form.number("view") or 0, desk.viewer
    match act:
        case "save":
            views.save(session, form.line("name"), only_filters(form.line("query")), by=by, now=desk.now)
            return "saved"
        case "rename":
            views.rename(session, view, form.line("name"), by=by)
            return "renamed"
        case "share":
            views.share(session, view, form.number("office"), by=by)
            return "shared"
        case "delete":
            views.delete(session, view, by=by)
            return "deleted"
    raise Refused("not_found")


def only_filters(query: str) -> str:
    """An address's query with nothing in it but a queue, its filters and its order."""
    return urlencode([(name, value[:200]) for name, value in parse_qsl(query[:2000]) if name in KEPT])


def drawn(desk: Desk, found: Sequence[SavedView]) -> list[View]:
    """The views as links."""
    return [
        View(
            id=str(view.id),
            name=view.name,
            href=f"{HOME}?{view.query}",
            own=view.person_id == desk.viewer.person_id,
            office=desk.office(view.department_id),
            office_id=str(view.department_id or ""),
        )
        for view in found
    ]


async def _page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    found = await desk.read(lambda session: drawn(desk, views.of(session, desk.viewer)))
    done = desk.asked("done")
    notice = say(desk.lang, f"views.{done}") if done in DONE else ""
    problems = [acts.problem_of(desk, refused, ["name", "office"])] if refused else []
    offices = [Option(str(id_), desk.office(id_)) for id_ in sorted(desk.viewer.departments())]
    page = frame(desk, say(desk.lang, "Saved views"), notice=notice, problems=problems)
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/views.html", ViewsPage(page, found, offices), status=status)


doors = [hang("GET", PATH, show), hang("POST", PATH, do)]
