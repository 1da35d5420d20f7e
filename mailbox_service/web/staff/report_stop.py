"""/staff/reports/{token}: ends such reports for whoever got the mail, without being signed in, as digests are ended."""

from __future__ import annotations

from litestar import Response
from litestar.exceptions import NotFoundException

from mailbox_service.base import clock
from mailbox_service.base.language import say
from mailbox_service.desk import reports
from mailbox_service.desk.tables import Span
from mailbox_service.mail import report
from mailbox_service.web.desk import hang_open
from mailbox_service.web.page import Link
from mailbox_service.web.site import Visit
from mailbox_service.web.staff import way_in
from mailbox_service.web.staff.way_in import WayIn

PATH = "/staff/reports/{token:str}"


async def ask_report(visit: Visit) -> Response[bytes]:
    """Ask once more: there are programs that open every link of a mail."""
    _reader(visit)
    lead = [say(visit.lang, "Don’t you want to get it any more?")]
    return _page(visit, lead, say(visit.lang, "Send me no more of these"))


async def end_report(visit: Visit) -> Response[bytes]:
    """End them; what else the form holds doesn't matter."""
    person_id, every = _reader(visit)
    await visit.site.db.writing(lambda session: reports.stop(session, person_id, {every}))
    return _page(visit, [say(visit.lang, "You get it no more. On the page “Reports by mail” you can choose it again.")])


def _reader(visit: Visit) -> tuple[int, Span]:
    found = report.reader_of(visit.site.settings, visit.word("token"), now=clock.now())
    if found is None:
        raise NotFoundException
    return found


def _page(visit: Visit, lead: list[str], button: str = "") -> Response[bytes]:
    onward = Link(say(visit.lang, "Reports by mail"), "/manager/report/orders")
    return way_in.shown(
        visit, say(visit.lang, "Reports by mail"), WayIn(visit.path, lead, button=button, ways=[onward])
    )


doors = [hang_open("GET", PATH, ask_report), hang_open("POST", PATH, end_report)]
