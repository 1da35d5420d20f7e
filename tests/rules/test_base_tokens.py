"""Numbers that find their own typing errors, codes and links that can't be guessed or reused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from mailbox_service.base import tokens
from mailbox_service.base.tokens import access_code, code_matches, number_for, read_code, read_link, read_number

SECRET = SecretStr("a-secret-of-more-than-32-characters")
OTHER = SecretStr("b-secret-of-more-than-32-characters")
NOW = datetime(2026, 2, 27, 6, 5, tzinfo=UTC)

numbers = st.builds(number_for, st.integers(2000, 2999), st.integers(1, 9_999_999))


@given(numbers)
def test_a_number_reads_back(number):
    assert read_number(number) == number


@given(numbers, st.data())
def test_any_one_wrong_digit_is_noticed(number, data):
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))

    assert read_number(number[:place] + wrong + number[place + 1 :]) is None


@given(numbers, st.data())
def test_any_swap_of_unequal_neighbours_is_noticed(number, data):
    digits = number.replace("-", "")
    swaps = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    at = data.draw(st.sampled_from(swaps))

    assert read_number(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text):
    assert read_number(text) in (None, read_number(read_number(text) or ""))
    assert read_code(text) is None or len(read_code(text) or "") == 16
    assert read_link(SECRET, text, "letter", 60, now=NOW) is None


@pytest.mark.parametrize(
    "typed",
    [
        "2026-0001234-6",
        "202600012346",
        " 2026 0001234 6\t",
        "２０２６－０００１２３４－６",
        "2o26-OOO1234-6",
        "2026-000l234-6",
        "2026-000I234-6",
        "2026–0001234—6",
        "2026ー0001234−6",
        "2026-0001234-6\u200b",
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed):
    assert read_number(typed) == "2026-0001234-6"


@pytest.mark.parametrize("typed", ["", "2026-0001234-5", "2026-1234-6", "abc", "٢٠٢٦٠٠٠١٢٣٤٦", "9" * 5000])
def test_what_is_no_number_is_none(typed):
    assert read_number(typed) is None


def test_a_code_is_the_same_each_time_and_another_for_each_ticket_generation_and_secret():
    code = access_code(SECRET, 7, 1)

    assert code == access_code(SECRET, 7, 1)
    assert len({code, access_code(SECRET, 8, 1), access_code(SECRET, 7, 2), access_code(OTHER, 7, 1)}) == 4
    assert len(code) == 16
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@given(st.integers(1, 2**62), st.integers(1, 50))
def test_a_shown_code_reads_back_and_opens_its_ticket_only(ticket_id, generation):
    code = access_code(SECRET, ticket_id, generation)
    shown = tokens.show_code(code)

    assert len(shown) == 19
    assert read_code(shown.lower()) == code
    assert code_matches(SECRET, ticket_id, generation, shown)
    assert not code_matches(SECRET, ticket_id, generation + 1, shown)
    assert not code_matches(SECRET, ticket_id + 1, generation, shown)


def test_slips_in_a_code_are_forgiven():
    assert read_code("o123-i567-l9ab-cdef") == "0123156719ABCDEF"
    assert read_code("０１２３　４５６７　８９ＡＢ　ＣＤＥＦ") == "0123456789ABCDEF"


@pytest.mark.parametrize("typed", ["", "0123", "U123-4567-89AB-CDEF", "0123-4567-89AB-CDEF-0", "0123-4567-89AB-CDE字"])
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) is None
    assert not code_matches(SECRET, 7, 1, typed)


def test_a_ticket_that_does_not_exist_has_no_code():
    assert not code_matches(SECRET, None, 1, access_code(SECRET, 0, 1))


def test_a_link_says_what_was_signed():
    token = tokens.sign_link(SECRET, "rate", 2**61, 3, now=NOW, stars="partly")

    link = read_link(SECRET, token, "rate", 60, now=NOW + timedelta(seconds=59))

    assert link == tokens.Link(2**61, 3, {"stars": "partly"})


@pytest.mark.parametrize("after", [timedelta(seconds=61), timedelta(days=400), timedelta(minutes=-2)])
def test_a_link_ends(after):
    token = tokens.sign_link(SECRET, "rate", 7, 1, now=NOW)

    assert read_link(SECRET, token, "rate", 60, now=NOW + after) is None


def test_a_link_is_good_for_one_purpose_and_one_secret():
    token = tokens.sign_link(SECRET, "rate", 7, 1, now=NOW)

    assert read_link(SECRET, token, "letter", 60, now=NOW) is None
    assert read_link(OTHER, token, "rate", 60, now=NOW) is None
    assert read_link(SECRET, token[:-1] + ("A" if token[-1] != "A" else "B"), "rate", 60, now=NOW) is None
    assert read_link(SECRET, token + "x", "rate", 60, now=NOW) is None


def test_keys_differ_by_purpose():
    assert tokens.key_for(SECRET, "a") != tokens.key_for(SECRET, "b")
    assert len(tokens.key_for(SECRET, "a")) == 32


def test_random_tokens_differ_and_are_kept_hashed():
    token = tokens.fresh_token()

    assert token != tokens.fresh_token()
    assert tokens.hashed(token) == tokens.hashed(token)
    assert token not in tokens.hashed(token)


def test_clients_are_counted_by_address_and_in_ipv6_by_their_network():
    def mark(address):
        return tokens.client_mark(SECRET, address)

    assert mark("192.0.2.1") != mark("192.0.2.2")
    assert mark("192.0.2.1") == mark("::ffff:192.0.2.1")
    assert mark("2001:db8::1") == mark("2001:db8::ffff:1")
    assert mark("2001:db8::1") != mark("2001:db8:0:1::1")
    assert mark("unknown") == mark("unknown")
