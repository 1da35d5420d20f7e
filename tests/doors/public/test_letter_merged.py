"""A letter that is answered together with others, and late; and a contact typed into a page that was closed."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta

import pytest

from mailbox_service.base import clock
from mailbox_service.tickets.tables.words import Status
from tests.doors.public.conftest import words_of
from tests.doors.public.test_letter_due import mark


@pytest.mark.parametrize(
    ("wants_reply", "said"),
    [(True, "Our reply is late; it was due on"), (False, "We are late: we wanted to have dealt with it by")],
)
async def test_a_merged_letter_that_is_late_promises_no_day_that_has_passed(citizen, wants_reply, said):
    page = await citizen.opened(language="zh")
    passed = clock.now().date() - timedelta(days=10)
    mark(citizen, status=Status.MERGED, due_on=passed, wants_reply=wants_reply)

    seen = words_of(await citizen.get(page))

    assert said in seen
    assert "You will get the reply that answers them all, by" not in seen
    assert "It will be dealt with for all of them by" not in seen


async def test_a_contact_that_was_typed_is_shown_when_the_letter_was_closed_meanwhile(citizen):
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/contact", name="Carla", email="carla@example.org", phone="")
    await citizen.get("/en/leave")

    answer = await citizen.web.post(f"{page}/contact", data=form)

    assert answer.status_code == 403
    assert "carla@example.org" in answer.text
    assert "Carla" in answer.text
