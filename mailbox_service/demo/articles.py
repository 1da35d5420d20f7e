"""What Qinghe explains to its people: the guidance of the demonstration, from `articles.toml`."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES
from mailbox_service.guidance import find, write
from mailbox_service.guidance.tables import Section
from mailbox_service.guidance.write import Written
from mailbox_service.tickets.actor import Actor

FILE = Path(__file__).parent / "articles.toml"


def load() -> list[dict[str, Any]]:
    """The articles: slug, section, position, and title and text by language."""
    articles: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["article"]
    return articles


def publish(session: Session, *, by: Actor, now: datetime) -> int:
    """Publish what isn't there yet, a day apart; answers how many articles were added."""
    articles = [article for article in load() if find.article(session, article["slug"]) is None]
    for nth, article in enumerate(articles):
        _publish(session, article, by=by, now=now - timedelta(days=len(articles) - nth))
    return len(articles)


def _publish(session: Session, told: dict[str, Any], *, by: Actor, now: datetime) -> None:
    section = Section(told["section"])
    first, *others = (code for code in LANGUAGES if code in told)
    texts = {code: Written(told[code]["title"], told[code]["text"].strip()) for code in (first, *others)}
    article = write.add(session, told["slug"], section, first, texts[first], by=by, now=now)
    for code in others:
        write.save(session, article, code, texts[code], seen_version=0, by=by, now=now)
    if told["position"]:
        write.place(session, article, section, told["position"], by=by, now=now)
