"""The report of a month or quarter by mail: its first figures and the way to it, for who ordered it.

No file goes with it. The report lies behind the sign-in, where it is read, printed and saved as a workbook; a mailbox
is no place for what only managers and auditors may read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from mailbox_service.base.ids import new_id
from mailbox_service.base.language import LANGUAGES, number, percent, quarter, say
from mailbox_service.base.language import month as month_name
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import Person
from mailbox_service.desk.reports import Due, end_of
from mailbox_service.desk.tables import Span
from mailbox_service.mail import envelope, links, sheets
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets.statistics import Rate, read
from mailbox_service.tickets.statistics.figures import Days, Figure, Value
from mailbox_service.tickets.statistics.period import Period

NOTICE = "report"
ORDERS = "/manager/report/orders"
FIRST_FIGURES = (Figure.RECEIVED, Figure.ON_TIME, Figure.OVERDUE, Figure.SATISFACTION)


def path(every: Span, first: date) -> str:
    """Where the report of the period lies: 2026-06, or 2026-q2."""
    named = f"{first:%Y-%m}" if every is Span.MONTH else f"{first.year}-q{(first.month + 2) // 3}"
    return f"/manager/report?period={named}"


def write(session: Session, settings: Settings, person: Person, due: Due, *, now: datetime) -> None:
    """Put the mail into the outbox, in the caller's transaction."""
    lang = person.language if person.language in LANGUAGES else settings.working_language
    about = (month_name if due.every is Span.MONTH else quarter)(due.first, lang)
    sheet = replace(
        sheets.blank(settings, lang),
        greeting=say(lang, "Dear %(name)s,", name=links.plain(person.name)),
        why=say(lang, f"mail.why.report.{due.every.value}"),
        said=say(lang, "mail.report.said", period=about),
        rows=_rows(session, due, lang),
        href=settings.public_url + path(due.every, due.first),
        text=say(lang, "mail.report.stop"),
        lead=settings.public_url + ORDERS,
        subject=say(lang, "mail.report.subject", period=about),
    )
    subject, text, html = sheets.filled(settings, NOTICE, sheet, "", lang)
    mail_id = new_id()
    session.add(
        Mail(
            id=mail_id,
            notice=NOTICE,
            recipient=Recipient.STAFF,
            person_id=person.id,
            to_address=person.email,
            language=lang,
            message_id=envelope.new_message_id(settings, mail_id),
            subject=subject,
            text=text,
            html=html,
            written_at=now,
            next_try_at=now,
        )
    )


def _rows(session: Session, due: Due, lang: str) -> tuple[tuple[str, str], ...]:
    found = read.read(session, Period(due.first, end_of(due.every, due.first))).total
    return tuple((say(lang, figure.name_key), _written(found.of(figure), lang)) for figure in FIRST_FIGURES)


def _written(value: Value, lang: str) -> str:
    match value:
        case Rate(share=float() as share):
            return say(lang, "%(share)s (of %(n)s)", share=percent(share, lang), n=value.n)
        case Rate() | Days():
            return "–"
    return number(value, lang)
