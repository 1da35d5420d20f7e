"""What is proposed, decided, judged and made public."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import Row, json, key, ref, word
from mailbox_service.tickets.tables.ticket import only_while
from mailbox_service.tickets.tables.words import ProposalKind, ProposalOutcome, Satisfaction


class Proposal(Row, table=True):
    """What one person asks and another decides. `asked_by` None means the citizen; an outcome `lapsed` has no decider.

    `details` by kind: extend {"days"}, decline {"instead"}, transfer {"body": {language: name}},
    publish {"publication_id"}, review (once agreed) {"department_id", "person_id"}.
    """

    __table_args__ = (
        only_while("uq_proposal_pending", "ticket_id", "kind", condition="outcome IS NULL"),
        sa.CheckConstraint("decided_by IS NULL OR asked_by IS NULL OR decided_by <> asked_by", name="two_people"),
        sa.Index("ix_proposal_ticket", "ticket_id", "id"),  # the case loader
        sa.Index(
            "ix_proposal_waiting",
            "kind",
            "id",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),  # Proposals to decide
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    round_no: int
    kind: ProposalKind = word(ProposalKind, "kind")
    reason: str
    details: dict[str, object] = json()
    asked_by: int | None = ref("person.id", default=None)
    asked_at: datetime
    decided_by: int | None = ref("person.id", default=None)
    decided_at: datetime | None = None
    outcome: ProposalOutcome | None = word(ProposalOutcome, "outcome", default=None, nullable=True)
    remark: str = ""


class Rating(Row, table=True):
    """The citizen's verdict on one round's reply. `solved` None: not asked or not said."""

    id: int = key()
    ticket_id: int = ref("ticket.id", index=True)
    round_no: int
    satisfaction: Satisfaction = word(Satisfaction, "satisfaction")
    solved: bool | None = None
    reason: str = ""
    at: datetime

    __table_args__ = (sa.UniqueConstraint("ticket_id", "round_no"),)


class Publication(Row, table=True):
    """A redacted copy of letter and reply. Public from `published_at` until `revoked_at`; its id is not the number.

    `language` is the reply's, `letter_language` what the letter was written in ("" unknown). `listed` False keeps
    search engines away from it (`noindex`, no feed, no sitemap); citizens find it all the same.
    """

    __table_args__ = (
        only_while("uq_publication_current", "ticket_id", condition="revoked_at IS NULL"),
        sa.Index("ix_publication_ticket", "ticket_id", "id"),  # a letter's page
        sa.Index("ix_publication_public", "published_at", "id"),  # the public list
        sa.Index("ix_publication_by_topic", "topic_id", "published_at", "id"),  # the same, by topic
        sa.Index("ix_publication_by_office", "department_id", "published_at", "id"),  # by office
        sa.Index("ix_publication_by_month", "month", "published_at", "id"),  # by month; the first and the last
        sa.Index("ix_publication_by_language", "language", "published_at", "id"),  # by the reply's language
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    public_id: str = Field(unique=True, max_length=20)
    language: str = Field(max_length=8)
    letter_language: str = Field(default="", max_length=16)
    topic_id: int | None = ref("topic.id", default=None)
    department_id: int | None = ref("department.id", default=None)
    month: date
    subject: str = Field(max_length=200)
    letter: str
    reply: str
    listed: bool = True
    proposed_by: int | None = ref("person.id", default=None)
    published_at: datetime | None = None
    revoked_at: datetime | None = None
