"""Every public door, and a new one from its first day: bad input gets a clear page and leaves everything as it was."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import cycle, product
from pathlib import Path

import pytest

from mailbox_service.base.language import LANGUAGES
from tests.doors.public.conftest import open_citizen
from tests.doors.public.every_door import (
    ASKING,
    DOORS,
    LETTER,
    SHOWS,
    TAKES_FORMS,
    Ready,
    example,
    is_clear,
    made_ready,
    public_routes,
)
from tests.doors.public.test_bad_input import THROWN, URLENCODED

LIMITERS = {"rate_window"}  # a try is counted, whatever came of it

# Forms from a page of ours, with a good token, in which every field holds this.
FILLED = {
    "missing": None,
    "blank": " \u3000\r\n ",
    "nothing to be seen": "\u202e\u200b\ufeff\u2066",
    "control characters": "\x01\x08\x7f\x85",
    "too long": "a" * 40_000,
    "nonsense": "nonsense" * 2_000,
    "a number no row has": "9" * 30_000,
    "other digits": "١٢٣" * 3_500,
}
EMPTY = {"blank", "nothing to be seen", "control characters"}
QUERIES = [
    "%ff%fe=%ff", "q=%ed%a0%80", "q=%00", "q=a%00b&before=%00", "q=" + "a" * 50_000, "q=%E2%80%AE%E2%81%A6", "=&&=;",
    "&".join(f"f{n}" for n in range(10_000)), "q=%", "q=%zz", "before=-1", "before=" + "9" * 40, "after=1e9",
    "after=%D9%A1", "number=%ed%a0%80", "back=//evil.example", "back=%0d%0aset-cookie:a=b", "choice=%F0%9F%92%A9",
    "topic=-1&office=99999999999999999999&month=2026-99", "month=0000-00", "month=%D9%A1", "to=../../x&choice=best",
    "q='\"();--&topic=1;drop", "q=\"*\" AND NEAR(", "q=%F0%9F%92%A9", "sent=%00&done=%00&answered=%00", "change=%00",
]  # fmt: skip
SEGMENTS = [
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "%E2%80%AE",
    "%F0%9F%92%A9",
    "9" * 30,
    "-1",
    "x" * 4_000,
    "%0d%0aa:b",
    "%2e%2e",
]


@pytest.fixture
async def ready(database_url: str, tmp_path: Path) -> AsyncIterator[Ready]:
    async with open_citizen(database_url, tmp_path) as opened:
        yield await made_ready(opened)


@pytest.fixture
async def on_sqlite(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Ready]:
    async with open_citizen(sqlite_url, tmp_path) as opened:
        yield await made_ready(opened)


async def test_every_public_door_stands_in_these_tests(on_sqlite):
    routes = public_routes(on_sqlite.citizen.app)

    assert {path for path, methods in routes.items() if "POST" in methods} == set(TAKES_FORMS)
    assert {path for path, methods in routes.items() if "GET" in methods} == SHOWS
    assert {methods for each in routes.values() for methods in each} == {"GET", "POST"}


async def test_what_cannot_be_read_gets_a_page_and_leaves_nothing(on_sqlite, caplog):
    wrong, before = {}, on_sqlite.counts()

    for (door, (name, (kind, body, status))), lang in zip(product(DOORS, THROWN.items()), cycle(LANGUAGES)):
        if door.takes_files and name == "multipart with a file":
            status = 403  # without the page's token it is a page that is too old
        path = on_sqlite.path(door.path, lang)
        answer = await on_sqlite.citizen.web.post(path, content=body, headers={"content-type": kind})
        allowed = (status, 413) if door.is_small else (status,)
        if answer.status_code not in allowed or not is_clear(answer, lang):
            wrong[door.path, name] = answer.status_code

    assert wrong == {}
    assert on_sqlite.counts() == before
    assert on_sqlite.stored() == []
    assert caplog.records == []


async def test_a_form_filled_in_with_nonsense_is_explained_and_changes_nothing(ready, caplog):
    wrong, before = {}, ready.counts()

    for (door, (name, value)), lang in zip(product(ASKING, FILLED.items()), cycle([*LANGUAGES, "ja"])):
        if door.may_be_empty and name in EMPTY:
            continue
        path = ready.path(door.path, lang)
        form = await ready.citizen.fill(f"/{lang}/track", act="send")
        form |= {} if value is None else dict.fromkeys(door.fields, value)
        answer = await ready.citizen.web.post(path, data=form)
        allowed = (door.wrong, 413) if door.is_small else (303 if value is None and door.may_be_empty else door.wrong,)
        clear = answer.status_code in (303, 200) or is_clear(answer, lang)
        if answer.status_code not in allowed or not clear:
            wrong[door.path, name] = answer.status_code

    assert wrong == {}
    assert without_tries(ready.counts()) == without_tries(before)
    assert caplog.records == []


def without_tries(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name not in LIMITERS}


@pytest.mark.parametrize("door", [door for door in DOORS if door.takes_files], ids=lambda door: door.path)
async def test_a_broken_file_after_a_good_token_leaves_nothing(on_sqlite, door):
    token = (await on_sqlite.citizen.fill("/ko/track"))["csrf"].encode()
    head = b'--xx\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token + b"\r\n"
    file = b'--xx\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
    bodies = {
        "no end": head + file + b"\r\nwords",
        "no field name": head + file.replace(b' name="files";', b"") + b"\r\nwords\r\n--xx--\r\n",
        "a huge header": head + file + b"X-Long: " + b"y" * 9_000 + b"\r\n\r\nwords\r\n--xx--\r\n",
        "a name that turns": head + file.replace(b"a.txt", b"\xed\xa0\x80.txt") + b"\r\nwords\r\n--xx--\r\n",
        "10,000 files": head + (file + b"\r\nwords\r\n") * 10_000 + b"--xx--\r\n",
    }
    before, path = on_sqlite.counts(), on_sqlite.path(door.path, "ko")

    answers = {
        name: await on_sqlite.citizen.web.post(
            path, content=body, headers={"content-type": "multipart/form-data; boundary=xx"}
        )
        for name, body in bodies.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(bodies, 400)
    assert all(is_clear(answer, "ko") for answer in answers.values())
    assert on_sqlite.counts() == before
    assert on_sqlite.stored() == []


async def test_no_question_in_an_address_is_a_fault(ready, caplog):
    before, wrong = ready.counts(), {}
    for template in sorted(SHOWS):
        path = example(ready, template)
        for query in QUERIES:
            answer = await ready.citizen.get(f"{path}?{query}")
            if answer.status_code not in (200, 303, 404) or "a=b" in str(answer.headers):
                wrong[path, query[:40]] = answer.status_code

    assert wrong == {}
    assert ready.counts() == before
    assert caplog.records == []


async def test_no_word_in_an_address_is_a_fault(ready, caplog):
    before, wrong = ready.counts(), {}
    for template in sorted(SHOWS):
        for part in re.findall(r"\{(\w+):\w+\}", template):
            for segment in SEGMENTS:
                path = re.sub(rf"\{{{part}:\w+\}}", segment, template)
                path = example(ready, path) if path not in TAKES_FORMS else path
                answer = await ready.citizen.get(path.format(lang="ja", **ready.words))
                if answer.status_code not in (303, 404):
                    wrong[path[:60]] = answer.status_code

    assert wrong == {}
    assert ready.counts() == before
    assert caplog.records == []


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_wrong_method_is_told_to_use_the_page(on_sqlite, lang, caplog):
    wrong = {}
    for template, methods in public_routes(on_sqlite.citizen.app).items():
        path = example(on_sqlite, template, lang=lang) if template in SHOWS else f"/{lang}/write/fitting"
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"} - methods:
            answer = await on_sqlite.citizen.web.request(method, path, headers={"accept-language": lang})
            allowed = set(answer.headers.get("allow", "").replace(" ", "").split(",")) - {"OPTIONS", "HEAD"}
            if answer.status_code != 405 or allowed != methods or not is_clear(answer, lang):
                wrong[method, path] = answer.status_code, allowed

    assert wrong == {}
    assert caplog.records == []


async def test_a_code_may_be_typed_as_people_type(ready):
    number, code = await ready.citizen.receipt()
    good = {
        "lower": code.lower(),
        "spaced": "  " + " ".join(code) + "\u3000",
        "dashes": code.replace(" ", "-"),
        "full width": "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in code),
        "alike": code.replace("0", "O").replace("1", "l"),
    }

    answers = {way: await ready.citizen.send("/zh/track", number=f" {number} ", code=it) for way, it in good.items()}
    wrong = await ready.citizen.send("/ko/track", number=number, code="UUUU UUUU UUUU UUUU")  # no letter of any code

    assert {way: answer.status_code for way, answer in answers.items()} == dict.fromkeys(good, 303)
    assert wrong.status_code == 422
    assert is_clear(wrong, "ko")


async def test_broken_headers_are_no_fault(ready, caplog):
    hostile = [b"\xff\xfe", b"a=\xed\xa0\x80; letter=\x80; visit=\xff", b"x" * 5_000, b";;;==", b"%ed%a0%80"]
    wrong = {}
    for name in ("cookie", "accept-language", "accept-encoding", "if-none-match", "if-modified-since", "range",
                 "x-forwarded-for", "origin", "referer", "user-agent", "content-length", "sec-fetch-site"):  # fmt: skip
        for value in hostile:
            for path in (
                "/",
                "/ja",
                "/ja/write",
                example(ready, LETTER),
                ready.citizen.site.assets.href("css/site.css"),
            ):
                headers: list[tuple[bytes, bytes]] = [(name.encode(), value), (b"host", b"127.0.0.1:8000")]
                answer = await ready.citizen.web.get(path, headers=headers)
                if answer.status_code not in (200, 303, 304):
                    wrong[name, value, path] = answer.status_code
            door = "/ja/track"
            sent = [(name.encode(), value), (b"content-type", URLENCODED.encode()), (b"host", b"127.0.0.1:8000")]
            answer = await ready.citizen.web.post(door, content=b"number=1", headers=sent)
            if answer.status_code not in (400, 403, 413) or not is_clear(answer, "ja"):
                wrong[name, value, door] = answer.status_code

    assert wrong == {}
    assert caplog.records == []
