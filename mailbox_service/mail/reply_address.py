"""The reply address of a letter: an answer to any mail about it finds it by this alone, and nobody can make one up.

letters@city.example becomes letters+<token>@city.example. The token holds the letter's row, the generation of its
code and 80 bits of an HMAC over both, in letters and digits whose case doesn't matter: 32 characters.
"""

from __future__ import annotations

import base64
import binascii
import hmac

from mailbox_service.base import tokens
from mailbox_service.base.settings import Settings

TOKEN_LENGTH = 32
_ID_BYTES, _GENERATION_BYTES, _MAC_BYTES = 8, 2, 10
_FACTS = _ID_BYTES + _GENERATION_BYTES


def address_for(settings: Settings, ticket_id: int, generation: int) -> str:
    """The address that answers to mails about the letter go to; "" while the city has none in its settings."""
    if not settings.mail_reply_to:
        return ""
    name, _, domain = settings.mail_reply_to.rpartition("@")
    facts = ticket_id.to_bytes(_ID_BYTES, "big") + generation.to_bytes(_GENERATION_BYTES, "big")
    token = base64.b32encode(facts + _mac(settings, facts)).decode().lower()
    return f"{name}+{token}@{domain}"


def ticket_of(settings: Settings, address: str) -> tuple[int, int] | None:
    """The letter's row and the code's generation at the time; None when the address is none of ours.

    The caller compares the generation with the letter's: an older one belongs to a mail from before the code was
    replaced. Capitals, which some programs change, make no difference.
    """
    own, _, own_domain = settings.mail_reply_to.casefold().rpartition("@")
    name, _, domain = address.strip().casefold().rpartition("@")
    start = f"{own}+"
    if not own or domain != own_domain or not name.startswith(start) or len(name) != len(start) + TOKEN_LENGTH:
        return None
    try:
        signed = base64.b32decode(name[len(start) :].upper())
    except (binascii.Error, ValueError):
        return None
    facts, mac = signed[:_FACTS], signed[_FACTS:]
    if not hmac.compare_digest(mac, _mac(settings, facts)):
        return None
    return int.from_bytes(facts[:_ID_BYTES], "big"), int.from_bytes(facts[_ID_BYTES:], "big")


def _mac(settings: Settings, facts: bytes) -> bytes:
    return hmac.digest(tokens.key_for(settings.secret, "reply address"), facts, "sha256")[:_MAC_BYTES]
