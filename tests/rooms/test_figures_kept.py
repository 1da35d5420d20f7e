"""Whatever happens to letters, and whenever the job looks at them: what is kept is what a count from scratch finds."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, col, select

from mailbox_service import migrations
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import keep, rights
from mailbox_service.tickets.actor import SYSTEM, the_citizen_of
from mailbox_service.tickets.acts import ACTS
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.life import after, merge, overdue, route
from mailbox_service.tickets.statistics import anew, counting, gather, kept
from mailbox_service.tickets.statistics.figures import Figures, total
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import EVERYTHING, Dimension
from mailbox_service.tickets.tables import FigureSum, LeadFact, RoundFact, Ticket
from mailbox_service.tickets.tables.words import Kind, Status
from tests.acts import DOINGS
from tests.cast import KAI, MINA, NOW, PARKS, STAFF, WATCH, ZONE, a_letter, a_ticket
from tests.settled import a_book, settle, store

# Few and the same in every run: a walk of forty steps costs seconds. Each goes on in the city of those before it.
WALKS = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ONWARD = ("route", "sign_for", "ask", "answer", "submit_reply", "approve", "translate_reply", "rate", "ask_reopening",
          "ask_review", "propose_extension", "propose_return", "propose_decline", "inform")  # fmt: skip
NOT_ALONE = {"merge", "split"}  # these take a second letter
HOWS = ["act", "act", "act", "act", "act", "decide", "decide", "merge", "sweep", "look", "look"]
STEPS = st.lists(
    st.tuples(st.sampled_from(HOWS), st.integers(0, 999), st.integers(0, 999), st.sampled_from([0, 1, 5, 24, 72])),
    min_size=40,
    max_size=40,
)


@pytest.fixture
def city(database_url):
    engine = migrations.engine_for(database_url)
    with Session(engine, expire_on_commit=False) as session:
        settle(session)
        session.commit()
        yield City(session)
    engine.dispose()


class City:
    """A few letters at a time, and everybody who does something with them."""

    def __init__(self, session):
        self.session, self.book, self.now, self.count = session, a_book(), NOW, 0

    def letters_come(self):
        kinds = (Kind.ENQUIRY, Kind.COMPLAINT, Kind.HELP)
        languages, writers = ("zh", "ja", "zh"), ("carl@example.org", "other@example.org")
        new = [a_letter(kinds[n % 3], language=languages[n % 3], now=self.now) for n in range(3)]
        new += [a_ticket(Status.ANSWERED), a_ticket(Status.IN_PROGRESS), a_ticket(Status.RECEIVED, closed_off=True)]
        for n, case in enumerate(new):
            case.citizen.email = writers[n % 2]
        store(self.session, *new)
        self.ids = [case.ticket.id for case in new]
        self.session.commit()

    def case(self, nth):
        ticket = self.session.get(Ticket, self.ids[nth % len(self.ids)])
        return cases.whole(self.session, self.book.open(self.session), ticket)

    def takes(self, step):
        how, one, other, hours = step
        self.now += timedelta(hours=hours, minutes=7)
        try:
            match how:
                case "look":
                    self.looks(self.now, 1 + one % 3)
                case "sweep":
                    self.keeps(self.case(one), lambda case: overdue.sweep(case, now=self.now))
                case "merge":
                    self.merges(one, other)
                case _:
                    self.acts(self.case(one), other, deciding=how == "decide")
            self.session.commit()
        except Refused:
            self.session.rollback()
        self.session.expunge_all()

    def acts(self, case, place, *, deciding):
        may = [doing for doing in DOINGS if doing.name not in NOT_ALONE and case.ticket.status in ACTS[doing.act].on]
        wanted = [d for d in may if d.name.startswith("decide_") == deciding] or may
        wanted += [d for d in wanted if d.name in ONWARD] * 3
        crowd = (*STAFF, the_citizen_of(case.ticket.id), SYSTEM)
        for ahead in range(len(wanted)):
            doing = wanted[(place + ahead) % len(wanted)]
            for by in (one for one in crowd if rights.may(doing.act, case, one)):
                try:
                    return self.keeps(case, lambda c, d=doing, b=by: d.do(c, by=b, now=self.now))
                except Refused:
                    self.session.rollback()
                    case = cases.whole(self.session, self.book.open(self.session), case.ticket)
        return None

    def merges(self, one, other):
        if self.ids[one % len(self.ids)] != self.ids[other % len(self.ids)]:
            into = self.case(other)
            merge.merge(self.case(one), into, by=KAI, now=self.now)
            keep.keep(self.session, into)

    def keeps(self, case, does):
        does(case)
        keep.keep(self.session, case)

    def looks(self, now, limit):
        today = now.astimezone(ZONE).date()
        return kept.step(self.session, self.calendar, today, limit)

    def looks_at_everything(self, now):
        while self.looks(now, 50):
            self.session.commit()

    @property
    def calendar(self):
        return self.book.open(self.session).calendar


@WALKS
@given(STEPS)
def test_keeping_and_counting_anew_find_the_same(city, steps):
    city.letters_come()

    for step in steps:
        city.takes(step)
    city.looks_at_everything(city.now)

    today = city.now.astimezone(ZONE).date()
    every = anew.letters(city.session, 0, 10_000)
    assert anew.suspects(city.session, city.calendar, every, today) == {}
    assert [said for part in anew.parts(city.session) if (said := anew.sum_difference(city.session, part))] == []
    rebuilding_changes_nothing(city, today)
    offices_add_up(city)
    what_is_open_is_what_is_left(city)


@pytest.mark.parametrize("look_between", [True, False])
def test_an_ended_round_counts_for_the_kind_it_was_of(city, look_between):
    case = a_ticket(Status.ANSWERED)
    ended = case.ticket.kind
    store(city.session, case)
    city.ids = [case.ticket.id]
    today = NOW.date()
    if look_between:
        city.looks_at_everything(NOW)

    def later(verb, *arguments, by, **more):
        city.now += timedelta(hours=1)
        city.keeps(city.case(0), lambda c: verb(c, *arguments, by=by, now=city.now, **more))

    later(after.ask_review, "not convinced", by=the_citizen_of(case.ticket.id))
    later(after.decide_review, PARKS, by=MINA)
    later(route.route, WATCH, kind=Kind.COMPLAINT, by=KAI)
    city.looks_at_everything(city.now)

    facts = city.session.exec(select(RoundFact).order_by(col(RoundFact.round_id))).all()
    assert [fact.kind for fact in facts] == [ended, Kind.COMPLAINT] != [Kind.COMPLAINT] * 2
    rebuilding_changes_nothing(city, today)


def rebuilding_changes_nothing(city, today):
    before = everything_kept(city.session)
    for model in (RoundFact, LeadFact, FigureSum):
        city.session.connection().execute(sa.delete(model))
    anew.put_facts(city.session, city.calendar, anew.letters(city.session, 0, 10_000), today)
    assert everything_kept(city.session) == before
    city.session.commit()


def everything_kept(session):
    tables = (SQLModel.metadata.tables[model.__tablename__] for model in (RoundFact, LeadFact, FigureSum))
    rows = [row for table in tables for row in session.connection().execute(sa.select(table)).mappings()]
    return sorted(str(sorted((name, _plain(value)) for name, value in row.items())) for row in rows)


def _plain(value):
    return str(dict(sorted(value.items())) if isinstance(value, dict) else value)


def offices_add_up(city):
    """Told apart by anything, the parts are the whole; and months read from sums are what their facts are."""
    within, year = counting.families(city.session), Period(date(2026, 1, 1), date(2027, 12, 31))
    whole, _ = gather.by_key(city.session, year, EVERYTHING, None, within)
    by_facts = counting.by_facts(city.session, year, EVERYTHING, None, within)
    assert flows(whole) == flows(by_facts) != {}
    for by in Dimension:
        parts, _ = gather.by_key(city.session, year, EVERYTHING, by, within)
        assert flows({"": total(parts.values())}) == flows(whole)
        by_facts = counting.by_facts(city.session, year, EVERYTHING, by, within)
        found = {key: flows({"": each}) for key, each in parts.items() if flows({"": each})}
        assert found == {key: flows({"": each}) for key, each in by_facts.items()}


def flows(found):
    figures = found.get("", Figures())
    counts = {name: n for name, n in figures.counts.items() if n and name not in ("backlog", "overdue")}
    return counts | {name: dict(sorted(lengths.items())) for name, lengths in figures.days.items() if lengths}


def what_is_open_is_what_is_left(city):
    """On any day as many rounds are open and overdue, found one by one, as began and fell due and have not ended."""
    within = counting.families(city.session)
    for day in (date(2026, 3, 4), date(2026, 3, 31), date(2026, 4, 8), date(2026, 12, 31)):
        found, _ = gather.by_key(city.session, Period(day, day), EVERYTHING, None, within)
        standing = counting.open_at(city.session, day, EVERYTHING, None, within)
        open_, overdue = sum(n for *_, n in standing), sum(n for _, _, late, n in standing if late)
        left = found.get("", Figures())
        assert (left.count("backlog"), left.count("overdue")) == (open_, overdue)
