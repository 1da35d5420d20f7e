"""Batches that PostgreSQL stores side by side are stored one after the other, and by any role that may insert."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import make_url

from mailbox_service.base.load import Batch, open_load
from mailbox_service.demo import bulk_forms
from mailbox_service.demo.bulk_vectors import Vector

FORM = bulk_forms.PostgreSQLForm()
COLUMNS = ("id", "of_kind", "of_id", "language", "words", "vector")


def a_text(id_: int) -> Batch:
    row = bulk_forms.binary_row(id_, "letter", id_, "zh", "", Vector("路灯").with_more(""))
    return FORM.batch([("public_text", COLUMNS, [row])])


def of_no_letter() -> Batch:
    return FORM.batch([("likeness", ("ticket_id", "band", "hash"), [("1", "1", "1")])])


def texts(url: str) -> list[int]:
    with connected(url) as connection:
        return [id_ for (id_,) in connection.execute("SELECT id FROM public_text ORDER BY id")]


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[tuple[int]]]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@pytest.fixture
def clerk_url(postgresql_url: str) -> Iterator[str]:
    """The database as a role sees it that may insert, and may leave out no check."""
    with connected(postgresql_url) as connection:
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO clerk")
        yield make_url(postgresql_url).set(username="clerk").render_as_string(hide_password=False)
        connection.execute("DROP OWNED BY clerk")
        connection.execute("DROP ROLE clerk")


def test_batches_are_counted_once_they_are_stored(postgresql_url: str) -> None:
    with open_load(postgresql_url) as load:
        for id_ in range(1, 6):
            load.put(a_text(id_))
            assert load.stored >= id_ - 2
        load.finish()

    assert load.stored == 5
    assert texts(postgresql_url) == [1, 2, 3, 4, 5]


def test_a_batch_is_not_stored_when_the_one_before_failed(clerk_url: str) -> None:
    with open_load(clerk_url) as load:
        load.put(a_text(1))
        load.put(of_no_letter())
        load.put(a_text(2))
        with pytest.raises(errors.ForeignKeyViolation):
            load.finish()

    assert load.stored == 1
    assert texts(clerk_url) == [1]


def test_what_is_on_its_way_is_stored_when_the_one_who_fills_is_stopped(postgresql_url: str) -> None:
    def stopped() -> None:
        with open_load(postgresql_url) as load:
            load.put(a_text(1))
            load.put(a_text(2))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()

    assert texts(postgresql_url) == [1, 2]
