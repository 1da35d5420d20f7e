"""/letters/{number}: where a letter stands, what happened, the reply, and what its writer can do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response, get
from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.language import day, say, written_in
from mailbox_service.base.looks import Row
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.tables.words import MessageKind, Status
from mailbox_service.web import pages
from mailbox_service.web.page import Page
from mailbox_service.web.parts import Act, Both, Due, Entry, FileLink, Level
from mailbox_service.web.public import asks, due_date, key, story, texts
from mailbox_service.web.site import Visit


@dataclass(frozen=True, slots=True)
class Sheet:
    """A reply of the city; `both` stands instead of the text when it was written in one language and sent in two."""

    text: str
    lang: str
    meta: str
    office: str
    both: Both | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What the office asks, and until when it waits."""

    text: str
    lang: str
    meta: str
    until: str


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter as its writer sees it."""

    page: Page
    number: str
    status: str
    office: str
    body: str
    sentence: str
    why: Sequence[str]
    due: Due | None
    question: Question | None
    replies: Sequence[Sheet]
    subject: str
    text: str
    text_lang: str
    subject_lang: str
    text_meta: str
    both: Both | None
    files: Sequence[FileLink]
    emptied: bool
    entries: Sequence[Entry]
    first: Act | None
    acts: Sequence[Act]
    has_outside_way: bool


async def load(visit: Visit) -> tuple[letters.Letter, City] | None:
    """The letter of this address with the city, if this browser has opened it."""
    link = key.held(visit)
    if link is None:
        return None
    number, book = visit.word("number"), visit.site.book

    def find(session: Session) -> tuple[letters.Letter, City] | None:
        found = letters.letter(session, link.ticket_id, link.generation, number)
        return (found, book.open(session)) if found else None

    return await visit.site.db.reading(find)


def to_the_door(visit: Visit) -> Response[bytes]:
    """Number and code are asked for again: the letter isn't open in this browser, or not any more."""
    number = visit.word("number")
    more = f"?number={number}" if len(number) == 14 and number.replace("-", "").isdigit() and number.isascii() else ""
    return pages.see_other(f"/{visit.lang}/track{more}")


@get("/{lang:str}/letters/{number:str}")
async def letter(request: Visit) -> Response[bytes]:
    """Show the letter."""
    request.require_language()
    found = await load(request)
    if found is None:
        return to_the_door(request)
    return pages.html(request, "public/letter.html", page_of(request, *found))


def page_of(visit: Visit, found: letters.Letter, city: City) -> LetterPage:
    """Everything the page shows."""
    lang, head, now = visit.lang, found.head, clock.now()
    today = city.calendar.day_of(now)
    told = story.Teller(lang, visit.site.zone, city, found)
    acts = asks.offered(lang, found, city, today)
    done = asks.DONE.get(visit.query_params.get("done", ""), "")
    title = say(lang, "Letter %(number)s", number=head.number)
    first = found.messages[0]
    code = texts.language_of(first.text, first.language, city.working_language)
    return LetterPage(
        page=pages.frame(visit, title, notice=say(lang, done) if done else ""),
        number=head.number,
        status=head.status,
        office=told.office(head.lead_department_id),
        body=told.body(),
        sentence=told.standing(today),
        why=told.reasons(),
        due=_due(found, city, told, today, lang),
        question=question_of(visit, found, city),
        replies=_replies(found, told, city, lang),
        subject=head.subject,
        text=first.text,
        text_lang=texts.tag(code),
        subject_lang=texts.tag(written_in(head.subject, code)),
        text_meta=_joined(told.moment(head.received_at), texts.said_in(lang, code)),
        both=told.translated(first),
        files=told.files(first),
        emptied=head.emptied_at is not None,
        entries=told.entries(),
        first=next((act for act in acts if act.key == "first"), None),
        acts=[act for act in acts if act.key != "first"],
        has_outside_way=head.status in (Status.ANSWERED, Status.CLOSED, Status.DECLINED),
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _due(found: letters.Letter, city: City, told: story.Teller, today: date, lang: str) -> Due | None:
    """The badge of a letter that still waits for its reply."""
    head = found.head
    if head.ended_at is not None:
        return None
    left = city.calendar.between(today, head.due_on)
    if head.status == Status.AWAITING_CITIZEN:
        days = -1 if head.remaining is None else head.remaining
        return Due("hold", days, "", "", how=due_date.how(told))
    level: Level = "late" if today > head.due_on else "soon" if left <= 1 else "fine"
    return Due(
        level,
        abs(left) if level != "late" else max(1, -left),
        head.due_on.isoformat(),
        day(head.due_on, lang),
        provisional=head.provisional,
        how=due_date.how(told),
    )


def question_of(visit: Visit, found: letters.Letter, city: City) -> Question | None:
    """What the office waits to hear, if it waits."""
    if found.head.status != Status.AWAITING_CITIZEN:
        return None
    lang = visit.lang
    told = story.Teller(lang, visit.site.zone, city, found)
    asked = next((m for m in reversed(found.messages) if m.kind == MessageKind.QUESTION), None)
    if asked is None:
        return None
    code = texts.language_of(asked.text, asked.language, city.working_language)
    meta = _joined(told.office(asked.department_id), told.moment(asked.at), texts.said_in(lang, code))
    return Question(asked.text, texts.tag(code), meta, asks.answer_until(found, city, lang))


def _replies(found: letters.Letter, told: story.Teller, city: City, lang: str) -> list[Sheet]:
    return [_sheet(row, found, told, city, lang) for row in reversed(found.replies) if row.text]


def _sheet(row: Row, found: letters.Letter, told: story.Teller, city: City, lang: str) -> Sheet:
    """The reply in the writer's language first; beside it the text in the working language, which counts."""
    office, sent = told.office(row.department_id), told.moment(row.sent_at)
    working, both = city.working_language, texts.both_of_reply(lang, row, found, city.working_language)
    if both is None:
        return Sheet(
            row.text, texts.tag(working), _joined(sent, texts.said_in(lang, working)), office,
            corrected=row.corrects_id is not None,
        )  # fmt: skip
    translated = told.moment(row.translated_at) if row.translated_at else sent
    by = told.office(row.translated_by) if row.translated else office
    said = say(lang, "Translated by: %(office)s, %(at)s", office=by, at=translated)
    return Sheet(row.text, both.first.lang, _joined(sent, said), office, both, corrected=row.corrects_id is not None)


@get("/{lang:str}/leave")
async def leave(request: Visit) -> Response[bytes]:
    """Close the letter in this browser, as one should on a shared computer."""
    request.require_language()
    key.close_letter(request)
    return pages.see_other(f"/{request.lang}/track")
