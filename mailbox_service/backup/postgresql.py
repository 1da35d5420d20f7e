"""PostgreSQL's own tools, called with the settings' address. A password goes by the environment, not by an argument."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from mailbox_service.backup import BackupError

# Who is signed in does not go into a backup; and a database without a revision is one whose restore isn't finished.
DUMP = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=staff_session",
        "--exclude-table-data=alembic_version")  # fmt: skip
RESTORE = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
_NAMES = {"username": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT", "database": "PGDATABASE"}


def has(tool: str) -> bool:
    """Whether the tool is installed here."""
    return shutil.which(tool) is not None


def dump(url: str, to: Path, snapshot: str) -> None:
    """Write the database as of the snapshot, whole or not at all.

    Raises:
        BackupError: with what pg_dump said.
    """
    aside = to.with_name(f"{to.name}.new")
    _run("pg_dump", *DUMP, f"--snapshot={snapshot}", f"--file={aside}", url=url)
    aside.replace(to)


def command(to: Path) -> str:
    """What to type where pg_dump is, when it isn't here."""
    return f"pg_dump {' '.join(DUMP)} --file={to} DATABASE"


def load(url: str, source: Path) -> None:
    """Fill an empty database, whole or not at all.

    Raises:
        BackupError: pg_restore is not installed, or with what it said.
    """
    if not has("pg_restore"):
        raise BackupError("pg_restore is not installed here: install PostgreSQL's client programs.")
    _run("pg_restore", *RESTORE, f"--dbname={make_url(url).database}", str(source), url=url)


def _run(*words: str, url: str) -> None:
    done = subprocess.run(words, env=os.environ | _address(url), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise BackupError(f"{words[0]} failed: {said[0]}")


def _address(url: str) -> dict[str, str]:
    """The database's address as the tools read it from their environment."""
    parts = make_url(url)
    found = {name: str(getattr(parts, part)) for part, name in _NAMES.items() if getattr(parts, part)}
    return found | {f"PG{key.upper()}": str(value) for key, value in parts.query.items() if key in ("host", "sslmode")}
