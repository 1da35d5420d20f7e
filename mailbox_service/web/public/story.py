"""What happened to a letter, in sentences for its writer: the status, the reasons, the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from mailbox_service.base.language import LANGUAGES, day, in_language, moment, say, say_many
from mailbox_service.base.looks import Row
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find.citizen import Letter
from mailbox_service.tickets.tables.words import (
    MessageKind,
    ProposalKind,
    ProposalOutcome,
    Status,
)
from mailbox_service.web.parts import Entry

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

    def office(self, department_id: int | None) -> str:
        """An office's name; "the city" when none is named."""
        department = self.city.offices.get(department_id) if department_id is not None else None
        return in_language(department.name, self.lang) if department else say(self.lang, "the city")

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
        if head.status in OPEN and today > head.due_on and head.status != Status.AWAITING_CITIZEN:
            return self._late(head)
        facts: dict[str, Any] = {
            "office": self.office(head.lead_department_id),
            "body": self.body(),
            "date": day(head.due_on, self.lang),
        }
        return say(self.lang, f"standing.{head.status}", **facts)

    def _late(self, head: Row) -> str:
        on = day(head.due_on, self.lang)
        if reason := self._extension_reason():
            return say(
                self.lang, "Our reply is late; it was due on %(date)s. Reason: %(reason)s", date=on, reason=reason
            )
        return say(self.lang, "Our reply is late; it was due on %(date)s. We are sorry.", date=on)

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
        head, lines = self.letter.head, []
        if head.status in (Status.DECLINED, Status.TRANSFERRED):
            kind = ProposalKind.DECLINE if head.status == Status.DECLINED else ProposalKind.TRANSFER
            if decided := self._decided(kind):
                lines.append(say(self.lang, "Reason: %(reason)s", reason=decided.reason))
                if instead := decided.details.get("instead"):
                    lines.append(say(self.lang, "Where to turn instead: %(instead)s", instead=instead))
        lines += [
            say(self.lang, f"waiting.{p.kind}")
            for p in self.letter.proposals
            if p.outcome is None and p.asked_by is None
        ]
        return lines

    def due_story(self) -> list[str]:
        """How the due date came about."""
        head, lang = self.letter.head, self.lang
        policy = self.city.policies.get(head.kind)
        lines = [say(lang, "Received on %(date)s.", date=day(self.city.calendar.day_of(head.received_at), lang))]
        if policy:
            said = (
                "We answer such letters within %(count)s working day.",
                "We answer such letters within %(count)s working days.",
            )
            lines.append(say_many(lang, *said, policy.reply_days))
        if head.extended_days:
            said = "Extended by %(count)s working day.", "Extended by %(count)s working days."
            lines.append(say_many(lang, *said, head.extended_days))
        if reason := self._extension_reason():
            lines.append(say(lang, "Reason: %(reason)s", reason=reason))
        if head.paused_days or head.paused_on:
            lines.append(say(lang, "While we wait for your answer the clock is stopped."))
        if head.provisional:
            lines.append(say(lang, "The official calendar of that year is not out yet; the date may still move."))
        return lines

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
        text, lang = self._written(event)
        return Entry(
            title,
            event.at.astimezone(self.zone).isoformat("T", "minutes"),
            self.moment(event.at),
            by,
            text=text,
            lang=lang,
            remark=self._remark(event),
        )

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
        return say(self.lang, f"story.{act}{more}", **self._facts(event))

    def _facts(self, event: Row) -> dict[str, Any]:
        due = (event.facts or {}).get("due_on")
        on = day(date.fromisoformat(due), self.lang) if isinstance(due, str) and due else ""
        return {"office": self.office(event.department_id), "body": self.body(), "date": on}

    def _written(self, event: Row) -> tuple[str, str]:
        """The text that was written in that moment, and its language."""
        kind = WRITTEN_WITH.get(event.act)
        message = next((m for m in self.letter.messages if m.kind == kind and m.at == event.at), None)
        if message is None:
            return "", ""
        code = message.language or (self.city.working_language if event.actor_kind == "staff" else "")
        return message.text, LANGUAGES[code].tag if code in LANGUAGES else ""

    def _remark(self, event: Row) -> str:
        """What the citizen is told of a decision: its reason or remark, kept beside the event."""
        facts = event.facts or {}
        told: dict[str, Callable[[Row], str]] = {
            Act.ASK_REOPENING: lambda p: p.reason,
            Act.ASK_REVIEW: lambda p: p.reason,
            Act.ASK_ERASURE: lambda p: p.reason,
            Act.DECIDE_REOPENING: lambda p: p.remark,
            Act.DECIDE_REVIEW: lambda p: p.remark,
            Act.DECIDE_ERASURE: lambda p: p.remark,
        }
        proposals: Sequence[Row] = self.letter.proposals
        about = next((p for p in proposals if p.id == facts.get("proposal_id")), None)
        if event.act == Act.DECIDE_EXTENSION and about is not None and facts.get("outcome") == ProposalOutcome.AGREED:
            return say(self.lang, "Reason: %(reason)s", reason=about.reason) if about.reason else ""
        return told[event.act](about) if about is not None and event.act in told else ""
