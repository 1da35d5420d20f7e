"""One search over guidance and published letters, in four languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mailbox_service.guidance import write
from mailbox_service.guidance.tables import Section
from mailbox_service.guidance.write import Written
from mailbox_service.tickets import public_search
from mailbox_service.tickets.find import found
from mailbox_service.tickets.tables import Publication
from tests.doors.public.conftest import words_of

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
ARTICLES = {
    "en": ("Renew a visa", "Bring your passport. Buses 3 and 12 stop at the hall."),
    "zh": ("如何延长居留许可", "请携带护照。停水期间请提前储水。"),
    "ja": ("断水のお知らせ", "水が澄むまで流してください。"),
    "ko": ("쓰레기 분리배출", "매일 저녁에 내놓으십시오."),
}


@pytest.fixture
def articles(citizen):
    with citizen.rows() as session:
        by = citizen.town.actor(session, "karl")
        for code, (title, text) in ARTICLES.items():
            write.add(session, f"article-{code}", Section.HOW_TO, code, Written(title, text), by=by, now=NOW)


@pytest.mark.parametrize(
    ("query", "code", "marks"),
    [
        ("bus", "en", "<mark>Buses</mark>"),
        ("renewing visas", "en", "<mark>Renew</mark> a <mark>visa</mark>"),
        ("水", "zh", "停<mark>水</mark>期间"),
        ("护照", "zh", "<mark>护照</mark>"),
        ("居留许", "zh", "<mark>居留许</mark>可"),
        ("断水", "ja", "<mark>断水</mark>の"),
        ("분리", "ko", "<mark>분리</mark>배출"),
    ],
)
async def test_words_of_every_language_are_found_and_marked(citizen, articles, query, code, marks):
    page = await citizen.get("/en/search", params={"q": query})

    assert f'href="/{code}/guidance/how_to/article-{code}"' in page.text
    assert marks in page.text


async def test_a_published_letter_is_found_beside_articles_until_it_is_taken_down(citizen, articles):
    publication_id = publish(citizen)

    page = await citizen.get("/en/search?q=passport")

    assert 'href="/en/published/0a1b2c3d4e5f"' in page.text
    assert "Published letter, February 2026" in words_of(page)
    assert "2 results" in words_of(page)

    with citizen.rows() as session:
        session.get_one(Publication, publication_id).revoked_at = NOW

    assert "published/0a1b2c3d4e5f" not in (await citizen.get("/en/search?q=passport")).text
    with citizen.rows() as session:
        assert found.letters(session, [publication_id]) == {}


def publish(citizen):
    with citizen.rows() as session:
        number = citizen.town.letter(session, "A passport was lost")
        published = Publication(
            ticket_id=citizen.town.case(session, number).ticket.id,
            public_id="0a1b2c3d4e5f",
            language="en",
            letter_language="en",
            month=date(2026, 2, 1),
            subject="A passport was lost",
            letter="Where can I fetch it?",
            reply="At the hall.",
            published_at=NOW,
        )
        session.add(published)
        session.flush()
        public_search.put(
            session, public_search.LETTER, published.id, "en", "A passport was lost Where can I fetch it?"
        )
        return published.id


async def test_nothing_found_leads_on(citizen, articles):
    page = await citizen.get("/en/search?q=unicorn")

    assert "Nothing found." in words_of(page)
    assert 'href="/en/guidance"' in page.text.partition("<main")[2]
    assert 'value="unicorn"' in page.text


@pytest.mark.parametrize("query", ["", "   ", "?!", "\0", "'\" OR *", "a" * 5000, "<script>", "\ud7ff\u202e", "%00"])
async def test_strange_questions_get_a_page(citizen, articles, query):
    page = await citizen.get("/en/search", params={"q": query})

    assert page.status_code == 200
    assert "<script>" not in page.text


async def test_many_results_go_on_page_by_page(citizen, monkeypatch):
    monkeypatch.setattr("mailbox_service.web.public.search.MOST", 2)
    with citizen.rows() as session:
        by = citizen.town.actor(session, "karl")
        for nth in range(3):
            write.add(session, f"bus-{nth}", Section.LAWS, "en", Written(f"Bus {nth}", "Text."), by=by, now=NOW)

    first = (await citizen.get("/en/search?q=bus")).text
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = (await citizen.get(older)).text

    assert first.index("bus-2") < first.index("bus-1")
    assert "bus-0" not in first
    assert "bus-0" in second
    assert "bus-1" not in second
