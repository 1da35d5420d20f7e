"""Backup and restore: the database as of one moment with the files it names, and the way back from it.

`make` writes a folder that holds no secret; `restore` makes a running city of it again, without the letters
that were erased since. `postgresql` calls that database's own tools. Neither knows the command line.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from mailbox_service.base.refusals import Refused

Say = Callable[[str], None]  # a line to whoever watches

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


class BackupError(ValueError):
    """Why it can't be done. The text is the sentence."""


@contextmanager
def in_plain_words(say: Say) -> Iterator[None]:
    """Turns a full disk, a damaged SQLite file and Ctrl-C into sentences; other faults pass."""
    try:
        yield
    except KeyboardInterrupt:
        say("Stopped half way. Run the same command again: it goes on.")
        raise
    except (OSError, sqlite3.Error, DBAPIError, Refused) as fault:
        if _is_no_room(fault):
            raise BackupError("the disk is full. Make room and run the same command again: it goes on.") from fault
        cause = fault.orig if isinstance(fault, DBAPIError) else fault
        if isinstance(cause, sqlite3.Error):
            raise BackupError(f"the database can't be read or written: {cause}.") from fault
        raise


def _is_no_room(fault: OSError | sqlite3.Error | DBAPIError | Refused) -> bool:
    if isinstance(fault, Refused):
        return fault.code == "storage.full"
    if isinstance(fault, OSError):
        return fault.errno in _NO_ROOM
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    return getattr(cause, "sqlite_errorcode", None) in _NO_ROOM_SQLITE
