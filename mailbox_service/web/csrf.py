"""Whether a form was sent from a page of ours: a token in the form that fits the visitor's cookie or session.

Signed-in staff send the secret of their session. Visitors have a random cookie; the token is its
digest with the hour it was issued, so that a page left open for more than a day counts as too old.

Pages leave compressed, and the length of a compressed page tells about what stands in it twice
(BREACH). So a token is written differently each time: random bytes, and the token mixed with them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from urllib.parse import urlsplit

from mailbox_service.base import tokens
from mailbox_service.web.site import Visit

COOKIE = "visit"
FIELD = "csrf"
GOOD_FOR_SECONDS = 24 * 3600
CLOCKS_APART = 60


def token(visit: Visit) -> str:
    """The token for this visitor's forms, masked anew; who has no cookie yet gets one with the answer."""
    return _masked(visit.staff.csrf if visit.staff is not None else stamp(visit, "form"))


def fits(visit: Visit, sent: str) -> bool:
    """Whether the token came from a page this visitor got, and that page is not too old."""
    told = _unmasked(sent)
    if visit.staff is not None:
        return hmac.compare_digest(visit.staff.csrf.encode(), told.encode())
    return stamped(visit, "form", told) is not None


def from_elsewhere(visit: Visit) -> bool:
    """Whether the browser itself says that another site's page sent the form. Old browsers say nothing."""
    if site := visit.headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    origin = visit.headers.get("origin")
    if not origin:
        return False
    here = {urlsplit(visit.site.settings.public_url).netloc, visit.headers.get("host", "")}
    return urlsplit(origin).netloc not in here


def stamp(visit: Visit, what: str) -> str:
    """A word that only this visitor can bring back: when it was given, signed for one purpose."""
    return _signed(visit, _cookie_or_new(visit), what, int(time.time()))


def stamped(visit: Visit, what: str, sent: str) -> float | None:
    """How many seconds ago this visitor got the stamp; None when it isn't theirs, or a day old."""
    issued, _, _ = sent.partition("-")
    nonce = visit.kept(COOKIE)
    if not nonce or not (issued.isascii() and issued.isdigit()) or len(issued) > 12:
        return None
    if not hmac.compare_digest(_signed(visit, nonce, what, int(issued)).encode(), sent.encode()):
        return None
    age = time.time() - int(issued)
    return age if -CLOCKS_APART <= age <= GOOD_FOR_SECONDS else None


def _cookie_or_new(visit: Visit) -> str:
    nonce = visit.kept(COOKIE)
    if 20 <= len(nonce) <= 64 and nonce.isascii():
        return nonce
    planned = next((cookie.value for cookie in visit.to_set if cookie.key.endswith(COOKIE) and cookie.value), None)
    if planned is None:
        planned = secrets.token_urlsafe(24)
        visit.keep(COOKIE, planned)
    return planned


def _signed(visit: Visit, nonce: str, what: str, issued: int) -> str:
    key = tokens.key_for(visit.site.settings.secret, "form")
    said = f"{issued}:{nonce}" if what == "form" else f"{what}:{issued}:{nonce}"
    return f"{issued}-{hmac.digest(key, said.encode(), 'sha256').hex()[:40]}"


def _masked(token: str) -> str:
    plain = token.encode()
    mask = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(mask + _mixed(plain, mask)).decode()


def _unmasked(sent: str) -> str:
    """The token in it; "" for what none of our pages wrote."""
    try:
        both = base64.b64decode(sent[:1000].encode(), b"-_", validate=True)
        half = len(both) // 2
        return _mixed(both[half:], both[:half]).decode() if len(both) == 2 * half else ""
    except (binascii.Error, UnicodeError):
        return ""


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
