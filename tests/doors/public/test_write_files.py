"""Files with a letter: kept through errors, steps and the check page, and sent with it."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from mailbox_service.tickets.tables import Attachment, Message, Upload
from tests.doors.public.conftest import LETTER, open_citizen, words_of
from tests.doors.public.test_write_steps import form_of, press

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00" \
      b"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"  # fmt: skip
NOTE = ("note.txt", b"The lamp has the number 4711.\n", "text/plain")


async def send(citizen, form, *files):
    """Send the form as a browser sends one with files."""
    fields = [(name, (None, value)) for name, value in form.items()]
    return await citizen.web.post("/en/write", files=[*fields, *(("files", file) for file in files)])


async def test_a_file_is_kept_when_the_letter_has_a_problem_and_goes_with_it_afterwards(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"subject": ""}))

    wrong = await send(citizen, form, NOTE)
    answer = await citizen.web.post("/en/write", data=form_of(wrong, **LETTER))

    assert wrong.status_code == 422
    assert "note.txt" in words_of(wrong)
    assert answer.status_code == 303
    with citizen.rows() as session:
        file = session.exec(select(Attachment)).one()
        assert (file.name, file.size) == ("note.txt", len(NOTE[1]))
        assert file.message_id == session.exec(select(Message.id)).one()
    assert citizen.count(Upload) == 0


async def test_upload_now_keeps_the_file_without_checking_the_letter(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"subject": "", "act": "upload"}))

    page = await send(citizen, form, NOTE)

    assert page.status_code == 200
    assert 'aria-invalid="true"' not in page.text
    assert "note.txt" in words_of(page)
    assert LETTER["text"] in page.text


async def test_a_file_can_be_removed_again(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"act": "upload"}))
    page = await send(citizen, form, NOTE)
    (upload,) = re.findall(r'name="remove" value="(\d+)"', page.text)

    gone = await citizen.web.post("/en/write", data=form_of(page, **(LETTER | {"act": "", "remove": upload})))

    assert "note.txt" not in words_of(gone)
    assert LETTER["subject"] in gone.text
    assert citizen.count(Upload) == 0


async def test_files_stand_on_the_check_page_and_survive_a_switch(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"act": "check"}))

    check = await send(citizen, form, NOTE, ("dot.gif", GIF, "image/gif"))
    there = await citizen.web.post("/ja/write", data=form_of(check, switch="lang:ja"))
    answer = await press(citizen, there, "send")

    assert "note.txt" in words_of(check)
    assert "dot.gif" in words_of(there)
    assert answer.status_code == 303
    assert citizen.count(Attachment) == 2


async def test_a_file_we_do_not_take_is_a_problem_of_its_field_and_the_letter_is_not_sent_without_it(citizen):
    form = await citizen.fill("/en/write", **LETTER)

    answer = await send(citizen, form, ("evil.exe", b"MZ" + b"\x00" * 200, "text/plain"), NOTE)

    assert answer.status_code == 422
    assert 'href="#f-files"' in answer.text
    assert "note.txt" in words_of(answer)
    assert LETTER["text"] in answer.text
    assert citizen.count() == 0


async def test_the_step_of_files_keeps_them_too(citizen):
    first = await citizen.get("/en/write/steps")
    second = await press(citizen, first, "next", kind="help")
    third = await press(citizen, second, "next", subject=LETTER["subject"], text=LETTER["text"])

    fourth = await send(citizen, form_of(third, act="next"), NOTE)
    check = await press(citizen, fourth, "next", name="Carl", identity="named", language="en")

    assert "Step 3 of 5" in words_of(third)
    assert "Step 4 of 5" in words_of(fourth)
    assert "note.txt" in words_of(check)
    assert (await press(citizen, check, "send")).status_code == 303
    assert citizen.count(Attachment) == 1


async def test_nobody_elses_files_come_along(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"act": "upload"}))
    await send(citizen, form, NOTE)
    citizen.web.cookies.clear()
    stolen = await citizen.fill("/en/write", **LETTER) | {"once": form["once"]}

    answer = await citizen.web.post("/en/write", data=stolen)

    assert answer.status_code == 303
    assert citizen.count(Attachment) == 0


async def test_a_cut_off_upload_stores_nothing(citizen):
    form = await citizen.fill("/en/write", **LETTER)
    part = '--xx\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    body = "".join(part.format(name, "", value) for name, value in form.items())
    body += part.format("files", '; filename="a.txt"', "half")

    answer = await citizen.web.post(
        "/en/write", content=body.encode(), headers={"content-type": "multipart/form-data; boundary=xx"}
    )

    assert answer.status_code == 400
    assert citizen.count() == citizen.count(Upload) == 0


@pytest.mark.parametrize("act", ["next", "back", "send", "upload", ""])
async def test_a_city_that_takes_no_files_has_four_steps_and_no_way_to_the_fifth(database_url, tmp_path, act):
    async with open_citizen(database_url, tmp_path, upload_max_files=0) as citizen:
        first = await citizen.get("/en/write/steps")
        form = form_of(first, **(LETTER | {"step": "files", "act": act}))

        answer = await citizen.web.post("/en/write", data=form)
        changed = await citizen.web.post("/en/write", data=form | {"change": "files"})
        sent = await send(citizen, form | {"act": "next"}, NOTE)

        assert "Step 1 of 4" in words_of(first)
        assert {answer.status_code, changed.status_code, sent.status_code} <= {200, 422}
        assert "Step 2 of 4" in words_of(changed)
        assert 'type="file"' not in (await citizen.get("/en/write")).text
