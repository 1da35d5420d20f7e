"""Mails that are small and would take minutes to read: each is understood in time."""

from __future__ import annotations

import pytest

from mailbox_service.mail.incoming import read
from mailbox_service.mail.incoming.html import as_text
from tests.mails.stress import understood_or_held

FLOWED = b"Content-Type: text/plain; charset=utf-8; format=flowed"
PAGE = b"Content-Type: text/html\n\n"
BOMBS = {
    "one paragraph over all lines": FLOWED + b"\n\n" + "字 \n".encode() * 400_000,
    "one paragraph over all lines, without its spaces": FLOWED + b"; delsp=yes\n\n" + "字 \n".encode() * 400_000,
    "a page's unseen parts within each other": PAGE + b"<svg>" * 25_000 + b"</p>" * 31_000,
}
ENDLESS = ("<!--", "<!--x>", "<a ", "<a/", "<a b='")
BOMBS |= {f"a page of {sign}": PAGE + (sign * 250_000)[:250_000].encode() for sign in ENDLESS}


@pytest.mark.parametrize("name", BOMBS)
def test_it_is_read_in_time(name):
    understood_or_held(BOMBS[name])


@pytest.mark.parametrize(
    ("flowed", "more", "text"),
    [
        ("one \ntwo\nthree", "", "one two\nthree"),
        ("一 \n二 \n三", "; delsp=yes", "一二三"),
        (">> a \n>> b\n> c \nd", "", ">> a b\n> c \nd"),
        (" >stuffed \ngoes on", "", ">stuffed goes on"),
        ("-- \nsigned", "", "-- \nsigned"),
        ("", "", ""),
    ],
)
def test_lines_that_flow_are_joined(flowed, more, text):
    raw = FLOWED + more.encode() + b"\n\n" + flowed.encode()

    assert read.read(raw).text == text


def test_what_is_unseen_ends_with_the_first_of_its_kind():
    assert as_text("a<svg>b<head>c<svg>d</head>e</svg>f") == "af"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a<b>b</b> & c &amp; d <e", "ab & c & d <e"),
        ("a <!-- b <p>c</p> d", "a <!-- b <p>c\n\nd"),
        ("a<script>b", "a"),
        ("1 < 2 &", "1 < 2 &"),
    ],
)
def test_what_never_ends_is_text(page, text):
    assert as_text(page) == text
