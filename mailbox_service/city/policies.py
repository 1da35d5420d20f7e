"""The promises for each kind of letter: how many working days, and who lets a reply go.

A change of the days to reply is for new letters, of the days to pass on and to accept for all that wait.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing
from mailbox_service.city.tables import Approvals, Policy

LONGEST = 30  # working days: what no promise passes (DOMAIN §4)


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised for a kind of letter, in working days."""

    triage_days: int
    sign_days: int
    reply_days: int
    extension_days: int
    approvals: Approvals


def change(session: Session, kind: str, promise: Promise, seen_version: int, *, by: int, now: datetime) -> None:
    """Change the promise for a kind of letter.

    Raises:
        Refused: "not_yours"; "not_found"; "policy.days" when a span is shorter than a day or longer than the longest
            promise; "policy.order" when passing on and accepting take longer than the reply; "conflict".
    """
    changing.require(session, by)
    policy: Policy = changing.row_of(session, Policy, kind)
    spans = (promise.triage_days, promise.sign_days, promise.reply_days)
    if not all(1 <= days <= LONGEST for days in spans) or not 0 <= promise.extension_days <= LONGEST:
        raise Refused("policy.days", limit=LONGEST)
    if promise.triage_days + promise.sign_days > promise.reply_days:
        raise Refused("policy.order")
    changing.change(session, policy, seen_version, asdict(promise), "policy.changed", by=by, now=now)
