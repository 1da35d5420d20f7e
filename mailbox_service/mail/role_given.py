"""The mail to the auditors when one administrator alone gave a role, written in the transaction that gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, in_language, moment, say
from mailbox_service.base.settings import Settings
from mailbox_service.city import find
from mailbox_service.city.tables import HeldRole, Person, RoleName
from mailbox_service.mail import links, sheets, to_staff
from mailbox_service.mail.tables import Mail

NOTICE = "role_given"


def tell(session: Session, settings: Settings, held: Sequence[HeldRole], *, now: datetime) -> int:
    """Tell every auditor of each role; answers how many mails that are."""
    ids = [auditor.person_id for auditor in find.holders(session, RoleName.AUDITOR)]
    auditors = [person for id_ in dict.fromkeys(ids) if (person := find.person(session, id_)) and not person.left_at]
    offices = {office.id: office.name for office in find.offices(session)}
    for role in held:
        names = find.names(session, [role.person_id, role.given_by or 0])
        for auditor in auditors:
            session.add(mail_of(settings, auditor, role, names, offices, now))
    return len(held) * len(auditors)


def mail_of(
    settings: Settings,
    auditor: Person,
    role: HeldRole,
    names: Mapping[int, str],
    offices: Mapping[int, Mapping[str, str]],
    now: datetime,
) -> Mail:
    """The mail to one auditor about one role."""
    lang = auditor.language if auditor.language in LANGUAGES else settings.working_language
    sheet = replace(
        sheets.blank(settings, lang),
        greeting=say(lang, "Dear %(name)s,", name=links.plain(auditor.name)),
        why=say(lang, "You get this mail because you are an auditor. There is no second administrator to confirm it."),
        said=say(lang, "One administrator alone gave somebody a role. It counts already."),
        rows=_rows(settings, role, names, offices, now, lang),
    )
    return to_staff.written(settings, auditor, NOTICE, sheet, lang, now=now)


def _rows(
    settings: Settings,
    role: HeldRole,
    names: Mapping[int, str],
    offices: Mapping[int, Mapping[str, str]],
    now: datetime,
    lang: str,
) -> tuple[tuple[str, str], ...]:
    office = in_language(offices[role.department_id], lang) if role.department_id else say(lang, "The whole city")
    return (
        (say(lang, "Person"), links.plain(names.get(role.person_id, ""))),
        (say(lang, "Role"), say(lang, f"role.{role.role.value}")),
        (say(lang, "Office"), links.plain(office)),
        (say(lang, "Given by"), links.plain(names.get(role.given_by or 0, ""))),
        (say(lang, "Since"), moment(now, lang, settings.zone)),
    )
