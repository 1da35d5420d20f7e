"""What can be thrown at a citizen's door, and what is made of it: a clear page, the right status, never a 500.

Every door gets all of it in `test_bad_input_everywhere`.
"""

from __future__ import annotations

import httpx
import pytest

from tests.doors.public.conftest import LETTER

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=xx"


def part(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    return b'--xx\r\nContent-Disposition: form-data; name="' + name + b'"' + more + b"\r\n\r\n" + value + b"\r\n"


THROWN = {
    "nothing": (URLENCODED, b"", 403),
    "no type": ("", b"a=b", 415),
    "json": ("application/json", b'{"a": 1}', 415),
    "plain text": ("text/plain", b"a=b", 415),
    "broken utf-8": (URLENCODED, b"subject=%ff%fe", 400),
    "raw broken utf-8": (URLENCODED, b"subject=\xff\xfe", 400),
    "a lone surrogate": (URLENCODED, b"subject=%ed%a0%80", 400),
    "a nul byte": (URLENCODED, b"subject=a%00b", 400),
    "a nul byte in a name": (URLENCODED, b"a%00b=c", 400),
    "10,000 fields": (URLENCODED, b"&".join(b"f%d=1" % n for n in range(10_000)), 400),
    "a very long name": (URLENCODED, b"n" * 1000 + b"=1", 400),
    "two megabytes": (URLENCODED, b"text=" + b"a" * 2_000_000, 413),
    "one field too large": (URLENCODED, b"text=" + b"a" * 600_000, 413),
    "multipart without boundary": ("multipart/form-data", b"--xx\r\n", 400),
    "multipart with another boundary": (BOUNDARY, b"--yy\r\n\r\n--yy--\r\n", 400),
    "multipart cut off": (BOUNDARY, part(b"subject", b"half"), 400),
    "multipart broken utf-8": (BOUNDARY, part(b"subject", b"\xff\xfe") + b"--xx--\r\n", 400),
    "multipart nul byte": (BOUNDARY, part(b"subject", b"a\x00b") + b"--xx--\r\n", 400),
    "multipart without a name": (BOUNDARY, b"--xx\r\nContent-Disposition: form-data\r\n\r\na\r\n--xx--\r\n", 400),
    "multipart of many parts": (BOUNDARY, b"".join(part(b"f", b"1") for _ in range(10_000)) + b"--xx--\r\n", 400),
    "multipart with long headers": (BOUNDARY, b"--xx\r\nX: " + b"y" * 9_000 + b"\r\n\r\na\r\n--xx--\r\n", 400),
    "multipart with a file": (BOUNDARY, part(b"f", b"GIF89a", b'; filename="a.gif"') + b"--xx--\r\n", 415),
    "multipart too large": (BOUNDARY, part(b"text", b"a" * 600_000) + b"--xx--\r\n", 413),
    "multipart with no token": (BOUNDARY, part(b"subject", b"fine") + b"--xx--\r\n", 403),
}
ADDRESSES = [
    "/xx", "/xx/write", "/EN/write", "/en/letters/" + "9" * 400 + "/x", "/en/size/xxl", "/en/nothing/here",
    "/en/letters/2026-0000001-2/nonsense", "/%00", "/en/%ff%fe", "/en/%ed%a0%80", "/en/../../etc/passwd",
    "/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.css", "/en/link/" + "x" * 5_000, "//evil.example",
    "/schema", "/en/link/%F0%9F%92%A9",
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko"])
async def test_the_page_speaks_the_readers_language(citizen, lang):
    answer = await citizen.web.post(f"/{lang}/write", content=b"a=%ff", headers={"content-type": URLENCODED})

    expected = {"en": "could not read", "zh": "无法读取", "ja": "読み取れませんでした", "ko": "읽을 수 없습니다"}
    assert expected[lang] in answer.text


async def test_strange_addresses_are_not_found(citizen, caplog):
    answers = {path: (await citizen.get(path)).status_code for path in ADDRESSES}

    assert {path: status for path, status in answers.items() if status not in (303, 404)} == {}
    assert caplog.records == []


async def test_a_wrong_method_is_told_to_use_the_page(citizen):
    answer = await citizen.web.put("/en/write", content=b"")

    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]


async def test_marks_that_turn_text_are_taken_out_of_lines_and_kept_apart_in_texts(citizen):
    page = await citizen.opened(subject="ab\u202ecd", name="Carl\u2066\r\nBcc: all", text="left \u202e right\x07")

    seen = await citizen.get(page)

    assert "abcd" in seen.text
    assert "left \u202e right</div>" in seen.text


async def test_fields_sent_twice_count_by_their_last_value(citizen):
    form = await citizen.fill("/en/write", **LETTER)
    pairs = [*form.items(), ("subject", "The second subject")]

    answer = await citizen.web.post("/en/write", content=str(httpx.QueryParams(pairs)),
                                    headers={"content-type": URLENCODED})  # fmt: skip

    assert answer.status_code == 303
    assert citizen.count() == 1


async def test_a_multipart_form_is_read_like_any_other(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"subject": "街灯"}))
    files = {name: (None, value) for name, value in form.items()}

    answer = await citizen.web.post("/en/write", files=files)

    assert answer.status_code == 303
    assert citizen.count() == 1


async def test_hostile_choices_are_problems_and_not_faults(citizen):
    answer = await citizen.write(kind="nonsense", identity="king", language="xx", topic="-1", once="x" * 5_000)

    assert answer.status_code == 422
    assert citizen.count() == 0


async def test_a_forged_cookie_opens_nothing(citizen):
    for value in ("nonsense", "a.b.c", "x" * 5000):
        citizen.web.cookies.clear()
        answer = await citizen.get("/en/letters/2026-0000001-2", headers={"cookie": f"letter={value}; receipt={value}"})

        assert answer.status_code == 303
        again = await citizen.get("/en/receipt", headers={"cookie": f"receipt={value}; size={value}; language={value}"})
        assert again.status_code == 200
