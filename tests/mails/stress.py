"""Five thousand messages that nobody would write, read in a process of its own with hard limits.

    python -m tests.mails.stress [EXAMPLES]

Half are mutations of the corpus, half any bytes. Each is understood or held within two seconds of the processor's time
(what else the machine does meanwhile is not the reader's); nothing else is raised.
"""

from __future__ import annotations

import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbox_service.mail.incoming import read
from tests.mails import languages, machines, replies, structures

EXAMPLES = 5_000
SECONDS, MEGABYTES, ADDRESSES = 2.0, 200, 2 << 30
CORPUS = [one.raw for room in (languages, machines, replies, structures) for one in room.EXAMPLES]
HEADERS = (
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Transfer-Encoding: base64\r\n",
    b"From: =?x?B?",
    b"--=_part\r\n",
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A message of the corpus, cut, doubled, and filled with what doesn't belong there."""
    raw: bytes = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 5))):
        at, length = draw(st.integers(0, len(raw))), draw(st.integers(0, 60))
        new = draw(st.one_of(st.binary(max_size=40), st.sampled_from(HEADERS), st.just(raw[at : at + length] * 3)))
        raw = raw[:at] + new + raw[at + draw(st.sampled_from((0, 1, length))) :]
    return raw


def understood_or_held(raw: bytes) -> None:
    """Once more when it took too long: a processor that two share is slow for a moment."""
    taken = _seconds(raw)
    assert taken < SECONDS or _seconds(raw) < SECONDS, taken


def _seconds(raw: bytes) -> float:
    begun = time.process_time()
    with suppress(read.NotUnderstoodError):
        read.read(raw).as_json()
    return time.process_time() - begun


def peak() -> int:
    """The most memory this process has had, in megabytes."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def main(examples: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    limits = settings(
        max_examples=examples // 2,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    limits(given(mutated())(understood_or_held))()
    limits(given(st.binary(max_size=4_000))(understood_or_held))()
    assert peak() < MEGABYTES, peak()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES)
