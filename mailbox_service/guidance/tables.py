"""Articles, their texts in each language, and whether they helped."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import Row, key, ref, word


class Section(StrEnum):
    """Where an article stands."""

    ABOUT_CITY = "about_city"
    GOVERNMENT_BULLETIN = "government_bulletin"
    LATEST_NEWS = "latest_news"
    LAWS = "laws"
    HOW_TO = "how_to"


class Article(Row, table=True):
    """One article. Its address holds `slug` for ever; retired, it leaves every list and the search."""

    __table_args__ = (sa.Index("ix_article_section", "section", "position", "id"),)  # a section's page

    id: int = key()
    slug: str = Field(unique=True, max_length=80)
    section: Section = word(Section, "section")
    position: int = 0
    added_at: datetime
    retired_at: datetime | None = None


class ArticleText(Row, table=True):
    """An article in one language: Markdown as it was written. `version` is counted up by every save."""

    __tablename__ = "article_text"
    __table_args__ = (sa.UniqueConstraint("article_id", "language"),)

    id: int = key()
    article_id: int = ref("article.id")
    language: str = Field(max_length=8)
    title: str = Field(max_length=200)
    text: str
    version: int = 1
    saved_by: int | None = ref("person.id", default=None)
    saved_at: datetime


class ArticleAnswer(Row, table=True):
    """Somebody's answer to "Did this answer your question?". `mark` lets one visitor answer once a day."""

    __tablename__ = "article_answer"
    __table_args__ = (sa.UniqueConstraint("article_id", "mark"),)

    id: int = key()
    article_id: int = ref("article.id")
    language: str = Field(max_length=8)
    helped: bool
    mark: str = Field(max_length=64)
    at: datetime
