"""Months as they were published: computing one, publishing it once, correcting it, and reading what was published.

The first version of a month is published by `jobs.publish`, some working days after its end. A later version is a
manager's decision with a reason. All versions stay (`tickets.tables.published`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, load_only
from sqlmodel import Session, col, select

from mailbox_service.base import audit, claim
from mailbox_service.base.language import LANGUAGES, in_language, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find
from mailbox_service.city.tables import RoleName, Topic
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.statistics import kept, public, read
from mailbox_service.tickets.statistics.figures import Figures
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.statistics.slices import NONE, Dimension
from mailbox_service.tickets.tables import PublishedMonth, RoundFact
from mailbox_service.tickets.tables.published import Correction
from mailbox_service.tickets.tables.words import Channel, Kind

YEAR = 12
MOST_MONTHS = 120
LONGEST_REMARK = 1000
OTHER = "other"  # a language without pages of its own
Names = dict[str, dict[str, str]]
_WHOLE = load_only(
    *(getattr(PublishedMonth, name) for name in ("month", "version", "computed_at", "why", "whole")),  # not the parts
)


# --- What was published ----------------------------------------------------------------------


def months(session: Session, *, until: date | None = None, limit: int = YEAR) -> Sequence[PublishedMonth]:
    """The newest version of each month up to one, newest month first, without its parts."""
    later = aliased(PublishedMonth)
    newer = sa.exists().where(
        col(later.month) == col(PublishedMonth.month), col(later.version) > col(PublishedMonth.version)
    )
    wanted = select(PublishedMonth).where(~newer)
    if until is not None:
        wanted = wanted.where(col(PublishedMonth.month) <= until)
    return session.exec(wanted.options(_WHOLE).order_by(col(PublishedMonth.month).desc()).limit(limit)).all()


def of(session: Session, month: date, version: int | None = None) -> PublishedMonth | None:
    """One version of a month, whole; the newest when none is named."""
    wanted = select(PublishedMonth).where(PublishedMonth.month == month)
    if version is not None:
        wanted = wanted.where(PublishedMonth.version == version)
    return session.exec(wanted.order_by(col(PublishedMonth.version).desc()).limit(1)).first()


def versions(session: Session, month: date) -> Sequence[PublishedMonth]:
    """Every version of a month, oldest first, without their parts."""
    wanted = select(PublishedMonth).where(PublishedMonth.month == month).options(_WHOLE)
    return session.exec(wanted.order_by(col(PublishedMonth.version)).limit(100)).all()


def newest(session: Session, limit: int) -> Sequence[PublishedMonth]:
    """The newest version of each of the last months, whole, newest first."""
    ids = [row.id for row in months(session, limit=limit)]
    session.expunge_all()
    whole = select(PublishedMonth).where(col(PublishedMonth.id).in_(ids))
    return session.exec(whole.order_by(col(PublishedMonth.month).desc()).limit(limit)).all()


# --- Publishing ------------------------------------------------------------------------------


def waiting(session: Session, calendar: Calendar, today: date, after_days: int) -> list[Month]:
    """The whole months whose figures are to be published now, oldest first.

    A month waits for so many working days after its end, and until every letter has been counted. Of the time
    before the first publication the last twelve months are told, as far back as letters reach.
    """
    if kept.is_waiting(session, today):
        return []
    last = Month.of(today).before
    if calendar.after(last.last, after_days) > today:
        last = last.before
    first_versions = sa.select(col(PublishedMonth.month)).where(col(PublishedMonth.version) == 1)
    told: set[date] = set(session.connection().execute(first_versions).scalars())
    begun = session.connection().execute(sa.select(sa.func.min(col(RoundFact.begun_on)))).scalar_one()
    if begun is None:
        return []
    first = max(Month.of(begun), min((Month(month) for month in told), default=last.plus(1 - YEAR)))
    return [month for month in Period.of_months(first, last).months if month.first not in told]


def publish(session: Session, month: Month, *, now: datetime) -> None:
    """Publish a month's first version. A second node that does it at once meets a conflict."""
    session.add(_computed(session, month, 1, now))
    session.flush()
    audit.record(session, "figures.published", by=None, now=now, month=f"{month.first:%Y-%m}", version=1)


def may_correct(viewer: Actor) -> bool:
    """Whether they may publish a month again."""
    return viewer.has(RoleName.MANAGER)


def correct(
    session: Session, month: Month, seen_version: int, why: Correction, remark: str, *, by: Actor, now: datetime
) -> None:
    """Publish a month again, as its figures are now, with a reason that everybody reads.

    Raises:
        Refused: "not_yours" to who is no manager; "not_found" for a month that was never published; "conflict"
            when somebody published it meanwhile; "correction.reason" without a reason; "correction.same" when
            nothing would change; "correction.remark" when the remark is too long.
    """
    if not may_correct(by):
        raise Refused("not_yours")
    before = of(session, month.first)
    if before is None:
        raise Refused("not_found")
    if before.version != seen_version:
        raise Refused("conflict")
    if why is Correction.FIRST:
        raise Refused("correction.reason")
    if len(remark) > LONGEST_REMARK:
        raise Refused("correction.remark", most=LONGEST_REMARK)
    row = _computed(session, month, before.version + 1, now)
    if (row.whole, row.parts) == (before.whole, before.parts):
        raise Refused("correction.same")
    row.published_by, row.why, row.remark = by.person_id, why, remark
    session.add(row)
    session.flush()
    about, said = ("published_month", row.id), f"{month.first:%Y-%m}"
    audit.record(
        session,
        "figures.corrected",
        by=by.person_id,
        now=now,
        about=about,
        month=said,
        version=row.version,
        why=why.value,
    )


def _computed(session: Session, month: Month, version: int, now: datetime) -> PublishedMonth:
    claim.alone(session, kept.ALONE, wait=True)  # the whole and its parts are of one state of the sums
    whole, parts = computed(session, month)
    return PublishedMonth(month=month.first, version=version, computed_at=now, whole=whole, parts=parts)


def computed(session: Session, month: Month) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The month's figures as they would be published now: the line of all, and the lines of its parts."""
    period = Period.of_months(month, month)
    everything = read.read(session, period).total
    whole = public.lines(public.ALL, {public.ALL: everything}, _all_say(public.ALL, "All letters"))
    parts: list[dict[str, Any]] = []
    for dimension in Dimension:
        codes, names = _named(session, dimension)
        told: dict[str, Figures] = {}
        for key, figures in read.read(session, period, by=dimension).rows.items():
            code = codes.get(key, OTHER)
            told[code] = told.get(code, Figures()) + figures
        parts += public.lines(dimension.value, told, names)
    return (whole[0] if whole else {}), parts


def _named(session: Session, dimension: Dimension) -> tuple[Mapping[Any, str], Names]:
    """The public code of each key, and each code's name in four languages, in the order of the lines."""
    none = _all_say(public.NONE, f"public.none.{dimension.value}")
    match dimension:
        case Dimension.OFFICE:
            offices = find.offices(session)
            return {o.id: o.code for o in offices} | {NONE: public.NONE}, {o.code: o.name for o in offices} | none
        case Dimension.TOPIC:
            topics = session.exec(select(Topic).order_by(col(Topic.position), col(Topic.id)).limit(5000)).all()
            named = _topic_names(topics)
            return {t.id: t.code for t in topics} | {NONE: public.NONE}, named | none
        case Dimension.LANGUAGE:
            named = {code: _all_say(code, f"language.{code}")[code] for code in (*LANGUAGES, OTHER)}
            return {code: code for code in LANGUAGES}, named
    room, words = ("kind", Kind) if dimension is Dimension.KIND else ("channel", Channel)
    found = [word.value for word in words]
    return {word: word for word in found}, {word: _all_say(word, f"{room}.{word}")[word] for word in found}


def _all_say(code: str, msgid: str) -> Names:
    return {code: {lang: say(lang, msgid) for lang in LANGUAGES}}


def _topic_names(topics: Sequence[Topic]) -> Names:
    """Transport › Buses; an area by itself is its own name."""
    areas = {topic.id: topic.name for topic in topics if topic.parent_id is None}
    named: Names = {}
    for topic in topics:
        area = areas.get(topic.parent_id or 0)
        named[topic.code] = {
            lang: f"{in_language(area, lang)} › {in_language(topic.name, lang)}"
            if area
            else in_language(topic.name, lang)
            for lang in LANGUAGES
        }
    return named
