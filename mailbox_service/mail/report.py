"""The report of a month or quarter by mail: its first figures and the way to it, for who ordered it.

No file goes with it. The report lies behind the sign-in, where it is read, printed and saved as a workbook; a mailbox
is no place for what only managers and auditors may read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.language import LANGUAGES, number, percent, quarter, say
from mailbox_service.base.language import month as month_name
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import Person
from mailbox_service.desk.reports import Due, end_of
from mailbox_service.desk.tables import Span
from mailbox_service.mail import digest, links, sheets, to_staff
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.statistics import Rate, read
from mailbox_service.tickets.statistics.figures import Days, Figure, Figures, Value
from mailbox_service.tickets.statistics.period import Period

SPANS = {"report_month": Span.MONTH, "report_quarter": Span.QUARTER}  # what each notice is about
TEMPLATE = "report"
FIRST_FIGURES = (Figure.RECEIVED, Figure.ON_TIME, Figure.OVERDUE, Figure.SATISFACTION)


def path(every: Span, first: date) -> str:
    """Where the report of the period lies: 2026-06, or 2026-q2."""
    named = f"{first:%Y-%m}" if every is Span.MONTH else f"{first.year}-q{(first.month + 2) // 3}"
    return f"/manager/report?period={named}"


def write(session: Session, settings: Settings, person: Person, due: Due, *, now: datetime) -> None:
    """Put the mail into the outbox, in the caller's transaction."""
    figures = read.read(session, Period(due.first, end_of(due.every, due.first))).total
    session.add(mail_of(settings, person, due, figures, now=now))


def mail_of(settings: Settings, person: Person, due: Due, figures: Figures, *, now: datetime) -> Mail:
    """The mail: of which period, its first figures, the way to the report, and the one that ends such mails."""
    lang = person.language if person.language in LANGUAGES else settings.working_language
    about = (month_name if due.every is Span.MONTH else quarter)(due.first, lang)
    sheet = replace(
        sheets.blank(settings, lang),
        greeting=say(lang, "Dear %(name)s,", name=links.plain(person.name)),
        why=say(lang, f"mail.why.report.{due.every.value}"),
        said=say(lang, "mail.report.said", period=about),
        rows=tuple((say(lang, one.name_key), _written(figures.of(one), lang)) for one in FIRST_FIGURES),
        href=settings.public_url + path(due.every, due.first),
        refuse_href=links.UNSUBSCRIBE,
        subject=say(lang, "mail.report.subject", period=about),
    )
    notice = next(notice for notice, every in SPANS.items() if every is due.every)
    return to_staff.written(settings, person, notice, sheet, lang, now=now, template=TEMPLATE)


def _written(value: Value, lang: str) -> str:
    match value:
        case Rate(share=float() as share):
            return say(lang, "%(share)s (of %(n)s)", share=percent(share, lang), n=value.n)
        case Rate() | Days():
            return "–"
    return number(value, lang)


# --- Ending it -------------------------------------------------------------------------------


def reader_of(settings: Settings, token: str, *, now: datetime) -> tuple[int, Span] | None:
    """Whose reports of which sort the link of such a mail ends; None when it is none of ours, or too old."""
    for notice, every in SPANS.items():
        if found := tokens.read_link(settings.secret, token, notice, digest.LINK_SECONDS, now=now):
            return found.ticket_id, every
    return None
