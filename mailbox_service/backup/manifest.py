"""What a backup says about itself (`manifest.json`), and the list of its files (`files.sha256`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mailbox_service.backup import BackupError

FORMAT = 1
NAME, LIST = "manifest.json", "files.sha256"
CHUNK = 1024 * 1024
KEEP_APART = (
    "MAILBOX_SECRET: without it no access code and no link opens a letter.",
    "MAILBOX_SMTP_PASSWORD, and the password in MAILBOX_DATABASE_URL.",
    "the other MAILBOX_* settings, and the file that MAILBOX_CONFIG names.",
    "the list in MAILBOX_ERASURES_FILE (of every node): without it, what was erased since comes back.",
)


@dataclass(frozen=True)
class Manifest:
    """What the folder holds. `rows` counts the tables; `audit_head` is the last hash of the sealed chain.

    `missing` names files that the database knows and the disk no longer had, or had with other bytes.
    """

    made_at: str
    version: str
    migration: str
    database: str
    database_file: str
    database_sha256: str
    files: int
    files_bytes: int
    list_sha256: str
    rows: dict[str, int]
    audit_head: str
    missing: list[str] = field(default_factory=list)
    keep_apart: tuple[str, ...] = KEEP_APART
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Put it down, last of all."""
        (folder / NAME).write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def read(folder: Path) -> Manifest:
    """The folder's manifest.

    Raises:
        BackupError: the folder is no backup, or of a kind this version doesn't know.
    """
    try:
        facts = json.loads((folder / NAME).read_text("utf-8"))
        if facts["format"] == FORMAT:
            return Manifest(**{**facts, "keep_apart": tuple(facts["keep_apart"])})
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {NAME}.") from None
    except (ValueError, TypeError, KeyError) as wrong:
        raise BackupError(f"the backup is damaged: {folder / NAME} can't be read.") from wrong
    raise BackupError(f"{folder} was made by another version: its format is {facts['format']}, not {FORMAT}.")


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def place(files: Path, key: str) -> Path:
    """Where a stored file lies in the folder of files."""
    return files / key[:2] / key


def write_list(folder: Path, sums: dict[str, str]) -> None:
    """The stored files with their sums, as `sha256sum --check` reads them."""
    lines = (f"{digest}  files/{key[:2]}/{key}\n" for key, digest in sorted(sums.items()))
    (folder / LIST).write_text("".join(lines), "ascii")


def read_list(folder: Path) -> dict[str, str]:
    """The stored files: key → sum."""
    lines = (folder / LIST).read_text("ascii").splitlines()
    return {path.rpartition("/")[2]: digest for digest, _, path in (line.partition("  ") for line in lines)}
