"""Rating in two clicks from the mail; and whatever a mail scanner opens, nothing is rated, stopped or confirmed."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from sqlmodel import select

from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.tables import Event, Rating, Ticket
from tests.doors.public.conftest import words_of
from tests.doors.public.mails import delivered, links_of, text_of

SCANNERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("HEAD", {}),
    ("GET", {"purpose": "prefetch", "sec-purpose": "prefetch;prerender"}),
    ("GET", {"user-agent": "Mozilla/5.0 (compatible; SafeLinks)", "x-moz": "prefetch"}),
)


async def answered(citizen, smtp_server, lang="en"):
    """A letter with its reply; answers number and the mail that tells of it."""
    number, _ = await citizen.receipt(language=lang)
    own = {} if lang == "zh" else {"own_text": "Mended."}
    town = citizen.town
    await citizen.life(number, ("karl", route.route, town.offices["foreign"]))
    await citizen.site.db.writing(
        lambda s: town.act(s, number, "finn", reply.submit_reply, "It is mended.", now=citizen.now(), **own)
    )
    await citizen.life(number, ("fang", reply.approve, 1))
    return number, (await delivered(citizen, smtp_server))[-1]


def facts(citizen):
    with citizen.rows() as session:
        events = list(session.exec(select(Event.act)))
        ratings = [(r.satisfaction, r.solved, r.reason) for r in session.exec(select(Rating))]
        return events, ratings, list(session.exec(select(Ticket.mail_stopped_at)))


@pytest.mark.parametrize("choice", ["satisfied", "partly", "dissatisfied"])
async def test_the_mail_has_a_link_for_each_choice_and_a_button_confirms_it(citizen, smtp_server, choice):
    number, mail = await answered(citizen, smtp_server)
    path = next(path for path in links_of(mail) if path.endswith(f"choice={choice}"))

    led = await citizen.get(path)
    page = await citizen.get(led.headers["location"])
    nothing_yet = facts(citizen)[1]
    answer = await citizen.send(f"/en/letters/{number}/rate", satisfaction=choice, solved="no", text="Dark again.")

    assert led.headers["location"] == f"/en/letters/{number}/rate?choice={choice}"
    assert f'value="{choice}" checked' in page.text
    assert page.text.count(" checked") == 1
    assert nothing_yet == []
    assert answer.status_code == 303
    assert facts(citizen)[1] == [(choice, False, "Dark again.")]


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko"])
async def test_the_mail_names_the_three_choices_in_both_its_forms(citizen, smtp_server, lang):
    _, mail = await answered(citizen, smtp_server, lang)

    assert [path.rpartition("=")[2] for path in links_of(mail) if "choice=" in path] == [
        "satisfied",
        "partly",
        "dissatisfied",
    ]
    assert text_of(mail, "html").count("&amp;choice=") == 3
    assert "satisfaction." not in text_of(mail) + text_of(mail, "html")


async def test_a_scanner_that_opens_every_link_of_every_mail_changes_nothing(citizen, smtp_server):
    number, _ = await citizen.receipt(subject="First", language="zh")
    steps = [("karl", route.route, citizen.town.offices["roads"]), ("dora", handle.ask, "Which street?")]
    await citizen.life(number, *steps)
    await answered(citizen, smtp_server)
    before = facts(citizen)

    opened = 0
    for mail in smtp_server.mails:
        for path in links_of(mail):
            for method, headers in SCANNERS:
                answer = await citizen.web.request(method, path, headers=headers, follow_redirects=True)
                opened += answer.status_code < 500

    assert opened >= len(SCANNERS) * 10
    assert facts(citizen) == before


async def test_every_mail_lets_its_reader_say_that_they_did_not_write_the_letter(citizen, smtp_server):
    number, _ = await citizen.receipt(language="zh")
    roads = citizen.town.offices["roads"]
    await citizen.life(
        number,
        ("karl", route.route, roads),
        ("dora", handle.inform, "We look at it."),
        ("dora", handle.ask, "Which street?"),
    )
    mails = [mail for mail in await delivered(citizen, smtp_server) if mail["To"] == "carl@example.org"]

    stops = [next(path for path in links_of(mail) if "/stop/" in path) for mail in mails]
    page = await citizen.get(stops[-1])
    answer = await citizen.send(stops[-1])

    assert len(mails) >= 4
    assert all(unquote(stop) in text_of(mail, "html") for stop, mail in zip(stops, mails, strict=True))
    assert page.status_code == answer.status_code == 200
    assert facts(citizen)[2][0] is not None
    assert [path for path in stops if (await citizen.get(path)).status_code != 200] == []
    await citizen.life(number, ("citizen", handle.answer, "The long one."), ("dora", handle.inform, "Another word."))
    assert [mail for mail in await delivered(citizen, smtp_server) if mail["To"] == "carl@example.org"] == []


async def test_a_choice_nobody_offers_preselects_nothing(citizen, smtp_server):
    number, mail = await answered(citizen, smtp_server)
    link = next(path for path in links_of(mail) if path.endswith("choice=partly"))

    led = await citizen.get(link.replace("choice=partly", "choice=delighted"))

    assert led.headers["location"] == f"/en/letters/{number}/rate"
    assert " checked" not in (await citizen.get(f"{led.headers['location']}?choice=delighted")).text


async def test_a_rating_can_be_changed_until_the_letter_is_closed_and_then_no_form_is_left(citizen, smtp_server):
    number, mail = await answered(citizen, smtp_server)
    await citizen.get(next(path for path in links_of(mail) if "choice=" in path))
    page = f"/en/letters/{number}/rate"

    await citizen.send(page, satisfaction="dissatisfied", solved="no", text="Dark again.")
    assert 'value="dissatisfied" checked' in (await citizen.get(page)).text
    await citizen.send(page, satisfaction="satisfied", solved="yes", text="")
    closed = await citizen.get(page)

    assert facts(citizen)[1] == [("satisfied", True, "")]
    assert '<form id="act"' not in closed.text
    assert "the letter has moved on" in words_of(closed)
