"""The secrets of a mail: marks in the stored text, codes and signed links in the text that leaves.

A mark stands between two characters of Unicode's private use area, which `plain` takes out of
everything people typed: nobody can write one into a letter.
"""

from __future__ import annotations

import re

from pydantic import SecretStr

from mailbox_service.base import tokens
from mailbox_service.base.settings import Settings
from mailbox_service.city import access

OPEN, SHUT = "\ue000", "\ue001"
NAMES = ("code", "link", "answer", "rate", "stop", "letters", "staff", "unsubscribe")
CODE, LINK, ANSWER, RATE, STOP, LETTERS, STAFF, UNSUBSCRIBE = (f"{OPEN}{name}{SHUT}" for name in NAMES)

_MARK = re.compile(f"{OPEN}({'|'.join(NAMES)}){SHUT}")


def plain(text: str) -> str:
    """Typed text without the characters that marks are made of, and on one line."""
    return " ".join(text.replace(OPEN, "").replace(SHUT, "").split())


def plain_lines(text: str) -> str:
    """Typed text without the characters that marks are made of."""
    return text.replace(OPEN, "").replace(SHUT, "")


def secrets_for(settings: Settings, lang: str, ticket_id: int, generation: int) -> dict[str, str]:
    """What the marks of a mail to the citizen stand for, derived now. Links age from this moment."""
    secret: SecretStr = settings.secret
    letter = f"{settings.public_url}/{lang}/link/{tokens.sign_link(secret, 'ticket', ticket_id, generation)}"
    return {
        "code": tokens.show_code(tokens.access_code(secret, ticket_id, generation)),
        "link": letter,
        "answer": f"{letter}?to=answer",
        "rate": f"{letter}?to=rate",
        "stop": f"{settings.public_url}/{lang}/stop/{tokens.sign_link(secret, 'stop', ticket_id, generation)}",
    }


def secrets_of_list(settings: Settings, lang: str, mail_id: int) -> dict[str, str]:
    """What the mark of "My letters" stands for, derived now: the link names the mail, and so no address."""
    token = tokens.sign_link(settings.secret, "my letters", mail_id, 0)
    return {"letters": f"{settings.public_url}/{lang}/my-letters/{token}"}


def secrets_of_staff(settings: Settings, link_id: int) -> dict[str, str]:
    """What the mark of an invitation or a reset stands for, derived now from the link's number."""
    return {"staff": f"{settings.public_url}/staff/password/{access.link_token(settings.secret, link_id)}"}


def secrets_of_digest(settings: Settings, person_id: int) -> dict[str, str]:
    """What ends somebody's digests with one click (RFC 8058), derived now; it works without being signed in."""
    token = tokens.sign_link(settings.secret, "digest", person_id, 0)
    return {"unsubscribe": f"{settings.public_url}/staff/digest/{token}"}


def secrets_of_report(settings: Settings, notice: str, person_id: int) -> dict[str, str]:
    """What ends somebody's reports of that sort with one click, as it ends digests."""
    return {
        "unsubscribe": f"{settings.public_url}/staff/reports/{tokens.sign_link(settings.secret, notice, person_id, 0)}"
    }


def filled(text: str, secrets: dict[str, str]) -> str:
    """The text with its marks replaced. What it is replaced by needs no escaping in HTML."""
    return _MARK.sub(lambda mark: secrets[mark[1]], text)
