"""A tsvector that is written down in PostgreSQL's own form is the one that PostgreSQL would read from text."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url

from mailbox_service.base.load import open_load
from mailbox_service.demo import bulk_forms
from mailbox_service.demo.bulk_vectors import Vector
from mailbox_service.tickets import search

MANY = " ".join(f"w{n % 7}" for n in range(2_500))
LONG = " ".join(f"w{n}" for n in range(16_000))


@pytest.mark.parametrize(
    ("always", "more"),
    [
        ("", ""),
        ("路灯 灯", ""),
        ("", "lamp"),
        ("b ab a abc", "路灯 a abd  é z"),
        (MANY, "w3 other w3"),
        (LONG, " ".join(f"v{n % 300} w1" for n in range(700))),
    ],
    ids=["nothing", "always", "only more", "order", "one word very often", "beyond the last place"],
)
def test_it_is_what_postgresql_reads_from_text(postgresql_url: str, always: str, more: str) -> None:
    form = bulk_forms.PostgreSQLForm()
    row = bulk_forms.binary_row(1, "note", 1, "zh", "", Vector(always).with_more(more))
    columns = ("id", "of_kind", "of_id", "language", "words", "vector")

    with open_load(postgresql_url) as load:
        load.put(form.batch([("public_text", columns, [row])]))
        load.finish()

    text = search.vector(f"{always} {more}" if always else more)
    with psycopg.connect(make_url(postgresql_url).set(drivername="postgresql").render_as_string(False)) as connection:
        same = "SELECT vector = %(text)s::tsvector, vector::text = %(text)s::tsvector::text FROM public_text"
        assert connection.execute(same, {"text": text}).fetchall() == [(True, True)]
