"""/staff/digest/{token}: ends the digests of whoever got the mail, without being signed in.

A mail program sends the form by itself (RFC 8058): the link is the key, and all it does is that less is sent.
"""

from __future__ import annotations

from litestar import Response
from litestar.exceptions import NotFoundException

from mailbox_service.base import clock
from mailbox_service.base.language import say
from mailbox_service.mail import digest
from mailbox_service.web.desk import hang_open
from mailbox_service.web.page import Link
from mailbox_service.web.site import Visit
from mailbox_service.web.staff import way_in
from mailbox_service.web.staff.way_in import WayIn

PATH = "/staff/digest/{token:str}"


async def ask_digest(visit: Visit) -> Response[bytes]:
    """Ask once more: there are programs that open every link of a mail."""
    _reader(visit)
    return _page(
        visit, [say(visit.lang, "Don’t you want to get it any more?")], say(visit.lang, "Send me no more of these")
    )


async def end_digest(visit: Visit) -> Response[bytes]:
    """End them; what else the form holds doesn't matter."""
    person_id = _reader(visit)
    await visit.site.db.writing(lambda session: digest.choose(session, person_id, digest.NEVER))
    return _page(visit, [say(visit.lang, "You get it no more. On the page “My account” you can choose it again.")])


def _reader(visit: Visit) -> int:
    found = digest.reader_of(visit.site.settings, visit.word("token"), now=clock.now())
    if found is None:
        raise NotFoundException
    return found


def _page(visit: Visit, lead: list[str], button: str = "") -> Response[bytes]:
    onward = Link(say(visit.lang, "My account"), "/staff/account")
    step = WayIn(visit.path, lead, button=button, ways=[onward])
    return way_in.shown(visit, say(visit.lang, "The mail of what waits for you"), step)


doors = [hang_open("GET", PATH, ask_digest), hang_open("POST", PATH, end_digest)]
