"""Every SELECT that starts at an article. What is retired is found by staff alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.guidance.tables import Article, ArticleAnswer, ArticleText, Section

MOST = 50  # articles on a section's page
FALLBACKS = ("en", "zh", "ja", "ko")  # which text stands for a missing one, as `base.language` falls back


class Title(NamedTuple):
    """An article in one language, without its text."""

    id: int
    article_id: int
    language: str
    title: str
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """An article in a list, with its titles by language; it has at least one."""

    article: Article
    titles: Mapping[str, Title]

    def best(self, lang: str) -> Title:
        """The title in that language, else in the next one that is there."""
        return next(self.titles[code] for code in (lang, *FALLBACKS) if code in self.titles)

    @property
    def changed_at(self) -> datetime:
        """When a text of it was last saved."""
        return max(title.saved_at for title in self.titles.values())


@dataclass(frozen=True, slots=True)
class Known:
    """An article with all its texts by language."""

    article: Article
    texts: Mapping[str, ArticleText]


class Found(NamedTuple):
    """What the search found: enough for a hit's title, address and excerpt."""

    id: int
    slug: str
    section: Section
    language: str
    title: str
    text: str


class Address(NamedTuple):
    """Where an article can be read: for the list of addresses that search engines ask for."""

    language: str
    section: Section
    slug: str
    saved_at: datetime


class Judged(NamedTuple):
    """How often an article answered the question of who read it."""

    yes: int
    no: int


_in_order = (col(Article.position), col(Article.id).desc())  # by position, then the newest first


def section(session: Session, where: Section, *, after: int | None = None, limit: int = MOST) -> list[Line]:
    """A section's articles by position, then newest first; `after` is the last article's id of the page before."""
    wanted = select(Article).where(col(Article.section) == where, col(Article.retired_at).is_(None))
    if last := session.get(Article, after) if after is not None else None:
        further = sa.and_(col(Article.position) == last.position, col(Article.id) < last.id)
        wanted = wanted.where(sa.or_(col(Article.position) > last.position, further))
    return _lines(session, session.exec(wanted.order_by(*_in_order).limit(limit)).all())


def beginnings(session: Session, *, each: int) -> dict[Section, list[Line]]:
    """The first articles of every section that has any, in the sections' order."""
    found = {where: section(session, where, limit=each) for where in Section}
    return {where: lines for where, lines in found.items() if lines}


def every(session: Session, *, limit: int = 1_000) -> list[Line]:
    """All articles for those who write them, retired ones last."""
    retired = sa.case((col(Article.retired_at).is_(None), 0), else_=1)
    wanted = select(Article).order_by(retired, col(Article.section), *_in_order).limit(limit)
    return _lines(session, session.exec(wanted).all())


def _lines(session: Session, articles: Sequence[Article]) -> list[Line]:
    titles: dict[int, dict[str, Title]] = {article.id: {} for article in articles}
    wanted = sa.select(
        col(ArticleText.id),
        col(ArticleText.article_id),
        col(ArticleText.language),
        col(ArticleText.title),
        col(ArticleText.version),
        col(ArticleText.saved_at),
    )
    for row in session.connection().execute(wanted.where(col(ArticleText.article_id).in_(titles))):
        titles[row.article_id][row.language] = Title(*row)
    return [Line(article, titles[article.id]) for article in articles if titles[article.id]]


def article(session: Session, slug: str) -> Known | None:
    """The article at that address with all its texts, retired or not."""
    found = session.exec(select(Article).where(Article.slug == slug)).first()
    if found is None:
        return None
    texts = session.exec(select(ArticleText).where(ArticleText.article_id == found.id))
    return Known(found, {text.language: text for text in texts})


def text(session: Session, article_id: int, language: str) -> ArticleText | None:
    """An article's text in one language, as it is stored now."""
    wanted = select(ArticleText).where(ArticleText.article_id == article_id, ArticleText.language == language)
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def by_texts(session: Session, text_ids: Collection[int]) -> dict[int, Found]:
    """Articles by the ids of their texts, as the search names them. What was retired meanwhile is left out."""
    wanted = (
        sa.select(
            col(ArticleText.id),
            col(Article.slug),
            col(Article.section),
            col(ArticleText.language),
            col(ArticleText.title),
            col(ArticleText.text),
        )
        .join(Article, col(Article.id) == col(ArticleText.article_id))
        .where(col(ArticleText.id).in_(text_ids), col(Article.retired_at).is_(None))
    )
    return {row.id: Found(*row) for row in session.connection().execute(wanted)}


def addresses(session: Session, *, limit: int = 10_000) -> list[Address]:
    """Every article that can be read, once for each of its languages, the newest first."""
    wanted = (
        sa.select(col(ArticleText.language), col(Article.section), col(Article.slug), col(ArticleText.saved_at))
        .join(Article, col(Article.id) == col(ArticleText.article_id))
        .where(col(Article.retired_at).is_(None))
        .order_by(col(ArticleText.id).desc())
        .limit(limit)
    )
    return [Address(*row) for row in session.connection().execute(wanted)]


def judged(session: Session, article_ids: Collection[int]) -> dict[int, Judged]:
    """What readers answered to "Did this answer your question?", by article."""
    helped = sa.func.count(sa.case((col(ArticleAnswer.helped), 1)))
    wanted = (
        sa.select(col(ArticleAnswer.article_id), helped, sa.func.count())
        .where(col(ArticleAnswer.article_id).in_(article_ids))
        .group_by(col(ArticleAnswer.article_id))
    )
    return {id_: Judged(yes, n - yes) for id_, yes, n in session.connection().execute(wanted)}


def answer_of(session: Session, article_id: int, mark: str) -> ArticleAnswer | None:
    """What this reader answered today."""
    wanted = select(ArticleAnswer).where(ArticleAnswer.article_id == article_id, ArticleAnswer.mark == mark)
    return session.exec(wanted).first()
