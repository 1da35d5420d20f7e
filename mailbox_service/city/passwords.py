"""What a password must be: long, and nothing that others try first. No rules about its characters (NIST 800-63B)."""

from __future__ import annotations

import unicodedata

from mailbox_service.base.refusals import Refused

SHORTEST, LONGEST = 12, 200
FEWEST_CHARACTERS = 5  # different ones: "aaaaaaaaaaaa" and "121212121212" are no passwords
COMMON = (
    "password",
    "passw0rd",
    "qwerty",
    "qazwsx",
    "1q2w3e",
    "letmein",
    "welcome",
    "iloveyou",
    "woaini",
    "5201314",
    "administrator",
    "admin",
    "mailbox",
    "changeme",
)
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")


def same(password: str) -> str:
    """The password however it was typed: full-width letters and composed ones are the same (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, name: str, email: str) -> None:
    """Whether this may become somebody's password.

    Raises:
        Refused: "password.short"; "password.long"; "password.yours" when it is made of their name or address;
            "password.common".
    """
    said = same(password)
    if len(said) < SHORTEST:
        raise Refused("password.short", least=SHORTEST)
    if len(said) > LONGEST:
        raise Refused("password.long", most=LONGEST)
    plain = _plain(said)
    own = [_plain(part) for part in (name, email, email.partition("@")[0], email.partition("@")[2])]
    if any(len(part) >= 3 and _little_beside(plain, part) for part in own):
        raise Refused("password.yours")
    if len(set(plain)) < FEWEST_CHARACTERS or _is_common(plain):
        raise Refused("password.common")


def _plain(text: str) -> str:
    return "".join(c for c in same(text).casefold() if c.isalnum())


def _little_beside(plain: str, part: str) -> bool:
    """Whether fewer characters than a password needs to differ are left when the part is taken out."""
    return part in plain and len(plain.replace(part, "")) < SHORTEST - 4


def _is_common(plain: str) -> bool:
    if any(_little_beside(plain, word) for word in COMMON):
        return True
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    pieces = [plain[start : start + 4] for start in range(len(plain) - 3)]
    in_a_row = sum(any(piece in row for row in rows) for piece in pieces)
    return not pieces or in_a_row * 3 >= len(pieces) * 2
