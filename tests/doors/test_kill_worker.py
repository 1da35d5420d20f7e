"""Five hundred notices and a worker that is killed again and again: none is lost, each is one mail to its reader."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, select

from mailbox_service.mail.tables import Mail
from tests import nursery
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors import killable
from tests.doors.staff import town as towns

NOTICES = 500
LIVES = 12
LONGEST_SECONDS = 100  # on a machine that does many other things


def test_a_worker_killed_at_random_moments_loses_no_notice(database_url: str, smtp_server: PostOffice) -> None:
    with rows(database_url) as session:
        letters(session)
    chance, over = random.Random(11), time.monotonic() + LONGEST_SECONDS
    reached = lambda: {mail.rcpt_tos[0] for mail in smtp_server.envelopes}  # noqa: E731

    for life in range(LIVES):
        worker = nursery.born(killable.work, database_url, smtp_server.port)
        if life < LIVES // 2:  # while mails are being written
            time.sleep(chance.uniform(0.1, 0.6))
        else:  # while they leave
            enough = min(NOTICES - 1, len(reached()) + chance.randint(1, 60))
            wait_until(lambda enough=enough: len(reached()) >= enough, over)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.05))
        worker.kill()
        worker.join()
    worker = nursery.born(killable.work, database_url, smtp_server.port)
    wait_until(lambda: len(reached()) == NOTICES, over)
    wait_until(lambda: all(sent for _message_id, sent in stored(database_url)), over)  # the last are written down
    worker.kill()
    worker.join()

    got = defaultdict(set)
    for mail in smtp_server.mails:
        got[str(mail["To"])].add(str(mail["Message-ID"]))
    assert {len(ids) for ids in got.values()} == {1}
    assert {message_id for message_id, _sent in stored(database_url)} == {one for ids in got.values() for one in ids}


def letters(session: Session) -> None:
    """As many letters as there are to be notices, each from somebody else."""
    town = towns.found(session)
    session.flush()
    for n in range(NOTICES):
        town.letter(session, f"Letter {n}", email=f"carl{n}@example.org", language=("en", "zh", "ja", "ko")[n % 4])


def stored(url: str) -> Sequence[tuple[str, datetime | None]]:
    """Every mail's id, and when it was written down that it left."""
    with rows(url) as session:
        return session.exec(select(Mail.message_id, Mail.sent_at)).all()


def wait_until(done: Callable[[], bool], over: float) -> None:
    """Wait for it; fail when the time is over."""
    while not done():
        assert time.monotonic() < over, "it took too long"
        time.sleep(0.02)
