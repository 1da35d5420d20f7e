"""What happened to a letter, in sentences for its writer: the status, the reasons, the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from mailbox_service.base.language import day, in_language, moment, say
from mailbox_service.base.looks import Row
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find.citizen import Letter, translation_of
from mailbox_service.tickets.tables.words import MessageKind, ProposalKind, ProposalOutcome, Status
from mailbox_service.web import downloads
from mailbox_service.web.due_words import due_day
from mailbox_service.web.parts import Both, Entry, FileLink
from mailbox_service.web.public import texts

NO_REPLY = OPEN - {Status.AWAITING_CITIZEN} | {Status.MERGED}  # what is said of them promises a reply
By = Literal["citizen", "city", "office", "system"]

# Which event tells the writer something, and whose doing it is. What is not here is not shown.
TOLD: dict[str, By] = {
    "submit": "citizen",
    "enter": "system",
    Act.SPLIT: "system",
    Act.ROUTE: "office",
    Act.DECIDE_RETURN: "office",
    Act.SIGN_FOR: "office",
    Act.ASK: "city",
    Act.ANSWER: "citizen",
    Act.END_SILENCE: "system",
    Act.INFORM: "city",
    Act.ADD: "citizen",
    Act.CORRECT_CONTACT: "citizen",
    Act.STOP_MAIL: "citizen",
    Act.DECIDE_EXTENSION: "office",
    Act.TELL_LATE: "system",
    Act.DECIDE_DECLINE: "city",
    Act.DECIDE_TRANSFER: "city",
    Act.MERGE: "office",
    Act.UNMERGE: "office",
    Act.WITHDRAW: "citizen",
    Act.RATE: "citizen",
    Act.CLOSE: "system",
    Act.ASK_REOPENING: "citizen",
    Act.DECIDE_REOPENING: "city",
    Act.ASK_REVIEW: "citizen",
    Act.DECIDE_REVIEW: "city",
    Act.REVOKE_PUBLICATION: "citizen",
    Act.DECIDE_PUBLICATION: "city",
    Act.RESTRICT: "office",
    Act.ASK_ERASURE: "citizen",
    Act.DECIDE_ERASURE: "city",
    Act.FOLLOW_OFFICE: "office",
    Act.RECALENDAR: "system",
    "post_reply": "city",
    "correct_address": "city",
}
SENDING = frozenset({Act.APPROVE, Act.SUBMIT_REPLY, Act.TRANSLATE_REPLY, Act.ANSWER_MERGED})
ONLY_AGREED = frozenset({Act.DECIDE_RETURN, Act.DECIDE_PUBLICATION})
TWO_WAYS = frozenset({Act.DECIDE_EXTENSION, Act.DECIDE_REOPENING, Act.DECIDE_REVIEW, Act.DECIDE_ERASURE})
WRITTEN_WITH = {
    Act.ASK: MessageKind.QUESTION,
    Act.ANSWER: MessageKind.ANSWER,
    Act.INFORM: MessageKind.INFORMATION,
    Act.ADD: MessageKind.ADDITION,
}


class Teller:
    """Tells one letter's story in one language."""

    def __init__(self, lang: str, zone: ZoneInfo, city: City, letter: Letter) -> None:
        self.lang = lang
        self.zone = zone
        self.city = city
        self.letter = letter

    def moment(self, at: datetime) -> str:
        """Day and time in the city."""
        return moment(at, self.lang, self.zone)

    def office(self, department_id: int | None, at: datetime | None = None) -> str:
        """An office's name, now or at that moment; "the city" when none is named."""
        department = self.city.offices.get(department_id) if department_id is not None else None
        if department is None:
            return say(self.lang, "the city")
        return in_language(self.city.name_at(department.id, at) if at else department.name, self.lang)

    def body(self) -> str:
        """The body outside the city that the letter went to; "" when it went nowhere."""
        agreed = self._decided(ProposalKind.TRANSFER)
        names = agreed.details.get("body") if agreed else None
        if isinstance(names, dict):
            return in_language(names, self.lang)
        return names if isinstance(names, str) else ""

    def standing(self, today: date) -> str:
        """One sentence: where it stands and what comes next."""
        head = self.letter.head
        if head.status in NO_REPLY and today > head.due_on:
            return self._late(head)
        facts: dict[str, Any] = {
            "office": self.office(head.lead_department_id),
            "body": self.body(),
            "date": due_day(head.due_on, self.lang, provisional=head.provisional),
        }
        wants = head.wants_reply or head.status not in NO_REPLY
        return say(self.lang, f"standing.{head.status}{'' if wants else '.no_reply'}", **facts)

    def _late(self, head: Row) -> str:
        on = due_day(head.due_on, self.lang, provisional=head.provisional)
        if not head.wants_reply:
            return say(self.lang, "We are late: we wanted to have dealt with it by %(date)s. We are sorry.", date=on)
        if reason := self._extension_reason():
            return self.saying("Our reply is late; it was due on %(date)s. Reason: %(reason)s", reason, date=on)
        return say(self.lang, "Our reply is late; it was due on %(date)s. We are sorry.", date=on)

    def saying(self, msgid: str, reason: str, *, day: str = "", date: str = "") -> Markup:
        """A sentence that quotes somebody's reason, the reason in its own language."""
        return texts.sentence(self.lang, msgid, self._language(reason), quote=reason, day=day, date=date)

    def _language(self, text: str, known: str = "") -> str:
        return texts.language_of(text, known, self.city.working_language)

    def _extension_reason(self) -> str:
        extended = self._decided(ProposalKind.EXTEND, self.letter.head.round_no)
        return extended.reason if extended else ""

    def _decided(self, kind: ProposalKind, round_no: int | None = None) -> Row | None:
        agreed = (
            p
            for p in reversed(self.letter.proposals)
            if p.kind == kind and p.outcome == ProposalOutcome.AGREED and round_no in (None, p.round_no)
        )
        return next(agreed, None)

    def reasons(self) -> list[str]:
        """Why it stands so: the reason of a refusal and where to turn instead; a wish that was turned down."""
        head, lines = self.letter.head, list[str]()
        if head.status in (Status.DECLINED, Status.TRANSFERRED):
            kind = ProposalKind.DECLINE if head.status == Status.DECLINED else ProposalKind.TRANSFER
            if (decided := self._decided(kind)) and decided.reason:
                lines.append(self.saying("Reason: %(reason)s", decided.reason))
            if decided and (instead := str(decided.details.get("instead") or "")):
                lines.append(
                    texts.sentence(
                        self.lang,
                        "Where to turn instead: %(instead)s",
                        self._language(instead),
                        quote=instead,
                        name="instead",
                    )
                )
        if head.status in OPEN and not head.wants_reply:
            lines.append(say(self.lang, "You said that you need no reply. What came of your letter is written here."))
        waiting = [p for p in self.letter.proposals if p.outcome is None and p.asked_by is None]
        return lines + [say(self.lang, f"waiting.{p.kind}") for p in waiting]

    def day_of(self, at: datetime) -> str:
        """The city's day of that moment."""
        return day(self.city.calendar.day_of(at), self.lang)

    def proposal_of(self, event: Row, kind: ProposalKind) -> Row | None:
        """The proposal that an event asked or decided: by its id, else by the moment of the decision."""
        wanted = (event.facts or {}).get("proposal_id")
        of_kind = [p for p in self.letter.proposals if p.kind == kind]
        by_id = next((p for p in of_kind if p.id == wanted), None)
        return by_id or next((p for p in of_kind if p.decided_at == event.at), None)

    # --- The timeline ------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """What happened, oldest first."""
        found = (self._entry(event) for event in self.letter.events)
        return [entry for entry in found if entry is not None]

    def _entry(self, event: Row) -> Entry | None:
        act, title = event.act, self._title(event)
        if title is None:
            return None
        by = "city" if act in SENDING else TOLD.get(act, "city")
        entry = Entry(
            title,
            event.at.astimezone(self.zone).isoformat("T", "minutes"),
            self.moment(event.at),
            by,
            remark=self._remark(event),
        )
        message = self._written(event)
        return entry if message is None else self._with_words(entry, message)

    def files(self, message: Row) -> list[FileLink]:
        """The files that came with a message."""
        rows = [row for row in self.letter.files if row.message_id == message.id]
        return downloads.links(self.lang, f"/{self.lang}/letters/{self.letter.head.number}", rows)

    def _with_words(self, entry: Entry, message: Row) -> Entry:
        code = self._language(message.text, message.language)
        return entry._replace(
            text=message.text,
            lang=texts.tag(code),
            said_in=texts.said_in(self.lang, code),
            both=self.translated(message),
            files=self.files(message),
        )

    def translated(self, message: Row) -> Both | None:
        """The citizen's words beside what the office read instead; None when it read these."""
        if not translation_of(message):
            return None
        by, at = self.office(message.translated_by, message.translated_at), self.moment(message.translated_at)
        return texts.both_of_message(self.lang, message, by, at, self.city.working_language)

    def _title(self, event: Row) -> str | None:
        act, facts = event.act, event.facts or {}
        if facts.get("corrected"):
            return say(self.lang, "story.corrected")
        if act in SENDING:
            return say(self.lang, "story.answered") if event.status_after == Status.ANSWERED else None
        agreed = facts.get("outcome") != ProposalOutcome.REFUSED
        if act not in TOLD or (act in ONLY_AGREED and not agreed):
            return None
        more = "" if agreed or act not in TWO_WAYS else ".refused"
        if act in (Act.DECIDE_DECLINE, Act.DECIDE_TRANSFER) and not agreed:
            return None
        if (act == Act.FOLLOW_OFFICE and not facts.get("leads")) or (act == Act.RECALENDAR and "due_on" not in facts):
            return None
        if act == Act.CLOSE and self._was_rated(event.round_no):
            more = ".rated"
        return say(self.lang, f"story.{act}{more}", **self._facts(event))

    def _was_rated(self, round_no: int) -> bool:
        return any(event.act == Act.RATE and event.round_no == round_no for event in self.letter.events)

    def _facts(self, event: Row) -> dict[str, Any]:
        facts = event.facts or {}
        due = facts.get("due_on") or facts.get("posted_on")
        on = day(date.fromisoformat(due), self.lang) if isinstance(due, str) and due else ""
        return {"office": self.office(event.department_id, event.at), "body": self.body(), "date": on}

    def _written(self, event: Row) -> Row | None:
        """The message that was written in that moment, if it still has its words or files."""
        kind = WRITTEN_WITH.get(event.act)
        written = (m for m in self.letter.messages if m.kind == kind and m.at == event.at)
        return next((m for m in written if m.text or self.files(m)), None)

    def _remark(self, event: Row) -> str:
        """What the citizen is told of a step: its reason or remark, or how they judged the reply."""
        facts = event.facts or {}
        if event.act == Act.RATE and (said := facts.get("satisfaction")):
            return say(self.lang, f"satisfaction.{said}")
        if event.act not in REMARKS:
            return ""
        kind, told = REMARKS[event.act]
        about = self.proposal_of(event, kind)
        words = told(about, facts.get("outcome") != ProposalOutcome.REFUSED) if about else ""
        if not words:
            return ""
        if event.act in REASONED:
            return self.saying("Reason: %(reason)s", words)
        return texts.quoted(words, self._language(words))


def _reason(proposal: Row, _agreed: bool) -> str:
    return str(proposal.reason)


def _remark(proposal: Row, _agreed: bool) -> str:
    return str(proposal.remark)


def _reason_if_agreed(proposal: Row, agreed: bool) -> str:
    return str(proposal.reason) if agreed else ""


# What is quoted of the proposal behind an event: what the citizen asked, what was decided and why.
REMARKS: dict[str, tuple[ProposalKind, Callable[[Row, bool], str]]] = {
    Act.ASK_REOPENING: (ProposalKind.REOPEN, _reason),
    Act.ASK_REVIEW: (ProposalKind.REVIEW, _reason),
    Act.ASK_ERASURE: (ProposalKind.ERASE, _reason),
    Act.DECIDE_REOPENING: (ProposalKind.REOPEN, _remark),
    Act.DECIDE_REVIEW: (ProposalKind.REVIEW, _remark),
    Act.DECIDE_ERASURE: (ProposalKind.ERASE, _remark),
    Act.DECIDE_EXTENSION: (ProposalKind.EXTEND, _reason_if_agreed),
    Act.DECIDE_DECLINE: (ProposalKind.DECLINE, _reason_if_agreed),
    Act.DECIDE_TRANSFER: (ProposalKind.TRANSFER, _reason_if_agreed),
}
REASONED = frozenset({Act.DECIDE_EXTENSION, Act.DECIDE_DECLINE, Act.DECIDE_TRANSFER})
