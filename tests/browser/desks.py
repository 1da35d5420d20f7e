"""Letters that wait on the desks of Qinghe's staff, and the sessions of those who sit there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from mailbox_service.base import clock, tokens
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city.tables import CannedReply, Person, RoutingRule, Topic
from mailbox_service.desk import drafts, notes
from mailbox_service.guidance.tables import Article
from mailbox_service.jobs.alike import put_new
from mailbox_service.mail.tables import Received, ReceivedState, Source
from mailbox_service.tickets import keep
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.life import handle, publish, reply, together
from mailbox_service.tickets.life.publish import Copy
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Channel
from tests.browser.qinghe import ENDLESS, LONG, Qinghe

PEOPLE = ("kai", "lin", "dora", "henry", "hana", "paul", "shen", "mina", "ruth", "ada", "yan")
OTHER: dict[str, Any] = {"email": "", "phone": "13800000000"}


def add(qinghe: Qinghe) -> None:
    """Something on every desk."""
    offices, act = qinghe.cast.offices, qinghe.act
    asked = qinghe.in_progress("co-handled", **OTHER)
    act(asked, "dora", together.ask_contribution, offices["culture"], "公园的路灯归谁管？")
    act(asked, "dora", handle.propose_extension, "零件要从外地运来")
    public = qinghe.in_progress("to publish", **OTHER)
    act(public, "dora", reply.submit_reply, "路灯已修好。")
    act(public, "henry", reply.approve, 1)
    act(public, "kai", publish.propose_publication, Copy("路灯", "路灯坏了。", "已修好。"), "useful")
    back = qinghe.in_progress("sent back", **OTHER)
    act(back, "dora", reply.submit_reply, "路灯已修好。")
    act(back, "henry", reply.send_back, 1, "请写明日期。")
    act(back, "dora", reply.submit_reply, "路灯已于昨日修好。")
    petition = qinghe.letter(
        "petition",
        channel=Channel.PAPER,
        subject=LONG,
        language="en",
        written_in="en",
        text="The lamps are dark. Please repair them.",
        address="清河路三十七号",
        signatories=[("王芳", "13900000000"), ("Kim Minsu", "")],
        received_at=qinghe.now - timedelta(days=4),
        **OTHER,
    )
    assert petition
    qinghe.answered("to post", channel=Channel.PAPER, address="清河路三十七号", **OTHER)
    _around(qinghe, asked)
    _came_by_mail(qinghe, asked)
    put_new(qinghe.session, qinghe.now - timedelta(days=60))
    _ids(qinghe)
    for name in PEOPLE:
        qinghe.tokens[f"staff {name}"] = _signed_in(qinghe.session, name)


def _around(qinghe: Qinghe, number: str) -> None:
    """A draft, a note that names somebody, tags."""
    session, by = qinghe.session, qinghe.cast.people["dora"]
    case = cases.case(session, qinghe.book.open(session), number, by)
    drafts.save(session, case, "路灯明天修。", seen_version=0, by=by, now=qinghe.now)
    notes.note(session, case, "@henry 请看一下。", by=by, now=qinghe.now)
    notes.tag(session, case, "路灯", by=by, now=qinghe.now)
    keep.keep(session, case)
    session.flush()


def _came_by_mail(qinghe: Qinghe, number: str) -> None:
    """A message that waits, one that was put away, and what a machine wrote about the letter, with a file not taken."""
    ticket_id = qinghe.session.exec(select(Ticket.id).where(Ticket.number == number)).one()
    size = {"size": 12_345, "sha256": "0" * 64, "stored": "0" * 32, "received_at": qinghe.now}
    facts: dict[str, Any] = {
        "source": Source.LMTP,
        "next_try_at": qinghe.now,
        "envelope_to": "mayor@qinghe.example",
    } | size
    words: dict[str, Any] = {
        "sender": "wang@example.org",
        "name": "王芳",
        "subject": LONG,
        "text": "新的话\n\n> 旧的话",
        "reply_text": "新的话",
    }
    file: dict[str, object] = {"code": "upload.type", "file": f"{ENDLESS[:80]}.exe"}
    for n, (state, reason, ticket) in enumerate(
        (
            (ReceivedState.HELD, "sender", ticket_id),
            (ReceivedState.PUT_AWAY, "spam", None),
            (ReceivedState.MACHINE, "auto_reply", ticket_id),
        )
    ):
        row = Received(digest=str(n), state=state, reason=reason, ticket_id=ticket, refused=[file], **words, **facts)
        qinghe.session.add(row)
        qinghe.numbers[f"message {reason}"] = str(row.id)


def _ids(qinghe: Qinghe) -> None:
    session, now, roads = qinghe.session, qinghe.now, qinghe.cast.offices["roads"]
    rule = RoutingRule(name="路灯", position=1, is_live=True, words=["路灯"], department_id=roads, added_at=now)
    canned = CannedReply(name="已收到", texts={"zh": "您好。", "en": "Thank you."}, changed_at=now)
    session.add_all([rule, canned])
    session.flush()
    person = session.exec(select(Person.id).where(col(Person.email).startswith("dora@"))).one()
    topic = session.exec(select(Topic.id).order_by(col(Topic.id)).limit(1)).one()
    article = session.exec(select(Article.slug).order_by(col(Article.id)).limit(1)).one()
    ids = {"rule": rule.id, "canned": canned.id, "person": person, "office": roads, "topic": topic, "article": article}
    qinghe.numbers |= {name: str(id_) for name, id_ in ids.items()}


def _signed_in(session: Session, name: str) -> str:
    token, now = tokens.fresh_token(), clock.now()
    person = session.exec(select(Person.id).where(col(Person.email).startswith(f"{name}@"))).one()
    session.add(
        StaffSession(
            token=tokens.hashed(token),
            person_id=person,
            csrf=tokens.fresh_token(),
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=8),
        )
    )
    return token
