"""Making a backup of the living service: first the database, then the files it names, then the manifest.

Everything is written into a folder aside, `<name>.part`, which gets its name at the very end: a folder without
`.part` is whole. After an interruption the same command goes on: files that are there already are only checked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlmodel import Session

from mailbox_service.backup import BackupError, Say, in_plain_words, manifest, snapshot
from mailbox_service.backup.manifest import Manifest
from mailbox_service.base import audit
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import ActorKind

TOLD_EVERY = 500  # files


def backup(settings: Settings, to: Path, *, now: datetime, say: Say) -> Manifest:
    """Make a backup in the folder `to`, which must not exist yet; answers what it holds.

    Raises:
        BackupError: the folder is there already; the disk is full; the database can't be copied.
    """
    if to.exists():
        raise BackupError(f"{to} is there already. A backup gets a folder of its own.")
    with in_plain_words(say):
        return _into(settings, to, now, say)


def _into(settings: Settings, to: Path, now: datetime, say: Say) -> Manifest:
    aside = to.with_name(f"{to.name}.part")
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    (aside / manifest.NAME).unlink(missing_ok=True)
    taken = snapshot.take(settings, aside, say)
    sums, missing = _files(settings, aside / "files", taken.files, say)
    manifest.write_list(aside, sums)
    made = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=version("mailbox-service"),
        migration=taken.migration,
        database=taken.kind,
        database_file=taken.file,
        database_sha256=manifest.sha256(aside / taken.file),
        files=len(sums),
        files_bytes=sum(manifest.place(aside / "files", key).stat().st_size for key in sums),
        list_sha256=manifest.sha256(aside / manifest.LIST),
        rows=taken.rows,
        audit_head=taken.audit_head,
        missing=missing,
    )
    made.write(aside)
    os.sync()
    aside.rename(to)
    return made


def note(session: Session, made: Manifest, now: datetime) -> None:
    """A copy of everything was made: that stands in the log."""
    audit.record(session, "backup.made", by=None, kind=ActorKind.OPERATOR, now=now,
                 letters=made.rows["ticket"], files=made.files)  # fmt: skip


def _files(settings: Settings, to: Path, wanted: dict[str, str], say: Say) -> tuple[dict[str, str], list[str]]:
    """Bring the files together; answers those that are right, and the keys of those missing or damaged."""
    _drop_others(to, set(wanted))
    sums: dict[str, str] = {}
    lost: set[str] = set()
    for n, (key, digest) in enumerate(sorted(wanted.items()), start=1):
        if _bring(manifest.place(settings.files_dir, key), manifest.place(to, key), digest):
            sums[key] = digest
        else:
            lost.add(key)
        if n % TOLD_EVERY == 0 or n == len(wanted):
            say(f"Files: {n} of {len(wanted)}")
    return sums, sorted(snapshot.still_named(settings, lost)) if lost else []


def _bring(source: Path, target: Path, digest: str) -> bool:
    """Copy one file, unless an earlier try has; False when it is gone, unreadable or not what the database knows."""
    if target.exists() and manifest.sha256(target) == digest:
        return True
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as copy:
        for piece in _pieces(source):
            copy.write(piece)
    if manifest.sha256(target) == digest:
        return True
    target.unlink()
    return False


def _pieces(source: Path) -> Iterator[bytes]:
    """What can be read of a file: nothing when it is gone, a part of it when the disk fails."""
    with suppress(OSError), source.open("rb") as file:
        while piece := file.read(manifest.CHUNK):
            yield piece


def _drop_others(to: Path, wanted: set[str]) -> None:
    """What an interrupted try has brought, and nobody names any more."""
    for path in to.glob("??/*"):
        if path.name not in wanted:
            path.unlink()
