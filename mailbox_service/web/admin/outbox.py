"""/admin/outbox: what waits, failed and came back, and why; send again; hold every mail back for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import ids, tokens
from mailbox_service.base.language import moment, number, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find
from mailbox_service.mail import pauses, specimen, watch
from mailbox_service.mail.tables import MailPause, Recipient
from mailbox_service.mail.watch import State
from mailbox_service.web import pages
from mailbox_service.web.admin import room
from mailbox_service.web.admin.room import Cell, Line
from mailbox_service.web.desk import Desk, frame, switched
from mailbox_service.web.page import Link, Option, Page, Problem

PATH = "/admin/outbox"
SAID = frozenset(
    {
        *("stopped", "erased", "no-address", "restricted", "superseded", "bounced"),
        *("too-many", "no-letters", "link-over", "address", "smtputf8", "timeout"),
    }
)
DONE = ("again", "paused", "resumed")
GAVE_UP, SERVER = "gave up: ", "server: "


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """Tabs by state, a filter, the list; whether mails leave now, and what was typed to hold them back."""

    page: Page
    tabs: Sequence[Link]
    state: str
    notices: Sequence[Option]
    typed: Mapping[str, str]
    heads: Sequence[str]
    lines: Sequence[Line]
    more: str
    paused: str
    why: str
    no_server: bool
    past: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one look at the outbox brings."""

    lines: Sequence[watch.Line]
    more: str
    counts: Mapping[State, int]
    pause: MailPause | None
    past: Sequence[MailPause]
    names: Mapping[int, str]


async def show(desk: Desk) -> Response[bytes]:
    """The list."""
    return await _page(desk)


async def do(desk: Desk) -> Response[bytes]:
    """Send one again, or move the switch."""
    form = await desk.form()
    if switched(desk.visit, form):
        return await _page(desk, form.line("why"))
    act, _, of = form.line("act").partition(":")
    by, now, why = room.me(desk), desk.now, form.line("why")

    def work(session: Session) -> str:
        if act == "pause":
            pauses.begin(session, why, by=by, now=now)
            return "paused"
        if act == "resume":
            pauses.end(session, by=by, now=now)
            return "resumed"
        if act != "again" or (mail := ids.read(of)) is None:
            raise Refused("not_found")
        watch.send_again(session, mail, by=by, now=now)
        return "again"

    try:
        done = await desk.write(work)
    except Refused as refused:
        if refused.code == "not_found":
            raise
        return await _page(desk, why, refused)
    return pages.see_other(f"{PATH}?{urlencode({**_asked(desk), 'done': done})}")


def _asked(desk: Desk) -> dict[str, str]:
    """What the address asks for: the state and what narrows it."""
    state = desk.asked("state")
    asked = {name: desk.asked(name).strip() for name in ("notice", "failure", "number")}
    return {"state": state if state in set(State) else State.WAITING.value} | {k: v for k, v in asked.items() if v}


async def _page(desk: Desk, why: str = "", refused: Refused | None = None) -> Response[bytes]:
    lang, asked = desk.lang, _asked(desk)
    state = State(asked["state"])
    found = await desk.read(lambda session: _look(session, desk, state, asked))
    done = desk.asked("done") if desk.visit.method == "GET" else ""
    problem = [Problem("why" if refused.code == "reason.missing" else "", room.said(desk, refused))] if refused else []
    notice = say(lang, f"outbox.done.{done}") if done in DONE else ""
    context = OutboxPage(
        page=frame(desk, say(lang, "Outbox"), notice=notice, problems=problem),
        tabs=[_tab(desk, one, found.counts[one], one is state) for one in State],
        state=state.value,
        notices=[Option(one, specimen.named(desk.site.settings, one, lang)) for one in specimen.NOTICES],
        typed={name: asked.get(name, "") for name in ("notice", "failure", "number")},
        heads=[
            say(lang, one)
            for one in ("Notice", "Mail goes to", "Number of the letter", "Written", f"outbox.at.{state.value}", "Why")
        ],
        lines=[_line(desk, state, line, found.names) for line in found.lines],
        more=f"{PATH}?{urlencode({**asked, 'after': found.more})}" if found.more else "",
        paused=_said(desk, found.pause, found.names) if found.pause else "",
        why=why,
        no_server=not desk.site.settings.smtp_host,
        past=[_said(desk, one, found.names) for one in found.past],
    )
    status = (409 if refused.code == "conflict" else 422) if refused else 200
    return pages.html(desk.visit, "admin/outbox.html", context, status=status)


def _look(session: Session, desk: Desk, state: State, asked: Mapping[str, str]) -> _Found:
    narrowed = {name: asked.get(name, "") for name in ("notice", "failure")}
    typed = asked.get("number", "")
    of = tokens.read_number(typed) or typed
    lines, more = watch.listed(session, state, **narrowed, number=of, after=desk.asked_long("after"))
    pause, past = pauses.current(session), pauses.past(session)
    people = [line.person_id for line in lines] + [one.begun_by for one in (*past, *([pause] if pause else []))]
    names = find.names(session, [person for person in people if person is not None])
    return _Found(lines, more, watch.counts(session), pause, past, names)


def _tab(desk: Desk, state: State, count: int, current: bool) -> Link:
    written = f"{number(watch.COUNTED, desk.lang)}+" if count > watch.COUNTED else number(count, desk.lang)
    return Link(say(desk.lang, f"outbox.{state.value}"), f"{PATH}?state={state.value}", current, written)


def _line(desk: Desk, state: State, line: watch.Line, names: Mapping[int, str]) -> Line:
    lang, zone = desk.lang, desk.site.zone
    staff = names.get(line.person_id or 0, "") or say(lang, "Staff")
    cells = [
        Cell(specimen.named(desk.site.settings, line.notice, lang)),
        Cell(say(lang, "Writer") if line.recipient == Recipient.CITIZEN else staff),
        Cell(line.number or "–"),
        Cell(moment(line.written_at, lang, zone)),
        Cell(moment(line.at, lang, zone)),
        Cell(_why(lang, line.failure)),
    ]
    words = say(lang, "Try now") if state is State.WAITING else say(lang, "Send once more")
    return Line(cells, act=None if line.emptied else (words, f"again:{line.id}"))


def _why(lang: str, failure: str) -> str:
    """Why it hasn't left, in words where it is a word of ours; a server's code as it is."""
    if failure.startswith(GAVE_UP):
        return say(lang, "Given up after two days: %(code)s", code=failure.removeprefix(GAVE_UP))
    if failure.startswith(SERVER):
        return say(lang, "The server can’t be reached: %(code)s", code=failure.removeprefix(SERVER))
    return say(lang, f"outbox.why.{failure.replace('-', '_')}") if failure in SAID else failure


def _said(desk: Desk, pause: MailPause, names: Mapping[int, str]) -> str:
    at = moment(pause.begun_at, desk.lang, desk.site.zone)
    who, why = names.get(pause.begun_by or 0, ""), pause.why
    if pause.ended_at is None:
        return say(desk.lang, "Held back since %(at)s by %(who)s: %(why)s", at=at, who=who, why=why)
    until = moment(pause.ended_at, desk.lang, desk.site.zone)
    return say(desk.lang, "%(at)s to %(until)s, by %(who)s: %(why)s", at=at, until=until, who=who, why=why)


doors = [room.hang("GET", PATH, show), room.hang("POST", PATH, do)]
