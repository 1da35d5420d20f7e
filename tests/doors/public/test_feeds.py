"""What programs read: the feed, the list of addresses for search engines, robots.txt."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from xml.etree import ElementTree as Xml

from mailbox_service.tickets.life import publish
from mailbox_service.tickets.life.publish import Copy
from tests.doors.public.publishing import a_published_letter

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


async def test_the_feed_is_atom_in_each_language(citizen):
    _, public_id = await a_published_letter(citizen, Copy("A & <b>\x01", "二号线\u2028", "好"))

    for lang, title in (
        ("en", "Published letters"),
        ("zh", "公开来信"),
        ("ja", "公表された手紙"),
        ("ko", "공개된 민원"),
    ):
        answer = await citizen.get(f"/{lang}/published.atom")
        root = Xml.fromstring(answer.content)
        entry = root.find(f"{ATOM}entry")

        assert answer.headers["content-type"].startswith("application/atom+xml")
        assert root.find(f"{ATOM}title").text.startswith(title)
        for name in ("id", "updated", "author", "link"):
            assert root.find(f"{ATOM}{name}") is not None
        assert entry.find(f"{ATOM}id").text == f"http://127.0.0.1:8000/zh/published/{public_id}"
        assert entry.find(f"{ATOM}title").text == "A & <b>"
        assert entry.find(f"{ATOM}link").get("href") == f"http://127.0.0.1:8000/{lang}/published/{public_id}"
        assert entry.find(f"{ATOM}content").text == "好"
        assert entry.find(f"{ATOM}updated").text


async def test_an_empty_feed_is_a_feed(citizen):
    root = Xml.fromstring((await citizen.get("/en/published.atom")).content)

    assert root.find(f"{ATOM}updated").text
    assert root.findall(f"{ATOM}entry") == []


async def test_who_has_the_feed_already_is_told_so_until_it_changes(citizen):
    number, _ = await a_published_letter(citizen)

    for path in ("/en/published.atom", "/sitemap.xml"):
        first = await citizen.get(path)
        mark = first.headers["etag"]
        again = await citizen.get(path, headers={"If-None-Match": mark})
        assert (again.status_code, again.content) == (304, b"")
        assert "no-cache" in first.headers["cache-control"]

    await citizen.life(number, ("karl", publish.revoke_publication))

    assert (await citizen.get(path, headers={"If-None-Match": mark})).status_code == 200


async def test_the_sitemap_names_pages_and_no_ticket(citizen):
    number, public_id = await a_published_letter(citizen)

    answer = await citizen.get("/sitemap.xml")

    places = [place.text for place in Xml.fromstring(answer.content).iter(f"{MAP}loc")]
    assert f"http://127.0.0.1:8000/zh/published/{public_id}" in places
    assert {"http://127.0.0.1:8000/en", "http://127.0.0.1:8000/ko/write"} <= set(places)
    assert number not in answer.text
    assert not any("/letters/" in place or "/staff" in place for place in places)
    for place in places:
        assert (await citizen.get(place)).status_code == 200, place


async def test_robots_are_led_to_the_sitemap_and_away_from_letters(citizen):
    answer = await citizen.get("/robots.txt")

    assert answer.headers["content-type"].startswith("text/plain")
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in answer.text
    assert "Disallow: /staff" in answer.text
    assert "Disallow: /en/letters/" in answer.text
    assert "Disallow: /en/published" not in answer.text


async def test_the_sitemap_names_other_languages_where_there_are_any(citizen):
    _, public_id = await a_published_letter(citizen)

    entries = list(Xml.fromstring((await citizen.get("/sitemap.xml")).content).iter(f"{MAP}url"))

    found = {
        entry.find(f"{MAP}loc").text: {link.get("hreflang"): link.get("href") for link in entry.iter(f"{XHTML}link")}
        for entry in entries
    }
    assert len(found) == len(entries)
    assert (
        found["http://127.0.0.1:8000/ja/write"]
        == found["http://127.0.0.1:8000/zh/write"]
        == {
            "en": "http://127.0.0.1:8000/en/write",
            "zh-Hans": "http://127.0.0.1:8000/zh/write",
            "ja": "http://127.0.0.1:8000/ja/write",
            "ko": "http://127.0.0.1:8000/ko/write",
        }
    )
    assert found[f"http://127.0.0.1:8000/zh/published/{public_id}"] == {}
