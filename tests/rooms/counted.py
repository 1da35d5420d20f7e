"""A small city of letters counted by hand, and the table of what each counts for.

All but one came on Monday, 2 March 2026; enquiries are owed on the 9th, by their office on the 6th (in Japanese the
5th), the complaint on the 16th. Days are days of March. Today is Friday the 20th.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import Session, col, select

from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.jobs import figures
from mailbox_service.tickets import work
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import after, handle, protect, publish, reply, route, translate
from mailbox_service.tickets.statistics import kept, read
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.tickets.tables import RoundFact, Ticket
from mailbox_service.tickets.tables.words import Channel, Kind, ReviewOutcome, Satisfaction
from tests.doors.staff.town import Town

TODAY = date(2026, 3, 20)

# "in": whether it is in every rate's denominator. first, work, cal: days to the first word, to the reply in working
# days without pauses, and in calendar days.
TABLE = """
letter         round  begun  due  ended  in  kept  original  first  work  cal  also
in_time        1      2      9    4      1   1     1         2      2     2    answered
other_writer   1      2      9    4      1   1     1         2      2     2    answered
same_writer    1      2      9    4      0   1     1         2      2     2    answered
late           1      2      9    10     1   0     0         6      6     8    answered
open           1      2      9    -      1   0     0         -      -     -    -
extended       1      2      16   12     1   1     0         8      8     10   answered,extended
paused         1      2      9    -      0   0     0         1      -     -    -
asked          1      2      13   13     1   1     0         1      5     11   answered
returned       1      2      9    5      1   1     1         3      3     3    answered
reopened       1      2      9    3      1   1     1         1      1     1    answered,rated,reopened
reopened       2      4      11   12     1   0     0         6      6     8    answered
reviewed       1      2      9    4      1   1     1         2      2     2    answered,review_asked
reviewed       2      5      12   -      1   0     0         -      -     -    -
changed        1      2      9    3      1   1     1         1      1     1    answered,review_asked
changed        2      3      10   6      1   1     1         3      3     3    answered,reviewed,changed
unrouted       1      2      9    -      1   0     0         -      -     -    -
declined       1      2      9    3      1   1     1         1      1     1    declined
transferred    1      2      9    11     1   0     0         7      7     9    transferred
taken_back     1      2      9    3      0   0     0         -      -     -    -
given_up       1      2      9    10     1   0     0         -      -     -    -
spam           1      2      9    -      0   0     0         -      -     -    -
restricted     1      2      9    -      0   0     0         -      -     -    -
satisfied      1      2      9    5      1   1     1         3      3     3    answered,rated,satisfied,solved,solved_said,consented,published
partly         1      2      9    5      1   1     1         3      3     3    answered,rated,partly,solved_said,consented
corrected      1      2      9    4      1   1     1         2      2     2    answered
erased         1      2      9    4      1   1     1         2      2     2    answered
erased_twin    1      2      9    4      0   1     1         2      2     2    answered
japanese       1      2      9    5      1   1     1         3      3     3    answered
complaint      1      2      16   -      1   0     0         -      -     -    -
not_yet        1      20     27   -      0   0     0         -      -     -    -
"""  # noqa: E501 - a table


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 3, tzinfo=UTC)


class Counted:
    """The city, while its letters come about."""

    def __init__(self, session: Session, town: Town) -> None:
        self.session, self.town = session, town

    def letter(self, name: str, office: str = "", day: int = 2, **more: Any) -> str:
        """A letter of that name, passed on to an office if one is named."""
        number = self.town.letter(self.session, name, now=at(day), **more)
        if office:
            self.act(number, day, "karl", route.route, self.town.offices[office])
        return number

    def act(self, number: str, day: int, who: str, verb: Callable[..., None], *arguments: Any, **more: Any) -> None:
        self.town.act(self.session, number, who, verb, *arguments, now=at(day), **more)

    def answer(self, number: str, day: int, officer: str = "dora", head: str = "hugo", **more: Any) -> None:
        self.act(number, day, officer, reply.submit_reply, "Mended.", **more)
        submitted = self.town.case(self.session, number).submitted
        assert submitted is not None
        self.act(number, day, head, reply.approve, submitted.version)

    def merge(self, number: str, into: str) -> None:
        karl = self.town.actor(self.session, "karl")
        work.merge_into(self.session, self.town.book, number, into, karl, now=at(3))


def letters(session: Session, town: Town) -> None:
    """Every letter of the table."""
    city = Counted(session, town)
    answered(city)
    moved(city)
    again(city)
    ended(city)
    judged(city)
    others(city)


def answered(city: Counted) -> None:
    first = city.letter("in_time", "roads")
    city.merge(city.letter("other_writer", email="other@example.org"), first)
    city.merge(city.letter("same_writer", email="Carl@Example.org"), first)
    city.answer(first, 4)
    city.answer(city.letter("late", "roads"), 10)
    city.letter("open", "roads")


def moved(city: Counted) -> None:
    longer = city.letter("extended", "roads")
    city.act(longer, 4, "dora", handle.propose_extension, "parts are missing")
    city.act(longer, 5, "mina", handle.decide_extension, True)
    city.answer(longer, 12)
    for name in ("paused", "asked"):
        asked = city.letter(name, "roads")
        city.act(asked, 3, "dora", handle.ask, "which lamp?")
    city.act(asked, 9, "citizen", handle.answer, "the tall one")
    city.answer(asked, 13)
    returned = city.letter("returned", "parks")
    city.act(returned, 3, "paul", route.propose_return, "no tree")
    city.act(returned, 3, "karl", route.decide_return, city.town.offices["roads"])
    city.answer(returned, 5)


def again(city: Counted) -> None:
    reopened = city.letter("reopened", "roads")
    city.answer(reopened, 3)
    city.act(reopened, 4, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="still dark")
    city.act(reopened, 4, "citizen", after.ask_reopening, "still dark")
    city.act(reopened, 4, "mina", after.decide_reopening, True)
    city.answer(reopened, 12)
    for name, day, office in (("reviewed", 4, "parks"), ("changed", 3, "foreign")):
        reviewed = city.letter(name, "roads")
        city.answer(reviewed, day)
        city.act(reviewed, day, "citizen", after.ask_review, "wrong law")
        city.act(reviewed, day + (name == "reviewed"), "mina", after.decide_review, city.town.offices[office])
    city.answer(reviewed, 6, "finn", "fang", review_outcome=ReviewOutcome.CHANGED)


def ended(city: Counted) -> None:
    city.letter("unrouted")
    declined = city.letter("declined")
    city.act(declined, 3, "karl", route.propose_decline, "no", "the court")
    city.act(declined, 3, "kim", route.decide_decline, True)
    transferred = city.letter("transferred")
    city.act(transferred, 3, "karl", route.propose_transfer, "no", {"zh": "法院"})
    city.act(transferred, 11, "kim", route.decide_transfer, True)
    for name, day in (("taken_back", 3), ("given_up", 10)):
        city.act(city.letter(name), day, "citizen", after.withdraw)
    city.act(city.letter("spam"), 3, "karl", route.mark_spam)
    city.act(city.letter("restricted"), 2, "citizen", protect.restrict)


def judged(city: Counted) -> None:
    satisfied, partly = (city.letter(name, "roads", publication_consent=True) for name in ("satisfied", "partly"))
    city.answer(satisfied, 5)
    city.act(satisfied, 6, "citizen", after.rate, Satisfaction.SATISFIED, solved=True)
    city.act(satisfied, 6, "karl", publish.propose_publication, publish.Copy("A", "B", "C"), "of use")
    city.act(satisfied, 6, "kim", publish.decide_publication, True)
    city.answer(partly, 5)
    city.act(partly, 6, "citizen", after.rate, Satisfaction.PARTLY, solved=False)
    corrected = city.letter("corrected", "roads")
    city.answer(corrected, 4)
    city.act(corrected, 16, "dora", reply.correct_reply, "Mended on Tuesday.")
    city.act(corrected, 17, "hugo", reply.approve, 2)
    erased = city.letter("erased", "roads", email="forget@example.org")
    twin = city.letter("erased_twin", email="forget@example.org")
    city.merge(twin, erased)
    city.answer(erased, 4)
    for number in (erased, twin):
        city.act(number, 9, "citizen", protect.ask_erasure, "please")
        city.act(number, 9, "karl", protect.decide_erasure, True)


def others(city: Counted) -> None:
    japanese = city.letter("japanese", "roads", language="ja", written_in="ja")
    letter = city.town.case(city.session, japanese).messages[0].id
    city.act(japanese, 3, "finn", translate.translate_letter, letter, "translated")
    city.answer(japanese, 4)
    city.act(japanese, 5, "finn", reply.translate_reply, 1, "translated")
    topic = city.town.topics["streets"]
    city.letter("complaint", "roads", kind=Kind.COMPLAINT, channel=Channel.PHONE, topic_id=topic)
    city.letter("not_yet", day=20)


def expected() -> dict[tuple[str, int], dict[str, Any]]:
    """The table's rows, by letter and round, as facts name them."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    found = {}
    for line in lines:
        row = dict(zip(head, line, strict=True))
        also = set() if row["also"] == "-" else set(row["also"].split(","))
        facts: dict[str, Any] = {name: int(name in also) for name in ALSO}
        facts |= {f"{name}_on": _day(row[name]) for name in ("begun", "due", "ended")}
        facts |= {"due": int(row["in"]), "kept": int(row["kept"]), "kept_original": int(row["original"])}
        lengths = {"first_days": "first", "work_days": "work", "calendar_days": "cal"}
        facts |= {name: None if row[short] == "-" else int(row[short]) for name, short in lengths.items()}
        found[row["letter"], int(row["round"])] = facts
    return found


ALSO = (
    *("answered", "declined", "transferred", "extended", "reopened", "review_asked", "reviewed", "changed"),
    *("consented", "published", "rated", "satisfied", "partly", "solved", "solved_said"),
)


def _day(word: str) -> date | None:
    return None if word == "-" else date(2026, 3, int(word))


def facts_by_letter(session: Session, names: dict[int, str]) -> dict[tuple[str, int], dict[str, Any]]:
    """What the service keeps, by letter and round, of the columns that the table has."""
    rows = session.exec(select(RoundFact).order_by(col(RoundFact.ticket_id), col(RoundFact.round_id))).all()
    nth: dict[int, int] = {}
    found = {}
    for row in rows:
        nth[row.ticket_id] = nth.get(row.ticket_id, 0) + 1
        columns = next(iter(expected().values()))
        found[names[row.ticket_id], nth[row.ticket_id]] = {name: getattr(row, name) for name in columns}
    return found


def names(session: Session) -> dict[int, str]:
    """The letters' names in the table, by id; to be asked before one is erased."""
    return dict(session.exec(select(Ticket.id, Ticket.subject)).all())


async def count(db: Database, town: Town, today: date = TODAY) -> None:
    """Look at everything that has changed, some letters at a time."""
    while await db.reading(lambda session: kept.is_waiting(session, today)):
        await db.writing(lambda session: kept.step(session, town.book.open(session).calendar, today, 7))


def count_at_once(session: Session, book: CityBook, today: date) -> None:
    """The same in one transaction."""
    while kept.step(session, book.open(session).calendar, today):
        session.flush()


async def everything_anew(db: Database, settings: Settings, town: Town, today: date) -> object:
    """Every figure of the year, in all and told apart by anything, after facts and sums were made from scratch."""
    now = datetime.combine(today, time(4), UTC)
    await figures.rebuild(db, settings, town.book, progress=lambda *_: None, now=now)
    year = Period.of_year(today)

    def read_all(session: Session) -> list[object]:
        reports = [read.read(session, year, by=by) for by in (None, *Dimension)]
        return [
            {key: [each.of(figure) for figure in Figure] for key, each in (("", report.total), *report.rows.items())}
            for report in reports
        ]

    return await db.reading(read_all)
