"""Writing, moving and retiring articles, and what readers thought of them. What is saved is public at once.

Nothing is deleted: a retired article leaves every list and the search, and its address answers "not found".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from mailbox_service.base import audit, claim
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.guidance import find, markdown
from mailbox_service.guidance.tables import Article, ArticleAnswer, ArticleText, Section
from mailbox_service.tickets import public_search
from mailbox_service.tickets.actor import Actor

WRITERS = (RoleName.CLERK, RoleName.ADMINISTRATOR)
MOST_TITLE = 200
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_SLUG = 80
TAKEN = frozenset({"add"})  # addresses of the staff's own pages
LAST_POSITION = 9_999


@dataclass(frozen=True, slots=True)
class Written:
    """An article as it was typed, in one language."""

    title: str
    text: str


def may_write(by: Actor) -> bool:
    """Clerks of the General Office and administrators write what the city explains."""
    return any(by.has(role) for role in WRITERS)


def require(by: Actor) -> None:
    """Only those may go on.

    Raises:
        Refused: "not_yours".
    """
    if not may_write(by):
        raise Refused("not_yours")


def add(
    session: Session, slug: str, section: Section, language: str, written: Written, *, by: Actor, now: datetime
) -> Article:
    """Publish a new article, in one language to begin with.

    Raises:
        Refused: "not_yours"; "article.slug" for an address that is no address; "article.slug_taken"; as `save`.
    """
    require(by)
    if not SLUG.fullmatch(slug) or len(slug) > MOST_SLUG or slug in TAKEN:
        raise Refused("article.slug")
    if find.article(session, slug) is not None:
        raise Refused("article.slug_taken")
    article = Article(slug=slug, section=section, added_at=now)
    session.add(article)
    session.flush()
    save(session, article, language, written, seen_version=0, by=by, now=now)
    return article


def save(
    session: Session,
    article: Article,
    language: str,
    written: Written,
    *,
    seen_version: int,
    by: Actor,
    now: datetime,
) -> ArticleText:
    """Publish the article's text in one language. `seen_version` is the one it was made from, 0 for none.

    Raises:
        Refused: "not_yours"; "article.title", "article.text" when empty; "article.long"; "article.newer" when
            somebody saved since.
    """
    require(by)
    _check(written, language)
    facts: dict[str, Any] = {"title": written.title, "text": written.text, "saved_by": by.person_id, "saved_at": now}
    stored = find.text(session, article.id, language)
    if stored is None and seen_version == 0:
        session.add(ArticleText(article_id=article.id, language=language, **facts))
        session.flush()
    elif stored is None or not _saved_over(session, stored.id, seen_version, facts):
        raise Refused("article.newer")
    saved = find.text(session, article.id, language)
    assert saved is not None
    if article.retired_at is None:
        _let_be_found(session, saved)
    _record(session, "article.published", article, by, now, language=language, version=saved.version)
    return saved


def _check(written: Written, language: str) -> None:
    if language not in LANGUAGES:
        raise Refused("not_found")
    if not written.title.strip() or len(written.title) > MOST_TITLE:
        raise Refused("article.title")
    if not written.text.strip():
        raise Refused("article.text")
    if len(written.text) > markdown.MOST_CHARACTERS:
        raise Refused("article.long", limit=markdown.MOST_CHARACTERS)


def _saved_over(session: Session, text_id: int, seen_version: int, facts: dict[str, Any]) -> bool:
    """Whether the version that was seen was still the newest; of two who save at once, one is told."""
    mine = (col(ArticleText.id) == text_id, col(ArticleText.version) == seen_version)
    return claim.claim(session, ArticleText, *mine, version=seen_version + 1, **facts) == 1


def place(session: Session, article: Article, section: Section, position: int, *, by: Actor, now: datetime) -> None:
    """Put the article into a section; the lowest position stands first.

    Raises:
        Refused: "not_yours"; "article.position".
    """
    require(by)
    if not 0 <= position <= LAST_POSITION:
        raise Refused("article.position")
    article.section, article.position = section, position
    session.add(article)
    _record(session, "article.placed", article, by, now, section=section.value, position=position)


def retire(session: Session, article: Article, *, by: Actor, now: datetime) -> None:
    """Take the article out of every list and the search, and keep it.

    Raises:
        Refused: "not_yours"; "article.retired" when it is already.
    """
    require(by)
    if article.retired_at is not None:
        raise Refused("article.retired")
    article.retired_at = now
    session.add(article)
    for text in _texts(session, article):
        public_search.remove(session, public_search.ARTICLE, text.id)
    _record(session, "article.retired", article, by, now)


def bring_back(session: Session, article: Article, *, by: Actor, now: datetime) -> None:
    """Make a retired article public again.

    Raises:
        Refused: "not_yours"; "article.not_retired".
    """
    require(by)
    if article.retired_at is None:
        raise Refused("article.not_retired")
    article.retired_at = None
    session.add(article)
    for text in _texts(session, article):
        _let_be_found(session, text)
    _record(session, "article.brought_back", article, by, now)


def answer(session: Session, article: Article, language: str, helped: bool, *, mark: str, now: datetime) -> None:
    """Count whether the article helped. Who answers again that day changes their answer."""
    said = find.answer_of(session, article.id, mark)
    if said is None:
        said = ArticleAnswer(article_id=article.id, language=language, helped=helped, mark=mark, at=now)
    said.helped = helped
    session.add(said)


def _texts(session: Session, article: Article) -> list[ArticleText]:
    known = find.article(session, article.slug)
    return list(known.texts.values()) if known else []


def _let_be_found(session: Session, text: ArticleText) -> None:
    words = markdown.plain(text.text)
    public_search.put(session, public_search.ARTICLE, text.id, text.language, text.title, words)


def _record(session: Session, act: str, article: Article, by: Actor, now: datetime, **facts: Any) -> None:
    audit.record(session, act, by=by.person_id, now=now, about=("article", article.id), **facts)
