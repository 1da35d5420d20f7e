"""Everything about a letter in one file: what the writer may see, all of it, and nothing else."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from datetime import datetime

import pytest
from sqlmodel import col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.desk import notes
from mailbox_service.tickets.life import handle, reply, route, together, translate
from mailbox_service.tickets.tables import Attachment, Contribution, Message, Proposal, Ticket, Translation
from mailbox_service.web.public import takeaway
from mailbox_service.web.public.takeaway import safe_name
from tests.doors.public.conftest import words_of

MB = 1024 * 1024
SAID = (
    "夜に暗いです。",
    "晚上很暗。",
    "北側です。",
    "在哪一侧？",
    "路灯已修好。",
    "街灯を直しました。",
    "材料要从外地运来",
)
WORDS = [("en", "What happened so far"), ("zh", "来信"), ("ja", "手紙"), ("ko", "민원")]


def unpacked(answer):
    """The files of the ZIP by their names; the archive is whole."""
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


async def taken(citizen, page):
    return unpacked(await citizen.send(f"{page}/takeaway"))


def attach(citizen, *files):
    """Files of the first message, as if they had come with the letter."""
    with citizen.rows() as session:
        message = session.exec(select(Message).order_by(col(Message.id))).first()
        for name, content in files:
            kept = citizen.site.files.store([content])
            facts = {"content_type": "text/plain", "size": kept.size, "sha256": kept.sha256, "stored": kept.key}
            session.add(
                Attachment(ticket_id=message.ticket_id, message_id=message.id, name=name, at=message.at, **facts)
            )
        session.commit()


async def whole_life(citizen):
    """A letter in English that was translated, extended, asked about, answered in two languages; its address."""
    page = await citizen.opened(text="夜に暗いです。\n\n直してください。", language="ja")
    number, town = page.rpartition("/")[2], citizen.town
    await citizen.life(number, ("karl", route.route, town.offices["roads"]), ("dora", handle.sign_for))
    with citizen.rows() as session:
        message_id = session.exec(select(Translation.message_id)).one()
    await citizen.life(
        number,
        ("finn", translate.translate_letter, message_id, "晚上很暗。\n\n请修理。"),
        ("dora", together.ask_contribution, town.offices["parks"], "INTERNAL QUESTION"),
    )
    with citizen.rows() as session:
        owed = session.exec(select(Contribution.id)).one()
    await citizen.life(
        number,
        ("dora", together.waive, owed, "INTERNAL WAIVER"),
        ("dora", handle.propose_extension, "材料要从外地运来"),
        ("mina", handle.decide_extension, True),
        ("dora", handle.ask, "在哪一侧？"),
        ("citizen", handle.answer, "北側です。"),
        ("dora", reply.submit_reply, "INTERNAL DRAFT"),
        ("hugo", reply.send_back, 1, "INTERNAL REMARK"),
        ("dora", reply.submit_reply, "路灯已修好。"),
        ("hugo", reply.approve, 2),
        ("finn", reply.translate_reply, 2, "街灯を直しました。"),
    )
    await citizen.site.db.writing(
        lambda s: notes.note(s, town.case(s, number), "INTERNAL NOTE", by=town.actor(s, "dora"), now=citizen.now())
    )
    return page


async def test_everything_the_writer_may_see_is_there_and_nothing_internal(citizen):
    page = await whole_life(citizen)
    attach(citizen, ("photo.txt", b"light"))

    files = await taken(citizen, page)
    said = json.loads(files["letter.json"])
    text = files["letter.txt"].decode("utf-8-sig")

    assert set(files) == {"letter.txt", "letter.json", "files/photo.txt"}
    assert files["files/photo.txt"] == b"light"
    for words in (
        "夜に暗いです。",
        "晚上很暗。",
        "北側です。",
        "在哪一侧？",
        "路灯已修好。",
        "街灯を直しました。",
        "材料要从外地运来",
    ):
        assert words in text
        assert words in files["letter.json"].decode()
    everything = b"".join(files.values()).decode()
    assert "INTERNAL" not in everything
    assert [name for name in ("Dora", "Hugo", "Finn", "Mina", "Karl") if name in everything] == []
    assert said["number"] in page
    assert said["writer"] == {"name": "Carl Citizen", "email": "carl@example.org", "phone": ""}
    assert said["messages"][0]["translation_for_the_office"]["language"] == "zh"
    assert said["messages"][0]["files"] == ["files/photo.txt"]
    assert said["replies"][0]["translation"]["text"] == "街灯を直しました。"
    assert [request["kind"] for request in said["requests"]] == ["extend"]
    assert said["rounds"][0]["extended_days"] > 0
    assert "<span" not in everything


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "What happened so far"), ("zh", "来信"), ("ja", "手紙"), ("ko", "민원")]
)
async def test_the_text_is_in_the_readers_language(citizen, lang, word):
    page = await citizen.opened()

    files = await taken(citizen, page.replace("/en/", f"/{lang}/"))

    assert word in files["letter.txt"].decode("utf-8-sig")


async def test_it_is_given_by_its_button_to_who_opened_the_letter_and_logged_without_words(citizen):
    page = await citizen.opened()

    shown = await citizen.get(f"{page}/takeaway")
    answer = await citizen.send(f"{page}/takeaway")

    assert "letter.json" in words_of(shown)
    assert answer.headers["content-type"] == "application/zip"
    assert page.rpartition("/")[2] in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    with citizen.rows() as session:
        rows = session.exec(select(AuditRow).where(AuditRow.act == "letter.taken_away")).all()
        assert [(row.actor_kind, row.facts) for row in rows] == [("citizen", {"files": 0})]
        assert rows[0].subject_id == session.exec(select(Ticket.id)).one()


async def test_who_has_not_opened_the_letter_is_asked_for_its_code(citizen):
    other, _ = await citizen.receipt()
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/takeaway")

    strange = await citizen.web.post(f"/en/letters/{other}/takeaway", data=form)
    await citizen.get("/en/leave")
    closed = await citizen.web.post(f"{page}/takeaway", data=form)

    assert [answer.status_code for answer in (strange, closed)] == [303, 303]
    assert "/track" in strange.headers["location"]
    assert "/track" in closed.headers["location"]


async def test_names_are_safe_and_no_two_alike(citizen):
    page = await citizen.opened()
    names = ["a.txt", "A.txt", "../../etc/passwd", "con.txt", "x\u202etxt.exe", "", "照片 1.jpg", "n" * 240 + ".pdf"]
    attach(citizen, *((name, b"x") for name in names))

    files = await taken(citizen, page)

    paths = [name for name in files if name.startswith("files/")]
    assert len({path.casefold() for path in paths}) == len(names)
    assert all(".." not in path and path.count("/") == 1 and len(path.encode()) < 120 for path in paths)
    assert {"files/a.txt", "files/A-2.txt", "files/passwd", "files/file_con.txt", "files/照片 1.jpg"} <= set(paths)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("C:\\temp\\a.txt", "a.txt"),
        ('what?"is"<this>.txt', "what_is_this_.txt"),
        (".hidden", "hidden"),
        ("...", "file"),
        ("LPT1", "file_LPT1"),
        ("写真.jpeg", "写真.jpeg"),
        ("한글" * 40 + ".png", "한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글.png"),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert safe_name(name) == safe


async def test_a_file_whose_bytes_are_gone_is_named_and_the_rest_is_there(citizen):
    page = await citizen.opened()
    attach(citizen, ("gone.txt", b"gone"), ("here.txt", b"here"))
    with citizen.rows() as session:
        citizen.site.files.remove(session.exec(select(Attachment.stored).where(Attachment.name == "gone.txt")).one())

    files = await taken(citizen, page)

    assert "files/here.txt" in files
    assert "files/gone.txt" not in files
    listed = {file["name"]: file["is_here"] for file in json.loads(files["letter.json"])["files"]}
    assert listed == {"gone.txt": False, "here.txt": True}


async def test_wishes_decisions_and_ratings_are_taken_along_and_others_proposals_are_not(citizen):
    page = await citizen.opened(language="zh")
    number = page.rpartition("/")[2]
    await citizen.life(number, ("karl", route.propose_decline, "INTERNAL REASON", "INTERNAL PLACE"))
    await citizen.site.db.writing(
        lambda s: citizen.town.act(s, number, "kim", route.decide_decline, False, remark="INTERNAL", now=citizen.now())
    )
    steps = (("karl", route.route, citizen.town.offices["roads"]), ("dora", reply.submit_reply, "修好了。"))
    await citizen.life(number, *steps, ("hugo", reply.approve, 1))
    await citizen.send(f"{page}/rate", satisfaction="dissatisfied", solved="no", text="Dark again.")
    await citizen.send(f"{page}/reopen", text="Please look again.")

    files = await taken(citizen, page)
    said = json.loads(files["letter.json"])

    assert b"INTERNAL" not in b"".join(files.values())
    ratings = [(each["satisfaction"], each["solved"], each["reason"]) for each in said["ratings"]]
    assert ratings == [("dissatisfied", False, "Dark again.")]
    requests = [(each["kind"], each["by"], each["reason"]) for each in said["requests"]]
    assert requests == [("reopen", "citizen", "Please look again.")]
    assert citizen.count(Proposal) == 2


async def test_it_is_limited_by_network_address(citizen):
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/takeaway")

    answers = [await citizen.web.post(f"{page}/takeaway", data=form) for _ in range(takeaway.TRIES_PER_HOUR + 1)]

    assert [answer.status_code for answer in answers] == [200] * takeaway.TRIES_PER_HOUR + [429]


async def test_a_large_file_takes_no_more_memory_than_a_small_one(citizen):
    stored, at = citizen.site.files.store(b"x" * MB for _ in range(64)), datetime(2026, 3, 2, 9)

    tracemalloc.start()
    film = takeaway.Kept("files/film", stored.key, at)
    sent = sum(len(piece) for piece in takeaway.pieces(citizen.site.files, {"letter.txt": b"A"}, [film], at))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 64 * MB
    assert peak < 4 * MB
