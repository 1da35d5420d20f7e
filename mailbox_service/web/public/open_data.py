"""The published figures for programs: CSV and JSON, all months or one, each version at an address of its own.

The fields and their rules stand in docs/open-data.md. What is said here was said already: nothing is computed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.settings import Settings
from mailbox_service.render import csv_file
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.statistics.public import ALL, FIELDS, FIGURES, Line, fields_of
from mailbox_service.tickets.tables import PublishedMonth
from mailbox_service.web.site import Visit

MOST_MONTHS = 36  # in one file of all parts; older months have files of their own
ASK_AGAIN, FOR_GOOD = "public, no-cache", "public, max-age=86400, immutable"
KINDS = {"csv": csv_file.MEDIA_TYPE, "json": "application/json"}
NAMES = tuple(f"name_{lang}" for lang in LANGUAGES)
HEADS = ("month", "version", "published_at", "dimension", "code", *NAMES, *FIELDS)
_FILE = re.compile(r"(?:figures|(\d{4}-(?:0[1-9]|1[0-2]))(?:\.v([1-9]\d{0,3}))?)\.(csv|json)")


def address(month: date, version: int, kind: str) -> str:
    """Where that version of a month lies for good."""
    return f"/open-data/{month:%Y-%m}.v{version}.{kind}"


@get("/open-data/{file:str}")
async def open_data(request: Visit) -> Response[bytes]:
    """figures.csv and figures.json: the newest version of each month; 2026-06.json: of one; 2026-06.v1.json: that one.

    Raises:
        NotFoundException: for any other name, and for what was never published.
    """
    named = _FILE.fullmatch(request.word("file"))
    if named is None:
        raise NotFoundException
    month, version, kind = named.groups()

    def read(session: Session) -> Sequence[PublishedMonth]:
        if month is None:
            return _all(session, kind)
        row = published.of(session, date.fromisoformat(f"{month}-01"), int(version) if version else None)
        return [row] if row else []

    rows = await request.site.db.reading(read)
    if month and not rows:
        raise NotFoundException
    return _answer(request, rows, kind, single=bool(month), for_good=bool(version))


def _all(session: Session, kind: str) -> Sequence[PublishedMonth]:
    if kind == "json":  # an index: each month's own file holds its parts
        return published.months(session, limit=published.MOST_MONTHS)
    return published.newest(session, MOST_MONTHS)


def _answer(
    visit: Visit, rows: Sequence[PublishedMonth], kind: str, *, single: bool, for_good: bool
) -> Response[bytes]:
    """The file, or that its reader has it already, which is known before it is written."""
    settings = visit.site.shown
    mark = _mark(rows, kind, settings)
    changed = max((row.computed_at for row in rows), default=datetime(2020, 1, 1, tzinfo=UTC))
    headers = {
        "ETag": mark,
        "Cache-Control": FOR_GOOD if for_good else ASK_AGAIN,
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        "Access-Control-Allow-Origin": "*",
    }
    if mark in (visit.headers.get("if-none-match") or ""):
        return Response(b"", status_code=304, headers=headers, media_type=KINDS[kind])
    if kind == "csv":
        content = csv_file.plain(HEADS, [cells for row in rows for cells in _cells(row)])
    else:
        content = _json(_month(rows[0], settings) if single else _index(rows, settings))
    return Response(content, headers=headers, media_type=KINDS[kind])


def _mark(rows: Sequence[PublishedMonth], kind: str, settings: Settings) -> str:
    made_of = [kind, *(str(row.id) for row in rows), *HEADS, json.dumps(_said(settings))]
    return f'"{hashlib.sha256("/".join(made_of).encode()).hexdigest()[:24]}"'


def _cells(row: PublishedMonth) -> list[list[Any]]:
    """The line of all, and those of the parts."""
    about = [f"{row.month:%Y-%m}", row.version, row.computed_at.astimezone(UTC).isoformat(timespec="seconds")]
    lines: list[Line] = [row.whole, *row.parts] if row.whole else []
    return [
        [*about, line["dimension"], line["code"], *(line["name"].get(lang, "") for lang in LANGUAGES), *_figures(line)]
        for line in lines
    ]


def _figures(line: Line) -> list[Any]:
    return [line.get(field) for field in FIELDS]


# --- JSON ------------------------------------------------------------------------------------


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _said(settings: Settings) -> dict[str, Any]:
    return {"city": settings.city_name, "service": settings.service_name, "licence": settings.open_data_licence}


def _index(rows: Sequence[PublishedMonth], settings: Settings) -> dict[str, Any]:
    return _said(settings) | {"fields": _meanings(), "months": [_about(row, settings) for row in rows]}


def _month(row: PublishedMonth, settings: Settings) -> dict[str, Any]:
    parts = [{key: line.get(key) for key in ("dimension", "code", "name", *FIELDS)} for line in row.parts]
    return _said(settings) | _about(row, settings) | {"parts": parts}


def _about(row: PublishedMonth, settings: Settings) -> dict[str, Any]:
    files = [f"{settings.public_url}{address(row.month, nth, 'json')}" for nth in range(1, row.version + 1)]
    return {
        "month": f"{row.month:%Y-%m}",
        "version": row.version,
        "published_at": row.computed_at.astimezone(UTC).isoformat(timespec="seconds"),
        "reason": row.why.value,
        "versions": files,
        ALL: dict(zip(FIELDS, _figures(row.whole), strict=True)),
    }


def _meanings() -> dict[str, Any]:
    return {
        field: {
            "figure": figure.value,
            "name": {lang: say(lang, figure.name_key) for lang in LANGUAGES},
            "definition": {lang: say(lang, figure.definition_key) for lang in LANGUAGES},
        }
        for figure in FIGURES
        for field in fields_of(figure)
    }
