"""What a letter must say to be taken in, whoever fills in its form: its writer, or a clerk for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ValidationInfo
from pydantic_core import PydanticCustomError

from mailbox_service.base import ids
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.language import written_in as written_in
from mailbox_service.tickets.life.arrive import Letter
from mailbox_service.tickets.tables.words import Identity, Kind

_MAIL = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\]+\.[^@\s<>\"(),:;\\.]{2,}")
_PHONE = re.compile(r"[0-9+][0-9 ()\-./+#*]{3,38}[0-9]")


def _subject(text: str, info: ValidationInfo) -> str:
    return _within(text, info.context.subject_max_characters if info.context else 200)


def _text(text: str, info: ValidationInfo) -> str:
    return _within(text, info.context.text_max_characters if info.context else 10_000)


def _within(text: str, limit: int) -> str:
    if not text.strip():
        raise PydanticCustomError("missing", "missing")
    if len(text) > limit:
        raise PydanticCustomError("too_long", "too long", {"limit": limit})
    return text


def _name(name: str, info: ValidationInfo) -> str:
    if not name and info.data.get("identity") in (Identity.NAMED, Identity.HIDDEN):
        raise PydanticCustomError("missing", "missing")
    return _within(name or "-", 100) if name else name


def mail_address(typed: str) -> str:
    """A mail address as typed, full-width letters put right; "" stays.

    Raises:
        PydanticCustomError: "wrong" for what can't be one.
    """
    address = unicodedata.normalize("NFKC", typed).strip()
    if address and (len(address) > 254 or not _MAIL.fullmatch(address)):
        raise PydanticCustomError("wrong", "wrong")
    return address


def phone_number(typed: str) -> str:
    """A telephone number as typed, full-width digits put right; "" stays.

    Raises:
        PydanticCustomError: "wrong" for what can't be one.
    """
    number = unicodedata.normalize("NFKC", typed).strip()
    if number and not _PHONE.fullmatch(number):
        raise PydanticCustomError("wrong", "wrong")
    return number


def topic_id(typed: str) -> int | None:
    """The id of the topic that was chosen; None for none, or for what can't be one."""
    return ids.read(typed)


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise PydanticCustomError("wrong", "wrong")
    return code


class LetterForm(BaseModel):
    """The form, checked; its context is the settings."""

    kind: Kind
    topic: str
    subject: Annotated[str, AfterValidator(_subject)]
    text: Annotated[str, AfterValidator(_text)]
    identity: Identity
    name: Annotated[str, AfterValidator(_name)]
    email: Annotated[str, AfterValidator(mail_address)]
    phone: Annotated[str, AfterValidator(phone_number)]
    language: Annotated[str, AfterValidator(_language)]


def as_letter(said: LetterForm, typed: Mapping[str, str], **more: Any) -> Letter:
    """The letter as it is taken in; `more` is what one of the forms alone asks for."""
    return Letter(
        kind=said.kind,
        subject=said.subject,
        text=said.text,
        language=said.language,
        written_in=written_in(said.text),
        identity=said.identity,
        name=said.name,
        email=said.email,
        phone=said.phone,
        topic_id=topic_id(said.topic),
        wants_reply=typed["wants_reply"] == "yes",
        publication_consent=typed["consent"] == "yes",
        **more,
    )
