"""PostgreSQL's own tools, called with the settings' address. A password goes by the environment, not by an argument."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from mailbox_service.backup import BackupError

# Who is signed in does not go into a backup; and a database without a revision is one whose restore isn't finished.
DUMP = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=staff_session",
        "--exclude-table-data=alembic_version")  # fmt: skip
RESTORE = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
_PASSED_ON = ("host", "hostaddr", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
_NAMES = {"username": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT", "database": "PGDATABASE"}


def dump(url: str, to: Path, snapshot: str) -> None:
    """Write the database as of the exported snapshot.

    Raises:
        BackupError: pg_dump is not installed, or with what it said.
    """
    _run("pg_dump", *DUMP, f"--snapshot={snapshot}", f"--file={to}", url=url)


def look_into(source: Path) -> None:
    """Make sure that pg_restore is here and can read the dump, before anything is given up for it.

    Raises:
        BackupError: pg_restore is not installed, or with what it said.
    """
    _run("pg_restore", "--list", str(source), url="postgresql://")


def load(url: str, source: Path) -> None:
    """Fill an empty database, whole or not at all.

    Raises:
        BackupError: pg_restore is not installed, or with what it said.
    """
    _run("pg_restore", *RESTORE, f"--dbname={make_url(url).database}", str(source), url=url)


def _run(*words: str, url: str) -> None:
    try:
        done = subprocess.run(words, env=os.environ | _address(url), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BackupError(f"{words[0]} is not installed here: install PostgreSQL's client programs.") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise BackupError(f"{words[0]} failed: {said[0]}")


def _address(url: str) -> dict[str, str]:
    """The database's address as the tools read it from their environment."""
    parts = make_url(url)
    found = {name: str(getattr(parts, part)) for part, name in _NAMES.items() if getattr(parts, part)}
    return found | {f"PG{key.upper()}": str(value) for key, value in parts.query.items() if key in _PASSED_ON}
