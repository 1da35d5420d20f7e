"""The texts that Qinghe's offices begin replies with, from `canned.toml`."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES
from mailbox_service.city import wording
from mailbox_service.city.wording import Canned
from mailbox_service.demo.city import Cast

FILE = Path(__file__).parent / "canned.toml"
ADMINISTRATOR = "ada"


def load() -> list[dict[str, Any]]:
    """The canned replies: name, for which office, kind or subject area by code, and the text by language."""
    replies: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["canned"]
    return replies


def add(session: Session, cast: Cast, *, now: datetime) -> None:
    """Add them to a city that is being entered."""
    by = cast.people[ADMINISTRATOR].person_id or 0
    for told in load():
        canned = Canned(
            name=told["name"],
            texts={code: told[code].strip() for code in LANGUAGES},
            department_id=cast.offices[told["department"]] if "department" in told else None,
            kind=told.get("kind", ""),
            topic_id=cast.topics[told["topic"]] if "topic" in told else None,
        )
        wording.add(session, canned, by=by, now=now)
