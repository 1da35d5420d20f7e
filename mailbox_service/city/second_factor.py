"""The second step of signing in: codes of an app (TOTP, RFC 6238), and recovery codes when the telephone is gone.

The app's secret is derived from the service's own, the person and a generation: nothing in the database makes codes.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any, cast

import pyotp
from pydantic import SecretStr
from sqlmodel import Session, col, delete, select

from mailbox_service.base import audit, claim, tokens
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.city import changing
from mailbox_service.city.find import HELD
from mailbox_service.city.tables import HeldRole, Person, RecoveryCode, SecondFactor

STEP = 30  # seconds a code stands
DRIFT = (0, -1, 1)  # steps that the telephone's clock may be off
CODES = 10
CODE_LENGTH = 10  # characters of 5 bits
FRESH = timedelta(hours=1)  # a picture shown earlier and never confirmed is replaced


def app_secret(secret: SecretStr, person_id: int, generation: int) -> str:
    """What the app stores: 160 bits in base32."""
    said = f"{person_id}:{generation}".encode()
    return base64.b32encode(hmac.digest(tokens.key_for(secret, "second factor"), said, "sha256")[:20]).decode()


def address_for_app(settings: Settings, person: Person, generation: int) -> str:
    """What the QR code says."""
    issuer = settings.service_name[settings.working_language]
    made = pyotp.TOTP(app_secret(settings.secret, person.id, generation))
    return str(made.provisioning_uri(name=person.email, issuer_name=issuer))


def step_of(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // STEP


def fitting_step(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code was typed; None when there is none. Every candidate is compared, whatever fits first."""
    said, made, found = _digits(typed), pyotp.TOTP(secret), None
    for off in DRIFT:
        step = step_of(now) + off
        if hmac.compare_digest(made.generate_otp(step), said):
            found = step if found is None else found
    return found


def _digits(typed: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", typed[:40]).split())
    return plain if plain.isascii() and plain.isdigit() else ""


# --- Who has one, who must -------------------------------------------------------------------


def of(session: Session, person_id: int) -> SecondFactor | None:
    """Somebody's second factor, confirmed or only begun."""
    return session.exec(select(SecondFactor).where(SecondFactor.person_id == person_id)).first()


def has(session: Session, person_id: int) -> bool:
    """Whether somebody is asked for a second step."""
    factor = of(session, person_id)
    return factor is not None and factor.confirmed_at is not None


def must(session: Session, settings: Settings, person_id: int) -> bool:
    """Whether a role that somebody holds asks for a second factor."""
    if not settings.second_factor_for:
        return False
    held = select(HeldRole.role).where(HeldRole.person_id == person_id, HELD)
    return any(role in settings.second_factor_for for role in session.exec(held))


def codes_left(session: Session, person_id: int) -> int:
    """How many recovery codes were not used yet."""
    unused = select(RecoveryCode.id).where(RecoveryCode.person_id == person_id, col(RecoveryCode.used_at).is_(None))
    return len(session.exec(unused).all())


# --- Setting it up ---------------------------------------------------------------------------


def begin(session: Session, person_id: int, *, now: datetime) -> SecondFactor:
    """The factor that is being set up; the same one for an hour, so that a page may be loaded again.

    Raises:
        Refused: "second.on" when there is a confirmed one.
    """
    factor = of(session, person_id)
    if factor is None:
        factor = SecondFactor(person_id=person_id, begun_at=now)
        session.add(factor)
    elif factor.confirmed_at is not None:
        raise Refused("second.on")
    elif factor.begun_at + FRESH < now:
        factor.generation, factor.begun_at = factor.generation + 1, now
        session.add(factor)
    session.flush()
    return factor


def confirm(session: Session, secret: SecretStr, person_id: int, typed: str, *, now: datetime) -> list[str]:
    """Turn it on with the app's first code; answers the recovery codes, which nobody can show again.

    Raises:
        Refused: "second.wrong"; "second.on".
    """
    factor = of(session, person_id)
    step = fitting_step(app_secret(secret, person_id, factor.generation), typed, now) if factor else None
    if factor is None or step is None:
        raise Refused("second.wrong")
    mine = (
        col(SecondFactor.person_id) == person_id,
        col(SecondFactor.generation) == factor.generation,
        col(SecondFactor.confirmed_at).is_(None),
    )
    if claim.claim(session, SecondFactor, *mine, confirmed_at=now, last_step=step) != 1:
        raise Refused("second.on")
    audit.record(session, "second_factor.on", by=person_id, now=now, about=("person", person_id))
    return _new_codes(session, secret, person_id)


def renew_codes(session: Session, secret: SecretStr, person_id: int, *, now: datetime) -> list[str]:
    """Ten new recovery codes instead of the old ones."""
    audit.record(session, "recovery_codes.renewed", by=person_id, now=now, about=("person", person_id))
    return _new_codes(session, secret, person_id)


def _new_codes(session: Session, secret: SecretStr, person_id: int) -> list[str]:
    _forget_codes(session, person_id)
    codes = ["".join(secrets.choice(tokens.CODE_ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    session.add_all(RecoveryCode(person_id=person_id, hash=_hash(secret, person_id, code)) for code in codes)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hash(secret: SecretStr, person_id: int, code: str) -> str:
    return hmac.digest(tokens.key_for(secret, "recovery code"), f"{person_id}:{code}".encode(), "sha256").hex()


def _forget_codes(session: Session, person_id: int) -> None:
    session.flush()
    session.exec(cast(Any, delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id)))


# --- Using it --------------------------------------------------------------------------------


def use(session: Session, secret: SecretStr, person_id: int, typed: str, *, now: datetime) -> None:
    """Take the code of the app, or a recovery code. No code works twice, also not for two at once.

    Raises:
        Refused: "second.wrong".
    """
    factor = of(session, person_id)
    if factor is None or factor.confirmed_at is None:
        raise Refused("second.wrong")
    step = fitting_step(app_secret(secret, person_id, factor.generation), typed, now)
    if step is not None and _use_step(session, factor, step):
        return
    if not _use_recovery(session, secret, person_id, typed, now):
        raise Refused("second.wrong")
    audit.record(session, "recovery_code.used", by=person_id, now=now, about=("person", person_id))


def _use_step(session: Session, factor: SecondFactor, step: int) -> bool:
    mine = (
        col(SecondFactor.person_id) == factor.person_id,
        col(SecondFactor.generation) == factor.generation,
        col(SecondFactor.confirmed_at).is_not(None),
        col(SecondFactor.last_step) < step,
    )
    return claim.claim(session, SecondFactor, *mine, last_step=step) == 1


def _use_recovery(session: Session, secret: SecretStr, person_id: int, typed: str, now: datetime) -> bool:
    said = tokens.tidy(typed)
    if len(said) != CODE_LENGTH:
        return False
    mine = (
        col(RecoveryCode.person_id) == person_id,
        col(RecoveryCode.hash) == _hash(secret, person_id, said),
        col(RecoveryCode.used_at).is_(None),
    )
    return claim.claim(session, RecoveryCode, *mine, used_at=now) == 1


# --- Taking it away --------------------------------------------------------------------------


def remove(session: Session, settings: Settings, person_id: int, *, now: datetime) -> None:
    """Turn one's own off.

    Raises:
        Refused: "second.must" when a role asks for it.
    """
    if must(session, settings, person_id):
        raise Refused("second.must")
    _remove(session, person_id)
    audit.record(session, "second_factor.off", by=person_id, now=now, about=("person", person_id))


def reset(session: Session, person_id: int, *, by: int, now: datetime) -> Person:
    """An administrator takes somebody's away, whose telephone and codes are gone; the caller tells them by mail.

    Raises:
        Refused: "not_yours"; "not_found"; "second.own": one's own is turned off on one's account page.
    """
    changing.require(session, by)
    person: Person = changing.row_of(session, Person, person_id)
    if by == person_id:
        raise Refused("second.own")
    if not has(session, person_id):
        raise Refused("not_found")
    _remove(session, person_id)
    audit.record(session, "second_factor.reset", by=by, now=now, about=("person", person_id))
    return person


def _remove(session: Session, person_id: int) -> None:
    """The next one has another secret: what the old app shows never works again."""
    mine = col(SecondFactor.person_id) == person_id
    raised = {"generation": SecondFactor.generation + 1, "confirmed_at": None, "last_step": 0}
    claim.claim(session, SecondFactor, mine, **raised)
    _forget_codes(session, person_id)
