"""Whether a message may be forged, by the verdicts of the server that is trusted; and which machine wrote it."""

from __future__ import annotations

import pytest

from mailbox_service.mail import recognise
from mailbox_service.mail.incoming.read import Understood, read
from tests.rooms.arriving import a_mail
from tests.rooms.post import settings_for

OURS = "mx.qinghe.example"


def said(*headers: str, **more: str) -> Understood:
    return read(a_mail("More", *headers, **more))


@pytest.mark.parametrize(
    ("verdict", "forged"),
    [
        ("mx.qinghe.example; dmarc=fail", True),
        ("MX.Qinghe.example 1; dmarc=fail (p=none)", True),
        ("mx.qinghe.example; spf=fail smtp.mailfrom=x; dkim=none", True),
        ("mx.qinghe.example; spf=pass; dkim=fail (bad)", True),
        ("mx.qinghe.example; dmarc=none; spf=hardfail", True),
        ("mx.qinghe.example; spf=fail; dkim=fail; dmarc=pass", False),
        ("mx.qinghe.example; dkim=fail; dkim=pass; spf=pass", False),
        ("mx.qinghe.example; spf=softfail; dkim=pass (dkim=fail)", False),
        ("elsewhere.example; dmarc=fail", False),
        ("mx.qinghe.example; none", False),
        ("", False),
    ],
)
def test_only_what_the_trusted_server_says_has_failed_counts(verdict: str, forged: bool) -> None:
    settings = settings_for(25, mail_trusted_authserv_id=OURS)

    assert recognise.is_forged(settings, said(f"Authentication-Results: {verdict}")) is forged
    assert not recognise.is_forged(settings_for(25), said(f"Authentication-Results: {verdict}"))


def test_a_forged_pass_hides_no_failure() -> None:
    settings = settings_for(25, mail_trusted_authserv_id=OURS)
    verdicts = (f"Authentication-Results: {OURS}; dmarc=fail", f"Authentication-Results: {OURS}; dmarc=pass")

    assert recognise.is_forged(settings, said(*verdicts))


@pytest.mark.parametrize(
    ("headers", "envelope_from", "is_ours", "machine"),
    [
        ([], "carl@example.org", False, ""),
        (["List-Id: <news.example.org>"], "", False, "list"),
        (["Precedence: bulk"], "", False, "list"),
        (["Auto-Submitted: auto-generated"], "", False, "other"),
        ([], "<>", False, "other"),
        ([f"Received: from {n}" for n in range(60)], "", False, "loop"),
        ([], "", True, "ours"),
    ],
)
def test_machines_are_told_from_people(headers: list[str], envelope_from: str, is_ours: bool, machine: str) -> None:
    assert recognise.machine_of(settings_for(25), said(*headers), envelope_from, is_ours=is_ours) == machine


def test_what_says_it_is_from_our_own_address_is_ours() -> None:
    settings = settings_for(25)

    assert recognise.machine_of(settings, said(sender=settings.mail_from), "", is_ours=False) == "ours"
