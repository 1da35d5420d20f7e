"""Mails as they really come are understood: every example of the corpus, and whatever is made of one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mailbox_service.mail.incoming import read
from mailbox_service.mail.incoming.automatic import Machine
from tests.mails import languages, machines, replies, structures
from tests.mails.build import Example, file_part, of_parts

EXAMPLES = [
    pytest.param(example, id=f"{room.__name__.rpartition('.')[2]}-{example.name}")
    for room in (languages, machines, replies, structures)
    for example in room.EXAMPLES
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_it_says_is_understood(example: Example) -> None:
    said = read.read(example.raw).as_json()

    assert {name: said[name] for name in example.expected} == example.expected
    assert json.loads(json.dumps(said)) == said


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 60


def test_a_bounce_says_who_was_not_reached_and_why() -> None:
    by_report, by_words = (read.read(machines.EXAMPLES[at].raw) for at in (0, 1))

    assert by_report.machine is by_words.machine is Machine.BOUNCE
    assert by_report.bounce
    assert by_words.bounce
    assert (by_report.bounce.recipient, by_report.bounce.status) == ("carl@example.org", "5.1.1")
    assert (by_report.bounce.is_permanent, by_report.bounce.original_id) == (True, "<notice@city.example>")
    assert (by_words.bounce.recipient, by_words.bounce.is_permanent) == ("carl@example.org", True)


def test_three_thousand_parts_are_read() -> None:
    inside = [file_part(f"{at}.txt", b"x") for at in range(3_000)]

    assert len(read.read(of_parts("mixed", *inside)).files) == 3_000


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * (read.MOST_BYTES + 1), "too_large"),
        (b"\n" * (read.MOST_LINES + 1), "too_many_lines"),
        (b"Subject: " + b"x" * read.MOST_HEADER + b"\n\n", "too_large_header"),
        (b"Content-Type: multipart/mixed; boundary=x\n\n" + b"boundary=\n" * 4_001, "too_deep"),
    ],
)
def test_what_cannot_be_read_in_time_is_held(raw: bytes, reason: str) -> None:
    with pytest.raises(read.NotUnderstoodError) as held:
        read.read(raw)

    assert held.value.reason == reason


def test_a_mail_within_mails_without_end_is_held_or_read() -> None:
    raw = b"Hello"
    for at in range(400):
        raw = (
            f'Content-Type: multipart/mixed; boundary="{at}"\r\n\r\n--{at}\r\n'.encode()
            + raw
            + f"\r\n--{at}--".encode()
        )

    said = outcome(raw)

    assert said in ("", "too_deep")


def outcome(raw: bytes) -> str:
    """Who sent it, or why it is held."""
    try:
        return read.read(raw).sender
    except read.NotUnderstoodError as held:
        return held.reason


def test_the_command_prints_what_was_understood() -> None:
    command = [sys.executable, "-c", "from mailbox_service.cli import main; main()", "mail", "inspect"]
    raw = languages.EXAMPLES[1].raw

    done = subprocess.run(command, input=raw, capture_output=True, timeout=30, check=True)

    assert json.loads(done.stdout)["text"] == languages.ZH
