"""Every column that may hold words is either on a list of what is erased, or named here with the reason why not."""

from __future__ import annotations

import sqlalchemy as sa

from mailbox_service.jobs.erase import FILES, TEXTS
from mailbox_service.tables import metadata

# Tables that hold nothing of a letter or of who wrote it.
NOT_OF_LETTERS = {
    "article", "article_answer", "article_text",  # what the city explains
    "calendar_change", "calendar_day", "calendar_year",  # which days are worked, and who said so
    "department", "deputy", "held_role", "person", "policy", "topic",  # who we are
    "canned_reply", "choice", "former_name", "routing_rule", "saved_view",  # what the city says and sorts by
    "figure_state",  # how the keeping of figures stands
    "imap_place", "job_run", "number_sequence", "seal", "staff_session",
    "recovery_code", "second_factor", "staff_link",  # how we get in
}  # fmt: skip
HARMLESS = {
    "mail.sender": "an office's name, public",
    "mail_pause.why": "an administrator's reason, about no letter",
    "audit_row.act": "a word of the domain",
    "audit_row.facts": "ids, words and numbers, never what a letter says",
    "audit_row.subject_kind": "a word of the domain",
    "event.act": "a word of the domain",
    "event.actor_kind": "a word of the domain",
    "event.facts": "ids, words and numbers: history holds no free text",
    "event.status_after": "a word of the domain",
    "event.status_before": "a word of the domain",
    "assignment.pauses": "days on which a clock stood",
    "attachment.content_type": "told by the service from the content",
    "figure_sum.counts": "numbers",
    "figure_sum.dimension": "a word of the domain",
    "figure_sum.id": "words, days and ids",
    "figure_sum.span": "a word of the domain",
    "figure_sum.value": "a word of the domain, a language or an id",
    "lead_fact.language": "a language",
    "mail.claimed_by": "a worker's random name",
    "mail.failure": "a code, never what a server wrote",
    "mail.language": "a language",
    "mail.message_id": "made by the service",
    "mail.notice": "which notice it is",
    "message.language": "a language",
    "phone_call.what": "which notice it is",
    "public_text.language": "a language; the row goes",
    "public_text.of_kind": "a word of the domain; the row goes",
    "publication.language": "a language",
    "publication.letter_language": "a language",
    "publication.public_id": "a random address, dead since the copy was taken down",
    "published_month.parts": "rounded numbers, and names of offices and topics",
    "published_month.remark": "a manager's remark about a month's figures, about no letter",
    "published_month.whole": "rounded numbers",
    "rate_window.client": "a hash, gone after two days",
    "rate_window.rule": "which limit it is",
    "received.claimed_by": "a worker's random name",
    "received.digest": "a hash: what comes once more is not taken once more",
    "received.reason": "a word of the domain",
    "reply.text_hash": "proves what was approved, and tells nothing of it",
    "round.pauses": "days on which the clock stood",
    "round_fact.language": "a language",
    "staff_text.of_kind": "a word of the domain; the row goes",
    "ticket.language": "a language",
    "ticket.number": "the letter's name in every figure",
    "ticket.once_key": "the form's random key",
    "ticket.privacy_version": "which notice was shown",
    "translation.language": "a language",
    "translation.source_hash": "proves what was translated, and tells nothing of it",
    "upload.content_type": "as attachment; waits a day for its letter and goes",
    "upload.holder": "a hash; waits a day for its letter and goes",
    "upload.name": "waits a day for its letter and goes, or becomes an attachment",
    "upload.sha256": "waits a day for its letter and goes",
    "upload.stored": "waits a day for its letter and goes",
}


def test_every_column_with_words_is_erased_or_harmless():
    assert sorted(wordy() - erased() - set(HARMLESS)) == []


def test_every_listed_column_exists():
    assert sorted((erased() | set(HARMLESS)) - wordy()) == []


def test_nothing_is_both_erased_and_harmless():
    assert erased() & set(HARMLESS) == set()


def test_every_listed_row_is_found_by_its_letter():
    for texts in (*TEXTS, *FILES):
        table = metadata.tables[texts.table]
        assert {texts.of, *texts.columns} <= set(table.c.keys())
        assert not texts.through or "ticket_id" in metadata.tables[texts.through].c


def wordy():
    """Columns of free text or JSON; the words of an enum are no text."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if table.name not in NOT_OF_LETTERS
        for column in table.c
        if holds_words(column.type)
    }


def holds_words(kind):
    own = kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind
    return isinstance(own, sa.String | sa.JSON | sa.LargeBinary) and not isinstance(own, sa.Enum)


def erased():
    return {f"{texts.table}.{column}" for texts in (*TEXTS, *FILES) for column in texts.columns}
