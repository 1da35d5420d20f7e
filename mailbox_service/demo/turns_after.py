"""What may happen to a letter in Qinghe once it is answered. As in `turns`, each does one act of the life."""

from __future__ import annotations

from mailbox_service.demo.scene import Scene
from mailbox_service.tickets.life import after, protect, publish
from mailbox_service.tickets.tables.words import Satisfaction


def rate(s: Scene, satisfaction: Satisfaction, solved: bool | None, reason: str = "") -> None:
    after.rate(s.case, satisfaction, solved=solved, reason=reason, by=s.citizen, **s.when())


def ask_reopening(s: Scene, reason: str) -> None:
    after.ask_reopening(s.case, reason, by=s.citizen, **s.when())


def decide_reopening(s: Scene, agreed: bool) -> None:
    remark = s.ours("reopen_agreed" if agreed else "reopen_refused")
    after.decide_reopening(s.case, agreed, remark=remark, by=s.manager, **s.when())


def ask_review(s: Scene, reason: str) -> None:
    after.ask_review(s.case, reason, by=s.citizen, **s.when())


def decide_review(s: Scene) -> None:
    """Name an office that had nothing to do with it, and whose people hadn't either."""
    named = (s.cast.offices[code] for code in ("general", "culture", "labour", "education"))
    offices, people = s.case.offices_involved(), s.case.persons_involved()
    free = next(
        office
        for office in named
        if office not in offices and not {s.cast.officer(office).person_id, s.cast.head(office).person_id} & people
    )
    after.decide_review(s.case, free, remark=s.ours("review_agreed"), by=s.manager, **s.when())


def propose_publication(s: Scene, copy: publish.Copy) -> None:
    publish.propose_publication(s.case, copy, s.ours("publish"), by=s.clerk, **s.when())


def decide_publication(s: Scene, agreed: bool) -> None:
    remark = "" if agreed else s.ours("publish_refused")
    publish.decide_publication(s.case, agreed, remark=remark, by=s.second, **s.when())


def revoke(s: Scene) -> None:
    publish.revoke_publication(s.case, by=s.citizen, **s.when())


def ask_erasure(s: Scene) -> None:
    protect.ask_erasure(s.case, s.theirs("erase"), by=s.citizen, **s.when())


def decide_erasure(s: Scene) -> None:
    protect.decide_erasure(s.case, True, remark=s.ours("erased"), by=s.second, **s.when())
