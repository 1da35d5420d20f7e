"""The job that keeps figures: by marks, as days go by, by another calendar; its check by night; the command."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import col, select

from mailbox_service import cli, migrations
from mailbox_service.base.tables import JobRun
from mailbox_service.city.tables import CalendarDay
from mailbox_service.jobs import figures
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import handle, protect, route
from mailbox_service.tickets.statistics import Rate, anew, kept, read, standing, state
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.tables import FactMark, FigureSum, RoundFact, Ticket
from mailbox_service.tickets.tables.words import Kind
from tests.cast import ZONE
from tests.databases import rows
from tests.doors.staff import town as towns
from tests.rooms.counted import Counted
from tests.rooms.post import NOW, a_town

DAY = timedelta(days=1)
MARCH = Period.of_month(date(2026, 3, 1))
DUE = datetime(2026, 3, 9, 3, tzinfo=UTC)  # of an enquiry of 2 March
NIGHT = datetime(2026, 3, 20, 18, 30, tzinfo=UTC)  # half past two in the city


def quiet(_done, _total):
    """Nobody watches."""


async def figure(post, wanted, period=MARCH):
    return (await post.db.reading(partial(read.read, period=period))).total.of(wanted)


async def looked_at(post, now):
    return await figures.figures(post.db, post.settings, post.town.book, now=now)


async def verified(post, now, **more):
    found = await figures.verify(post.db, post.settings, post.town.book, progress=quiet, now=now, **more)
    return found.difference


async def rebuilt(post, now, progress=quiet, **more):
    return await figures.rebuild(post.db, post.settings, post.town.book, progress=progress, now=now, **more)


async def spoilt(post, statement):
    await post.db.writing(lambda session: session.connection().execute(statement))


async def test_a_due_date_that_passes_counts_without_anybody_doing_anything(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()

    assert await looked_at(post, DUE) == 1
    assert (await figure(post, Figure.ON_TIME), await figure(post, Figure.OVERDUE)) == (Rate(0, 0), 0)
    assert await looked_at(post, DUE + DAY) == 1
    assert (await figure(post, Figure.ON_TIME), await figure(post, Figure.OVERDUE)) == (Rate(0, 1), 1)
    assert await looked_at(post, DUE + DAY) == 0


async def test_an_act_is_in_the_figures_once_it_was_looked_at(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await looked_at(post, NOW)

    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)

    calendar = await db.reading(lambda session: post.town.book.open(session).calendar)
    before = await db.reading(partial(standing.now, calendar=calendar, day=NOW.date()))
    assert await looked_at(post, NOW) == 1
    after = await db.reading(partial(standing.now, calendar=calendar, day=NOW.date()))
    assert ((before.new, before.open), (after.new, after.open)) == ((1, 1), (0, 1))


async def test_a_letter_that_is_restricted_leaves_all_figures_and_comes_back(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await looked_at(post, DUE + DAY)

    await post.act(number, "citizen", protect.restrict)
    await looked_at(post, DUE + DAY)
    hidden = await figure(post, Figure.RECEIVED), await figure(post, Figure.DUE)
    await post.act(number, "rita", protect.propose_unrestrict, "nobody is named")
    await post.act(number, "rolf", protect.decide_unrestrict, True)
    await looked_at(post, DUE + DAY)

    assert hidden == (0, 0)
    assert (await figure(post, Figure.RECEIVED), await figure(post, Figure.DUE)) == (1, 1)


async def test_a_letter_that_complains_about_somebody_is_in_no_figure_even_when_it_is_open_to_all(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter(kind=Kind.REPORT)
    await post.act(number, "rita", protect.name_party, post.town.offices["parks"])
    await post.act(number, "rita", protect.propose_unrestrict, "it is known")
    await post.act(number, "rolf", protect.decide_unrestrict, True)

    await looked_at(post, DUE)

    assert await figure(post, Figure.RECEIVED) == 0


async def test_two_nodes_take_each_mark_once(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    for _ in range(12):
        await post.letter()

    todays = await asyncio.gather(*(nodes_step(post) for _ in range(24)))

    assert sum(todays) == 12
    assert await db.reading(lambda session: session.exec(select(FactMark)).all()) == []
    assert await figure(post, Figure.RECEIVED) == 12
    assert await verified(post, NOW) == ""


async def nodes_step(post):
    def step(session):
        return kept.step(session, post.town.book.open(session).calendar, NOW.date(), 1)

    await asyncio.sleep(0)
    done = 0
    while not done and await post.db.reading(partial(kept.is_waiting, today=NOW.date())):
        done = await post.db.writing(step)
    return done


async def test_another_calendar_counts_the_working_days_of_its_year_anew(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.answered(now=NOW - 3 * DAY)  # a Friday before a make-up Saturday; the answer comes on Monday
    await looked_at(post, DUE)
    before = (await figure(post, Figure.RESOLUTION)).median

    await post.db.writing(lambda session: session.add(CalendarDay(day=date(2026, 3, 1), is_working=True)))
    post.town.book.forget()
    await looked_at(post, DUE)

    assert (before, (await figure(post, Figure.RESOLUTION)).median) == (2, 3)
    assert await verified(post, DUE) == ""


async def test_a_node_whose_calendar_is_of_half_a_minute_ago_counts_by_the_newest(db, smtp_server):
    post, behind = await a_town(db, smtp_server.port), CityBook(ZONE, "zh")
    await post.answered(now=NOW - 3 * DAY)
    await looked_at(post, DUE)
    await db.reading(behind.open)
    await db.writing(lambda session: session.add(CalendarDay(day=date(2026, 3, 1), is_working=True)))
    post.town.book.forget()
    ids = await db.reading(partial(anew.letters, after=0))

    await db.writing(lambda s: state.follow_calendar(s, post.town.book.open(s).calendar))
    assert await figures.figures(db, post.settings, behind, now=DUE) == 1
    await db.writing(partial(kept.mark, letters=ids))
    await figures.figures(db, post.settings, behind, now=DUE)

    assert (await figure(post, Figure.RESOLUTION)).median == 3
    assert await verified(post, DUE) == ""
    assert await looked_at(post, DUE) == 0


# --- What is not as it should be ---------------------------------------------------------------


WRONG_FACT = sa.update(RoundFact).values(kept=1)
WRONG_SUM = sa.delete(FigureSum).where(col(FigureSum.dimension) == "kind", col(FigureSum.span) == "year")


async def test_the_check_by_night_names_the_first_difference_and_a_rebuild_mends_it(db, smtp_server, caplog):
    post = await a_town(db, smtp_server.port)
    for _ in range(3):
        await post.letter()
    await looked_at(post, NIGHT)
    first = await db.reading(lambda s: s.exec(select(Ticket.number).order_by(Ticket.id)).first())

    async def checked(now):
        await figures.check(db, post.settings, post.town.book, now=now)
        run = await db.reading(lambda s: s.exec(select(JobRun).where(JobRun.name == "figures")).one())
        return (await db.reading(state.of)).difference, run.outcome

    assert await checked(NIGHT) == ("", "3 letters and all sums agree")
    await spoilt(post, WRONG_FACT)
    by_sums, said = await checked(NIGHT + DAY)
    assert by_sums == "all - of the month 2026-03-01: kept is 0, counted anew 3"
    assert said == f"they differ: {by_sums}"
    assert caplog.messages == [f"Figures and letters do not agree ({by_sums}). Run `mailbox figures rebuild`."]
    wrong = await verified_letters(post)
    assert wrong.startswith(f"letter {first}: round_fact ")
    assert wrong.endswith("kept is 1, counted anew 0")
    assert (await rebuilt(post, NIGHT + DAY)).facts == 3
    assert await checked(NIGHT + 2 * DAY) == ("", "3 letters and all sums agree")
    assert await figures.check(db, post.settings, post.town.book, now=NIGHT + 2 * DAY) == 0  # once a night


async def verified_letters(post):
    ids = await post.db.reading(partial(anew.letters, after=0))
    calendar = await post.db.reading(lambda session: post.town.book.open(session).calendar)
    return await post.db.writing(partial(anew.proven, calendar=calendar, ids=ids, today=date(2026, 3, 21)))


async def test_a_letter_that_waits_to_be_looked_at_is_no_difference(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await looked_at(post, DUE)

    await post.act(number, "karl", route.route, post.town.offices["roads"])

    assert await verified(post, DUE) == ""
    assert await verified(post, DUE + DAY) == ""


async def test_a_rebuild_that_was_interrupted_goes_on_where_it_was(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    for _ in range(5):
        await post.letter()
    await looked_at(post, DUE + DAY)
    await spoilt(post, WRONG_FACT)
    await spoilt(post, WRONG_SUM)

    def killed(done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuilt(post, DUE + DAY, killed, piece=1)
    done = await rebuilt(post, DUE + DAY, piece=1)

    assert (done.letters, done.facts) == (3, 3)
    assert done.sums > 0
    assert await verified(post, DUE + DAY) == ""
    assert (await rebuilt(post, DUE + DAY)) == figures.Rebuilt(5, 0, 0)


async def test_the_command_says_whether_they_agree(db, smtp_server, monkeypatch, tmp_path, capsys):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await looked_at(post, DUE + DAY)
    for name, value in (("SECRET", "a secret of more than thirty-two characters"), ("DATABASE_URL", db.url),
                        ("DATA_DIR", str(tmp_path)), ("PUBLIC_URL", "https://mailbox.example"),
                        ("MAIL_FROM", "mailbox@qinghe.example")):  # fmt: skip
        monkeypatch.setenv(f"MAILBOX_{name}", value)

    said = []
    for words in ("verify", "spoil", "verify", "rebuild", "verify"):
        if words == "spoil":
            await spoilt(post, WRONG_SUM)
        else:
            code = await asyncio.to_thread(cli.main, ["figures", words])
            said.append((code, capsys.readouterr().out.split(":")[0].strip()))

    assert [code for code, _ in said] == [0, 1, 0, 0]
    assert said[1][1] == "THEY DIFFER"


def test_the_step_that_brings_facts_knows_duplicates_and_has_every_letter_counted(database_url):
    with rows(database_url) as session:
        city = Counted(session, towns.found(session))
        lead = city.letter("lead", "roads")
        city.merge(city.letter("other", email="other@example.org"), lead)
        city.merge(city.letter("same", email="CARL@example.org"), lead)
    walked = [step.revision for step in ScriptDirectory.from_config(migrations.config("")).walk_revisions()]

    migrations.downgrade(database_url, walked.index("0008_facts") + 1)
    migrations.upgrade(database_url)

    with rows(database_url) as session:
        duplicates = session.exec(select(Ticket.subject, Ticket.duplicate).order_by(col(Ticket.id))).all()
        marks = session.exec(select(FactMark.ticket_id)).all()
    assert duplicates == [("lead", False), ("other", False), ("same", True)]
    assert len(marks) == 3
