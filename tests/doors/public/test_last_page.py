"""Nothing leads on from a page that is full and the last."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, datetime

from mailbox_service.guidance import write
from mailbox_service.guidance.tables import Section
from mailbox_service.guidance.write import Written

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def publish(citizen, many):
    with citizen.rows() as session:
        by = citizen.town.actor(session, "karl")
        for nth in range(many):
            write.add(session, f"bus-{nth}", Section.LAWS, "en", Written(f"Bus {nth}", "Text."), by=by, now=NOW)


async def test_a_search_that_fills_its_page_has_no_older_results(citizen, monkeypatch):
    monkeypatch.setattr("mailbox_service.web.public.search.MOST", 2)
    publish(citizen, 2)

    page = (await citizen.get("/en/search?q=bus")).text

    assert "bus-0" in page
    assert 'rel="next" href' not in page


async def test_a_section_that_fills_its_page_has_no_more_articles(citizen, monkeypatch):
    monkeypatch.setattr("mailbox_service.guidance.find.MOST", 2)
    publish(citizen, 2)

    page = (await citizen.get("/en/guidance/laws")).text

    assert "bus-0" in page
    assert "More articles" not in page
