"""Whether a form was sent from a page of ours: a token in the form that fits the visitor's cookie or session.

Signed-in staff send the secret of their session. Visitors have a random cookie; the token is its
digest with the hour it was issued, so that a page left open for more than a day counts as too old.
"""

from __future__ import annotations

import hmac
import secrets
import time
from urllib.parse import urlsplit

from mailbox_service.base import tokens
from mailbox_service.web.site import Visit

COOKIE = "visit"
FIELD = "csrf"
GOOD_FOR_SECONDS = 24 * 3600


def token(visit: Visit) -> str:
    """The token for this visitor's forms; who has no cookie yet gets one with the answer."""
    if visit.staff is not None:
        return visit.staff.csrf
    return _signed(visit, _cookie_or_new(visit), int(time.time()))


def fits(visit: Visit, sent: str) -> bool:
    """Whether the token came from a page this visitor got, and that page is not too old."""
    if visit.staff is not None:
        return hmac.compare_digest(visit.staff.csrf.encode(), sent.encode())
    issued, _, _ = sent.partition("-")
    nonce = visit.kept(COOKIE)
    if not nonce or not (issued.isascii() and issued.isdigit()) or len(issued) > 12:
        return False
    is_ours = hmac.compare_digest(_signed(visit, nonce, int(issued)).encode(), sent.encode())
    return is_ours and -60 <= time.time() - int(issued) <= GOOD_FOR_SECONDS


def from_elsewhere(visit: Visit) -> bool:
    """Whether the browser itself says that another site's page sent the form. Old browsers say nothing."""
    if site := visit.headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    origin = visit.headers.get("origin")
    if not origin:
        return False
    here = {urlsplit(visit.site.settings.public_url).netloc, visit.headers.get("host", "")}
    return urlsplit(origin).netloc not in here


def _cookie_or_new(visit: Visit) -> str:
    nonce = visit.kept(COOKIE)
    if 20 <= len(nonce) <= 64 and nonce.isascii():
        return nonce
    planned = next((cookie.value for cookie in visit.to_set if cookie.key.endswith(COOKIE) and cookie.value), None)
    if planned is None:
        planned = secrets.token_urlsafe(24)
        visit.keep(COOKIE, planned)
    return planned


def _signed(visit: Visit, nonce: str, issued: int) -> str:
    key = tokens.key_for(visit.site.settings.secret, "form")
    return f"{issued}-{hmac.digest(key, f'{issued}:{nonce}'.encode(), 'sha256').hex()[:40]}"
