"""The signed reply address: it names its letter to us, and to nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from mailbox_service.base.settings import Settings
from mailbox_service.mail.reply_address import address_for, ticket_of

SECRET = "a-secret-of-more-than-32-characters"


def settings_with(reply_to="letters@city.example", secret=SECRET):
    return Settings(secret=SecretStr(secret), mail_reply_to=reply_to)


OURS = settings_with()


@given(st.integers(1, 2**63 - 1), st.integers(1, 65_535))
def test_an_address_names_its_letter_and_the_generation_of_its_code(ticket_id, generation):
    address = address_for(OURS, ticket_id, generation)

    assert ticket_of(OURS, address) == (ticket_id, generation)
    assert ticket_of(OURS, f" {address.upper()} ") == (ticket_id, generation)


def test_the_longest_name_fits_into_what_a_mail_address_may_be():
    longest = settings_with(f"{'l' * 31}@city.example")

    address = address_for(longest, 2**63 - 1, 65_535)

    assert len(address.partition("@")[0]) == 64
    assert ticket_of(longest, address) == (2**63 - 1, 65_535)


@given(st.integers(0, 31), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_any_other_character_is_none_of_ours(place, other):
    name, _, domain = address_for(OURS, 7, 1).partition("@")
    start, token = name.split("+")
    changed = f"{token[:place]}{other}{token[place + 1 :]}"

    found = ticket_of(OURS, f"{start}+{changed}@{domain}")

    assert found == ((7, 1) if changed == token else None)


def test_another_city_another_name_and_another_secret_sign_for_nothing_here():
    address = address_for(OURS, 7, 1)

    assert ticket_of(settings_with(secret=f"another-{SECRET}"), address) is None
    assert ticket_of(settings_with("letters@town.example"), address) is None
    assert ticket_of(settings_with("post@city.example"), address) is None


def test_a_city_without_a_reply_address_gives_none_and_knows_none():
    nowhere = settings_with("")

    assert address_for(nowhere, 7, 1) == ""
    assert ticket_of(nowhere, address_for(OURS, 7, 1)) is None
    assert ticket_of(nowhere, "") is None


@given(st.text(max_size=80))
def test_no_text_is_taken_for_an_address_of_ours(text):
    assert ticket_of(OURS, text) is None
    assert ticket_of(OURS, f"letters+{text}@city.example") is None


@pytest.mark.parametrize("wrong", ["letters", f"{'l' * 32}@city.example", "le+tters@city.example", "信@city.example"])
def test_what_can_carry_no_token_is_refused_at_the_start(wrong):
    with pytest.raises(ValidationError):
        settings_with(wrong)
