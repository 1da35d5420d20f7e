"""/admin/offices/{office}/close: an office is merged into another or closed, and its letters follow."""

from __future__ import annotations

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say, say_many
from mailbox_service.city import lists, offices
from mailbox_service.mail import role_given
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.find import offices as letters
from mailbox_service.tickets.life import succeed
from mailbox_service.web import pages
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.offices import FIELDS, PATH, office_of
from mailbox_service.web.desk import Desk

BATCH = 25  # letters that follow in one transaction


async def do(desk: Desk) -> Response[bytes]:
    """Let the letters follow that were on their way when the office was merged."""
    await desk.form()
    office = await office_of(desk)
    if office.merged_into_id is not None:
        await follow(desk, office.id, office.merged_into_id)
    return pages.see_other(f"{PATH}/{office.id}?done=yes")


async def follow(desk: Desk, office_id: int, into_id: int) -> None:
    """Let every open letter of a merged office follow, some in each transaction, so that nobody waits for all."""

    def some(session: Session) -> int:
        numbers = letters.following(session, office_id, into_id, BATCH)
        for found in numbers:
            verb, book = succeed.follow_office, desk.site.book
            work.act(session, book, found, SYSTEM, verb, office_id, into_id, now=desk.now)
        return len(numbers)

    while await desk.write(some) == BATCH:
        continue


async def closing(desk: Desk) -> Editing:
    """An office merged into another, or closed."""
    office, lang = await office_of(desk), desk.lang

    def read(session: Session) -> tuple[int, int, int]:
        here = [held for held in lists.open_roles_in(session, office.id) if held.confirmed_at]
        return letters.count_open(session, office.id), len(lists.topics_of(session, office.id)), len(here)

    waiting, topics, people = await desk.read(read)

    def save(session: Session, values: Values, version: int) -> str:
        into, by, now = editing.chosen_id(values["into"]), room.me(desk), desk.now
        left = letters.count_open(session, office.id)
        given = offices.close(session, office.id, into, version, open_letters=left, by=by, now=now)
        if given:
            role_given.tell(session, desk.site.chosen.settings, given, now=now)
        return f"{PATH}/{office.id}?done=yes"

    return Editing(
        title=say(lang, "Merge or close: %(office)s", office=room.named(desk, office.name)),
        path=f"{PATH}/{office.id}/close",
        back=f"{PATH}/{office.id}",
        asks=[
            _into(desk, office.id),
        ],
        stored={},
        save=save,
        version=office.version,
        adds=True,
        remarks=lambda _values: _what_follows(lang, waiting, topics, people),
        fields=FIELDS,
        after=_after_closing,
        button=say(lang, "Close the office"),
    )


def _into(desk: Desk, office_id: int) -> Ask:
    lang = desk.lang
    return Ask(
        "into",
        say(lang, "Into which office"),
        "select",
        room.office_options(desk, besides=office_id),
        hint=say(lang, "Without one, only an office that has no open letters can be closed."),
        empty=say(lang, "Into none: close it"),
    )


def _what_follows(lang: str, waiting: int, topics: int, people: int) -> list[str]:
    return [
        say_many(lang, "%(count)s open letter goes there.", "%(count)s open letters go there.", waiting),
        say_many(lang, "%(count)s subject area goes there.", "%(count)s subject areas go there.", topics),
        say_many(
            lang,
            "%(count)s role ends; the same in the other office waits to be confirmed.",
            "%(count)s roles end; the same in the other office wait to be confirmed.",
            people,
        ),
        say(lang, "What it translated, the other office translates. What happened before keeps the old name."),
    ]


async def _after_closing(desk: Desk) -> None:
    office = await office_of(desk)
    if office.merged_into_id is not None:
        await follow(desk, office.id, office.merged_into_id)


doors = [
    room.hang("POST", f"{PATH}/{{office:str}}", do),
    *editing.doors(f"{PATH}/{{office:str}}/close", closing),
]
