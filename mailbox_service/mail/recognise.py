"""Whether a person wrote a message that came in, and whether it is from whom it says: asked of the message alone.

What a machine wrote is never answered; what may be forged is never put on a letter without a clerk.
"""

from __future__ import annotations

import re

from mailbox_service.base.settings import Settings
from mailbox_service.mail.incoming import clean
from mailbox_service.mail.incoming.automatic import Machine
from mailbox_service.mail.incoming.read import Understood

MOST_HOPS = 50
LOOP, OURS = "loop", "ours"
SURE = frozenset({Machine.BOUNCE.value, Machine.AUTO_REPLY.value, LOOP, OURS})
_RESULT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_FAILED = frozenset({"fail", "hardfail"})


def machine_of(settings: Settings, said: Understood, envelope_from: str, *, is_ours: bool) -> str:
    """Which machine wrote it, as a word; "" for a person. `is_ours`: its id is that of a mail we have sent."""
    if is_ours or (clean.same(said.sender, settings.mail_from) and said.machine is not Machine.BOUNCE):
        return OURS
    if said.hops > MOST_HOPS:
        return LOOP
    if said.machine is Machine.NONE and envelope_from == "<>":
        return Machine.OTHER.value
    return said.machine.value


def is_forged(settings: Settings, said: Understood) -> bool:
    """Whether the server we trust says that the sender isn't who they claim to be (RFC 8601).

    Only its own verdicts count. One that passes DMARC is believed whatever the parts say: forwarding breaks SPF.
    """
    trusted = settings.mail_trusted_authserv_id.casefold()
    if not trusted:
        return False
    found: dict[str, set[str]] = {}
    for verdict in said.verdicts:
        server, _, results = _COMMENT.sub(" ", verdict).partition(";")
        if server.split(maxsplit=1)[:1] and server.split()[0].casefold() == trusted:
            for method, result in _RESULT.findall(results):
                found.setdefault(method.lower(), set()).add(result.lower())
    if dmarc := found.get("dmarc"):
        return bool(dmarc & _FAILED) or (dmarc.isdisjoint({"pass"}) and _parts_fail(found))
    return _parts_fail(found)


def _parts_fail(found: dict[str, set[str]]) -> bool:
    """One signature of several that holds is enough."""
    spf, dkim = found.get("spf", set()), found.get("dkim", set())
    return bool(spf & _FAILED) or (bool(dkim & _FAILED) and "pass" not in dkim)
