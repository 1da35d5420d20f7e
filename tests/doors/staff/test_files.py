"""A letter's files are for those who may see the letter, and for nobody else."""

from __future__ import annotations

import io

import pytest

from mailbox_service.base import clock
from mailbox_service.tickets.life import handle, protect, route
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.tables.words import Kind, Part
from tests import samples

CAST = ("karl", "dora", "hugo", "vera", "rolf", "sara", "ada", "otto")


async def with_photo(house, **letter):
    """A letter whose writer has added a photo; answers the address of the file."""
    number = await house.letter("A lamp is dark", **letter)
    kept = house.site.files.store(io.BytesIO(samples.picture()))
    file = Attachment(
        ticket_id=0, name="lamp.jpg", content_type="image/jpeg", size=kept.size, sha256=kept.sha256,
        stored=kept.key, at=clock.now(),
    )  # fmt: skip
    await house.act(number, "citizen", handle.add, "", [file])
    return number, f"/staff/tickets/{number}/files/{file.id}"


async def who_gets(house, path):
    return {name for name in CAST if (await (await house.member(name)).get(path)).status_code == 200}


async def test_the_file_is_for_clerks_and_the_office_that_leads(house):
    number, path = await with_photo(house)
    await house.act(number, "karl", route.route, house.town.offices["roads"])

    assert await who_gets(house, path) == {"karl", "dora", "hugo", "vera"}  # vera is hugo's deputy


async def test_of_a_restricted_letter_it_is_for_the_desk_and_whom_it_names(house):
    number, path = await with_photo(house, kind=Kind.REPORT)
    assert await who_gets(house, path) == {"rolf"}

    dora = await house.site.db.reading(lambda session: house.town.actor(session, "dora"))
    await house.act(number, "rolf", protect.name_handler, dora, Part.OFFICER)

    assert await who_gets(house, path) == {"rolf", "dora"}


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_it_stands_on_the_letters_page_and_comes_as_it_was(house, lang):
    number, path = await with_photo(house)
    karl = await house.member("karl", lang)

    page = await karl.get(f"/staff/tickets/{number}")
    answer = await karl.get(path)

    assert f'href="{path}"' in page.text
    assert answer.content == samples.picture()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''lamp.jpg"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_another_letters_address_does_not_lead_to_it(house):
    _, path = await with_photo(house)
    other = await house.letter("Another")
    karl = await house.member("karl")

    assert (await karl.get(f"/staff/tickets/{other}/files/{path.rpartition('/')[2]}")).status_code == 404
