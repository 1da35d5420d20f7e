"""/manager/report/orders: which reports come to oneself by mail, each month or each quarter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import reports
from mailbox_service.desk.tables import Span
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.page import Option, Page

PATH = "/manager/report/orders"


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """The reports one can have by mail, which of them one has, and when the next ones come."""

    page: Page
    choices: Sequence[Option]
    chosen: Collection[str]
    address: str


async def show(desk: Desk) -> Response[bytes]:
    """What comes now.

    Raises:
        Refused: "not_yours" to who may not read figures.
    """
    if not any(desk.viewer.has(role) for role in reports.READERS):
        raise Refused("not_yours")
    found = await desk.read(lambda session: reports.wanted(session, desk.viewer.person_id or 0))
    return await _page(desk, {one.value for one in found})


async def do(desk: Desk) -> Response[bytes]:
    """Order these and no others.

    Raises:
        Refused: "not_yours" to who may not read figures.
    """
    form = await desk.form()
    ticked = form.all("every")
    chosen = {one for one in Span if one.value in ticked}
    if switched(desk.visit, form):
        return await _page(desk, {one.value for one in chosen})

    def order(session: Session) -> None:
        reports.order(session, chosen, by=desk.viewer, calendar=desk.city.calendar, now=desk.now)

    await desk.write(order)
    return pages.see_other(f"{PATH}?done=1")


async def _page(desk: Desk, chosen: Collection[str]) -> Response[bytes]:
    lang, viewer = desk.lang, desk.viewer.person_id or 0
    address = await desk.read(lambda session: reports.address(session, viewer))
    notice = say(lang, "Your reports by mail are set.") if desk.asked("done") else ""
    context = OrdersPage(
        page=frame(desk, say(lang, "Reports by mail"), form_id="orders", notice=notice),
        choices=[_choice(desk, one) for one in Span],
        chosen=chosen,
        address=address,
    )
    return pages.html(desk.visit, "manager/report_orders.html", context)


def _choice(desk: Desk, every: Span) -> Option:
    lang = desk.lang
    comes_on = reports.comes_on(every, desk.city.calendar, desk.now)
    next_on = day(comes_on, lang)
    if desk.city.calendar.is_provisional(comes_on):  # its holidays are not known yet
        next_on = say(lang, "%(date)s (provisional)", date=next_on)
    return Option(every.value, say(lang, f"report.every.{every.value}"), say(lang, "Next on %(day)s", day=next_on))


doors = [hang("GET", PATH, show), hang("POST", PATH, do)]
