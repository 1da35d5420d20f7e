"""A letter with a marked text in every column that may hold one: for tests of what takes texts away."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from mailbox_service.base.files import Files
from mailbox_service.base.texts import Texts
from mailbox_service.desk import drafts, notes
from mailbox_service.desk.tables import TranslationDraft
from mailbox_service.jobs.erase import TEXTS
from mailbox_service.mail.tables import Received, ReceivedState, Source
from mailbox_service.tables import metadata
from mailbox_service.tickets import keep, public_search
from mailbox_service.tickets.life import after, handle, publish, reply, route, together, translate
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.tables.words import Kind, Satisfaction
from tests.rooms.post import NOW, PostTown

MARK = "Zebrafinch"
WORDS = f"{MARK} ツキノワグマ 秘密的斑胸草雀"


async def full_letter(post: PostTown, files: Files) -> str:
    """A closed letter in Japanese, its texts marked; answers its number. Its file is `files`' own."""
    act = post.act
    number = await post.letter(
        WORDS, kind=Kind.ENQUIRY, language="ja", written_in="ja", text=WORDS, name=MARK, email=f"{MARK}@example.org",
        phone=f"{MARK} 123", publication_consent=True, address=WORDS, on_behalf_of=MARK, signatories=[(MARK, MARK)],
    )  # fmt: skip
    roads, parks = post.town.offices["roads"], post.town.offices["parks"]
    await act(number, "karl", route.route, roads)
    await act(number, "karl", route.name_co_handling, {parks: WORDS})
    await act(number, "dora", handle.sign_for)
    await act(number, "dora", together.waive, await _first(post, number, "contributions"), WORDS)
    stored = files.store([f"{WORDS} in a file".encode()])
    file = Attachment(ticket_id=0, name=f"{MARK}.png", content_type="image/png", size=stored.size, at=NOW,
                      sha256=stored.sha256, stored=stored.key)  # fmt: skip
    await act(number, "citizen", handle.add, WORDS, [file])
    await act(number, "finn", translate.translate_letter, await _first(post, number, "messages"), WORDS)
    await act(number, "dora", reply.submit_reply, WORDS)
    await act(number, "hugo", reply.approve, 1)
    await act(number, "finn", reply.translate_reply, 1, WORDS)
    await act(number, "citizen", after.rate, Satisfaction.PARTLY, reason=WORDS)
    await act(number, "karl", publish.propose_publication, publish.Copy(WORDS, WORDS, WORDS), WORDS)
    await act(number, "kim", publish.decide_publication, True, remark=WORDS)
    await post.notify()
    await _came_by_mail(post, number)
    await post.db.writing(partial(_around, post=post, number=number))
    return number


async def _came_by_mail(post: PostTown, number: str) -> None:
    """An answer by mail, with a file that was not taken; its bytes are tested with the inbox."""
    case = await post.db.reading(lambda s: post.town.case(s, number))
    texts: dict[str, Any] = dict.fromkeys(("name", "subject", "text", "reply_text", "envelope_to"), WORDS)
    texts |= {"envelope_from": f"{MARK}@example.org", "sender": f"{MARK}@example.org"}
    facts: dict[str, Any] = {"size": 1, "sha256": "", "stored": "", "received_at": NOW, "next_try_at": NOW}
    row = Received(digest="1", source=Source.LMTP, state=ReceivedState.THREADED, ticket_id=case.ticket.id,
                   refused=[{"file": f"{MARK}.exe"}], **texts, **facts)  # fmt: skip
    await post.db.writing(lambda s: s.add(row))


async def _first(post: PostTown, number: str, shelf: str) -> int:
    rows = await post.db.reading(lambda s: getattr(post.town.case(s, number), shelf))
    first: int = rows[0].id
    return first


def _around(session: Session, post: PostTown, number: str) -> None:
    """What the desk keeps, and what no act of this letter's life has written."""
    case, dora = post.town.case(session, number), post.town.actor(session, "dora")
    drafts.save(session, case, WORDS, WORDS, seen_version=0, by=dora, now=NOW)
    drafts.put_aside(session, case, WORDS, WORDS, begun_from=0, by=dora, now=NOW)
    notes.note(session, case, WORDS, by=dora, now=NOW)
    notes.tag(session, case, MARK, by=dora, now=NOW)
    ids = {"translation_id": case.translations[0].id, "ticket_id": case.ticket.id, "saved_by": dora.person_id or 0}
    session.add(TranslationDraft(**ids, paragraphs=[WORDS], saved_at=NOW))
    keep.keep(session, case)
    public_search.put(session, "letter", case.publications[0].id, "ja", WORDS)
    _fill(session, case.ticket.id)


def _fill(session: Session, ticket_id: int) -> None:
    """Every listed column that is still without a mark gets one."""
    for texts in TEXTS:
        table = metadata.tables[texts.table]
        for column in () if texts.rows_go or texts.table in ("citizen", "attachment") or texts.only else texts.columns:
            value: Any = {"why": WORDS} if isinstance(table.c[column].type, sa.JSON) else WORDS
            session.execute(sa.update(table).where(table.c[texts.of] == ticket_id).values({column: value}))


def marked(session: Session) -> list[str]:
    """Every column of every table in which a mark stands, "table.column": nobody's list is asked, the database is."""
    found = []
    inspector = sa.inspect(session.connection())
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            name, kind = column["name"], session.connection().dialect.name
            text = f'CAST("{name}" AS text)' if kind == "postgresql" else f'"{name}"'
            like = f"SELECT count(*) FROM \"{table}\" WHERE lower({text}) LIKE '%zebrafinch%' OR {text} LIKE '%斑胸%'"
            if session.connection().exec_driver_sql(like.replace("%", "%%") if kind == "postgresql" else like).scalar():
                found.append(f"{table}.{name}")
    return found


def listed(lists: tuple[Texts, ...] = TEXTS) -> set[str]:
    """Every column the rooms name."""
    return {f"{texts.table}.{column}" for texts in lists for column in texts.columns}
