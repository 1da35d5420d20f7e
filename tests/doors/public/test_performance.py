"""How the city keeps its promises, and the open data: what was published, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime

from mailbox_service.base.language import LANGUAGES
from mailbox_service.tickets.statistics.public import FIELDS
from mailbox_service.tickets.tables.published import Correction
from tests.doors.public.conftest import words_of
from tests.public_figures import a_month, a_year

FILES = ("figures.csv", "figures.json", "2026-08.csv", "2026-08.v1.json")
AUGUST = date(2026, 8, 1)
LATER = datetime(2026, 10, 1, 1, tzinfo=UTC)
TITLES = {
    "en": "How we keep our promises",
    "zh": "承诺兑现情况",
    "ja": "約束の達成状況",
    "ko": "약속 이행 현황",
}


def publish(citizen, *rows):
    with citizen.rows() as session:
        session.add_all(rows)


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_the_page_shows_the_newest_month_with_its_meanings_and_the_year(citizen):
    publish(citizen, *a_year())

    for lang, title in TITLES.items():
        page = (await citizen.get(f"/{lang}/performance")).text

        assert f"<h1>{title}</h1>" in page
        assert page.count('<svg class="lines"') == 2
        assert "90%" in page
        assert '<dl class="headlines">' in page
        assert page.count('<table class="figures"') >= 5
        assert "/open-data/2026-08.v1.csv" in page
        assert "style=" not in page


async def test_the_footer_and_the_first_page_lead_to_it(citizen):
    publish(citizen, a_month(AUGUST))

    page = await citizen.get("/en")

    assert page.text.count('href="/en/performance"') == 2
    assert "In figures: August 2026" in page.text
    assert "125 letters received" in words_of(page)
    assert "90% answered on time of about 125" in words_of(page)


async def test_the_first_page_is_silent_of_a_month_with_few_letters(citizen):
    publish(citizen, a_month(AUGUST, 14))

    assert "letters received" not in words_of(await citizen.get("/en"))


async def test_a_rate_of_few_is_not_said_nor_one_that_would_tell_it(citizen):
    publish(citizen, a_month(AUGUST, 68))

    page = words_of(await citizen.get("/en/performance"))

    assert "By office Office Received Due Roads Bureau 50 50 Foreign Affairs Office 15 15 By kind" in page
    assert "=Streets 70 70 91% of about 70" in page


async def test_before_anything_is_published_the_page_says_so(citizen):
    page = words_of(await citizen.get("/en/performance"))

    assert "No month has been published yet." in page


async def test_another_month_is_shown_with_the_year_up_to_it(citizen):
    publish(citizen, *a_year())

    page = await citizen.get("/en/performance?month=2026-07")

    assert 'href="/en/performance?month=2026-07" aria-current="page"' in page.text
    assert "/open-data/2026-07.v1.json" in page.text


async def test_a_month_that_is_none_shows_the_newest(citizen):
    publish(citizen, a_month(AUGUST))

    for asked in ("", "x", "2026-13", "1999-01", "2026-08-01", "%00", "2026-8"):
        page = await citizen.get(f"/en/performance?month={asked}")

        assert page.status_code == 200, asked
        assert "<h2>August 2026</h2>" in page.text


async def test_a_correction_says_why_and_leaves_the_first_version(citizen):
    publish(citizen, a_month(AUGUST), a_month(AUGUST, 130, 2, why=Correction.MISTAKE, computed_at=LATER))

    page = words_of(await citizen.get("/en/performance"))
    first, second = [await citizen.get(f"/open-data/2026-08.v{nth}.csv") for nth in (1, 2)]

    assert "Version 2. It was published again: letters had been entered wrongly" in page
    assert [lines(one)[0]["received"] for one in (first, second)] == ["125", "130"]
    assert lines(await citizen.get("/open-data/2026-08.csv"))[0]["version"] == "2"
    assert json.loads((await citizen.get("/open-data/2026-08.json")).content)["versions"] == [
        "http://127.0.0.1:8000/open-data/2026-08.v1.json",
        "http://127.0.0.1:8000/open-data/2026-08.v2.json",
    ]


async def test_the_csv_has_a_line_for_each_part_and_computes_nothing(citizen):
    publish(citizen, *a_year())

    answer = await citizen.get("/open-data/figures.csv")

    found = lines(answer)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert list(found[0])[:9] == [
        "month", "version", "published_at", "dimension", "code", "name_en", "name_zh", "name_ja", "name_ko",
    ]  # fmt: skip
    assert list(found[0])[9:] == list(FIELDS)
    assert [line["month"] for line in found if line["dimension"] == "all"][:2] == ["2026-08", "2026-07"]
    assert {line["dimension"] for line in found} == {"all", "office", "kind", "topic", "language", "channel"}
    assert next(line["name_en"] for line in found if line["code"] == "streets") == "'=Streets"


async def test_the_json_says_what_each_field_means_and_where_each_month_lies(citizen):
    publish(citizen, *a_year())

    index = json.loads((await citizen.get("/open-data/figures.json")).content)
    month = json.loads((await citizen.get("/open-data/2026-08.json")).content)

    assert set(index["fields"]) == set(FIELDS)
    assert set(index["fields"]["on_time_rate"]["definition"]) == set(LANGUAGES)
    assert [one["month"] for one in index["months"]][:2] == ["2026-08", "2026-07"]
    assert index["licence"]["en"].startswith("You may use these figures freely")
    assert month["all"] == index["months"][0]["all"]
    assert {part["dimension"] for part in month["parts"]} == {"office", "kind", "topic", "language", "channel"}


async def test_who_has_a_file_already_is_told_so_until_it_changes(citizen):
    publish(citizen, a_month(AUGUST))
    firsts = {name: await citizen.get(f"/open-data/{name}") for name in FILES}
    marks = {name: {"If-None-Match": first.headers["etag"]} for name, first in firsts.items()}

    again = [await citizen.get(f"/open-data/{name}", headers=mark) for name, mark in marks.items()]
    publish(citizen, a_month(AUGUST, 130, 2, computed_at=LATER))
    after = {name: await citizen.get(f"/open-data/{name}", headers=mark) for name, mark in marks.items()}

    assert [(one.status_code, one.content) for one in again] == [(304, b"")] * len(FILES)
    assert {first.headers["last-modified"] for first in firsts.values()} == {"Tue, 08 Sep 2026 01:00:00 GMT"}
    assert {name for name, one in after.items() if one.status_code == 304} == {"2026-08.v1.json"}
    assert {name for name, one in firsts.items() if "immutable" in one.headers["cache-control"]} == {"2026-08.v1.json"}


async def test_what_was_never_published_is_not_found(citizen):
    publish(citizen, a_month(AUGUST))

    for name in ("x", "figures.xml", "2026-13.csv", "2026-08.v0.csv", "2026-08.v2.csv", "2026-07.csv"):
        assert (await citizen.get(f"/open-data/{name}")).status_code == 404, name


async def test_the_datas_page_names_every_field_and_every_version(citizen):
    publish(citizen, a_month(AUGUST), a_month(AUGUST, 130, 2, why=Correction.LATE, computed_at=LATER))

    page = (await citizen.get("/ko/performance/data")).text

    assert re.findall(r"<code>(\w+)</code>", page) == list(FIELDS)
    assert re.findall(r"/open-data/2026-08\.v\d\.\w+", page) == [
        f"/open-data/2026-08.v{nth}.{kind}" for nth in (2, 1) for kind in ("csv", "json")
    ]


async def test_an_empty_month_says_nothing_of_anybody(citizen):
    publish(citizen, a_month(AUGUST, 2))

    page = words_of(await citizen.get("/en/performance"))
    found = json.loads((await citizen.get("/open-data/2026-08.json")).content)

    assert "Too few letters came in this month" in page
    assert lines(await citizen.get("/open-data/2026-08.csv")) == []
    assert set(found["all"].values()) == {None}
