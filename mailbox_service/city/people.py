"""Who works for the city: adding somebody, giving roles, and passwords (argon2id)."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session

from mailbox_service.base import audit
from mailbox_service.base.ids import new_id
from mailbox_service.base.tables import ActorKind
from mailbox_service.city import passwords
from mailbox_service.city.tables import HeldRole, Person, RoleName

SHORTEST = passwords.SHORTEST
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another

# Each hash takes a tenth of a second of one core and 64 MB: more at once would stop everything else.
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(2, "passwords")


def _open_threads() -> None:
    global _threads
    _threads = ThreadPoolExecutor(2, "passwords")


# A server's worker is forked: it inherits the pool, but none of its threads, and would wait for them for ever.
os.register_at_fork(after_in_child=_open_threads)


# --- Passwords


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, passwords.same(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Somebody who isn't there (None or "") takes as long to refuse."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _matches, stored, passwords.same(password))


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobodys(), password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def drawn_password() -> str:
    """A password nobody chose: 80 bits, easy to read out."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(16))
    return "-".join(drawn[start : start + 4] for start in range(0, 16, 4))


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex(16))


# --- People


def add(
    session: Session,
    *,
    email: str,
    name: str,
    language: str,
    password_hash: str,
    roles: Iterable[tuple[RoleName, int | None]],
    kind: ActorKind = ActorKind.OPERATOR,
    now: datetime,
) -> Person:
    """Add somebody with their roles, each a name and the office it is for (None for the whole city); audited."""
    person = Person(
        id=new_id(),
        email=email.strip().lower(),
        name=name.strip(),
        language=language,
        password_hash=password_hash,
        added_at=now,
    )
    session.add(person)
    session.flush()
    audit.record(session, "person.added", by=None, kind=kind, now=now, about=("person", person.id))
    for role, office in roles:
        give_role(session, person.id, role, office, kind=kind, now=now)
    return person


def give_role(
    session: Session,
    person_id: int,
    role: RoleName,
    department_id: int | None,
    *,
    kind: ActorKind = ActorKind.OPERATOR,
    now: datetime,
) -> None:
    """Give somebody a role as the operator does: it counts at once (administrators: `city.roles`). Audited."""
    given = HeldRole(person_id=person_id, role=role, department_id=department_id, given_at=now, confirmed_at=now)
    session.add(given)
    facts = {"role": role.value, "department_id": department_id}
    audit.record(session, "role.given", by=None, kind=kind, now=now, about=("person", person_id), **facts)
