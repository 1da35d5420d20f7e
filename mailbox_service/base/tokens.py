"""Ticket numbers, access codes and signed links: what lets a citizen in, and nothing that is stored.

One secret lies outside the database; the key of each purpose is derived from it, so that a link
for rating can't open a letter and a code can't be computed from a link. Comparisons take the
same time whether they succeed or not.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from pydantic import SecretStr
from stdnum import damm

from mailbox_service.base import clock

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
CODE_BYTES = 10  # 80 bits, 16 characters of 5
CODE_LENGTH = CODE_BYTES * 8 // 5
NUMBERS = 4_096  # read before
_SLIPS = str.maketrans("OIL|", "0111")


def key_for(secret: SecretStr, purpose: str) -> bytes:
    """The key of one purpose, derived from the service's secret (HKDF-SHA256, RFC 5869, one block)."""
    return _derived(secret.get_secret_value().encode(), purpose)


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    extracted = hmac.digest(b"mailbox_service", secret, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


# --- Ticket numbers --------------------------------------------------------------------------


def number_for(year: int, sequence: int) -> str:
    """A ticket's number: year, running number, and Damm's check digit over both: 2026-0001234-5."""
    digits = f"{year:04d}{sequence:07d}"
    return f"{digits[:4]}-{digits[4:]}-{damm.calc_check_digit(digits)}"


@lru_cache(maxsize=NUMBERS)
def read_number(text: str) -> str | None:
    """The number someone typed, written properly; None when its check digit doesn't fit.

    Full-width digits, spaces, any dash, O for 0 and I or l for 1 are forgiven. Damm's digit
    finds every single wrong digit and every swap of neighbours.
    """
    digits = tidy(text)
    if not 12 <= len(digits) <= 14 or not (digits.isascii() and digits.isdigit()) or not damm.is_valid(digits):
        return None
    return f"{digits[:4]}-{digits[4:-1]}-{digits[-1]}"


def tidy(text: str) -> str:
    """Upper case, without spaces, dashes and invisible characters; letters taken for digits put right."""
    plain = unicodedata.normalize("NFKC", text[:100]).upper()
    kept = (c for c in plain if unicodedata.category(c) not in _IGNORED and c not in "−ー_.")
    return "".join(kept).translate(_SLIPS)


_IGNORED = frozenset({"Pd", "Zs", "Zl", "Zp", "Cc", "Cf"})


# --- Access codes ----------------------------------------------------------------------------


def access_code(secret: SecretStr, ticket_id: int, generation: int) -> str:
    """The code that opens a ticket: 16 characters, 80 bits, the same each time it is asked for.

    A higher generation is another code; the old one is then dead.
    """
    mac = hmac.digest(key_for(secret, "access code"), f"{ticket_id}:{generation}".encode(), "sha256")
    bits = int.from_bytes(mac[:CODE_BYTES], "big")
    return "".join(CODE_ALPHABET[bits >> shift & 31] for shift in range(CODE_BYTES * 8 - 5, -1, -5))


def show_code(code: str) -> str:
    """The code in fours: 7K3M-0Q9T-XW2C-4HDA."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """The code someone typed, without dashes and slips of I, L and O; None when it can't be one."""
    code = tidy(text)
    return code if len(code) == CODE_LENGTH and all(c in CODE_ALPHABET for c in code) else None


def code_matches(secret: SecretStr, ticket_id: int | None, generation: int, typed: str) -> bool:
    """Whether the typed code opens the ticket. A ticket that doesn't exist (None) takes as long to refuse."""
    right = access_code(secret, ticket_id or 0, generation)
    same = hmac.compare_digest(right, read_code(typed) or "")
    return same and ticket_id is not None


# --- Signed links ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says: which row it opens, of which code generation, and what else was signed."""

    ticket_id: int
    generation: int
    more: dict[str, Any]


def sign_link(
    secret: SecretStr, purpose: str, ticket_id: int, generation: int, *, now: datetime | None = None, **more: Any
) -> str:
    """A token for an address in a mail, good for one purpose. Its age counts from `now`.

    The token stands for whatever row the purpose names; the reader must still compare the
    generation with the row's, so that a new code kills old links.
    """
    issued = int((now or clock.now()).timestamp())
    token = _signer(secret, purpose).dumps([issued, ticket_id, generation, more])
    return token.decode() if isinstance(token, bytes) else token


def read_link(
    secret: SecretStr, token: str, purpose: str, max_age_seconds: int, *, now: datetime | None = None
) -> Link | None:
    """What the token says; None when it is forged, meant for another purpose, or older than allowed."""
    try:
        issued, ticket_id, generation, more = _signer(secret, purpose).loads(token[:2000])
    except (BadData, ValueError, TypeError):
        return None
    if not 0 <= int((now or clock.now()).timestamp()) - issued + CLOCKS_APART <= max_age_seconds + CLOCKS_APART:
        return None
    return Link(ticket_id, generation, more)


CLOCKS_APART = 60  # seconds by which two nodes' clocks may differ


def _signer(secret: SecretStr, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        key_for(secret, f"link {purpose}"),
        salt=purpose,
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


# --- Opaque tokens and network addresses -----------------------------------------------------


def fresh_token() -> str:
    """256 random bits for a cookie or an invitation. Store only `hashed(token)`."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What the database keeps of a random token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def client_mark(secret: SecretStr, address: str) -> str:
    """A network address as the rate limits keep it: 22 characters that can't be turned back.

    An IPv6 customer is handed a whole /64, so that is what is counted.
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        place = address
    else:
        mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
        wide = isinstance(known, ipaddress.IPv6Address) and mapped is None
        place = str(ipaddress.ip_network((known, 64), strict=False)) if wide else str(mapped or known)
    return hmac.digest(key_for(secret, "client"), place.encode(), "sha256").hex()[:22]
