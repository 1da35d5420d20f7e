"""Whatever bytes come, they are understood or held, in time and within their memory."""

from __future__ import annotations

import base64
import random
import subprocess
import sys

import pytest

from tests.mails import stress

LARGE = 24 * 1024 * 1024
ALONE = """
import sys, time
from tests.mails import stress
raw = sys.stdin.buffer.read()
stress.understood_or_held(raw)
assert stress.peak() < stress.MEGABYTES, stress.peak()
"""
HEAD = b"From: a@b.example\r\n"
FILE = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def test_five_thousand_messages_nobody_would_write() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.mails.stress", str(stress.EXAMPLES)], capture_output=True, text=True, timeout=280
    )

    assert done.returncode == 0, done.stderr[-2_000:]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            HEAD + FILE + base64.encodebytes(random.Random(1).randbytes(LARGE * 3 // 4)), id="a file of 18 MB"
        ),
        pytest.param(HEAD + b"\r\n" + b"a" * LARGE, id="one line"),
        pytest.param(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>x<b>y" * (LARGE // 8), id="a page"),
        pytest.param(HEAD + b"\r\n" + (b"> " + b"a" * 38 + b"\n") * (LARGE // 41), id="quoted lines"),
        pytest.param(random.Random(2).randbytes(LARGE), id="noise"),
        pytest.param(b"\r" * LARGE, id="line ends"),
    ],
)
def test_the_largest_messages_keep_to_the_limits(raw: bytes) -> None:
    done = subprocess.run([sys.executable, "-c", ALONE], input=raw, capture_output=True, timeout=60)

    assert done.returncode == 0, done.stderr[-500:]
