"""Bytes in the folder of files, and the rows that name them: neither may be there without the other for long.

Bytes come first. What throws them away again must know that no row names them: a row without its bytes is a letter
lost. Bytes without a row are only litter, which `jobs.files` takes away after a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from mailbox_service.base.db import Database, Work
from mailbox_service.base.files import Files
from mailbox_service.base.finish import to_the_end

Answer = TypeVar("Answer")


async def write(
    db: Database, work: Work[Answer], files: Files, keys: Iterable[str], *, names: Callable[[Answer], bool] = bool
) -> Answer:
    """Write rows that name these bytes. They are thrown away when the rows are not stored, or don't name them.

    `names` says so from the answer. Once begun it is done to its end, even when who asked is gone: a visitor who
    leaves can't stop a transaction, and nobody would hear how it ended.

    Raises:
        Refused: as the work, and `Database.writing`.
    """
    return await to_the_end(_write(db, work, files, list(keys), names))


async def _write(
    db: Database, work: Work[Answer], files: Files, keys: list[str], names: Callable[[Answer], bool]
) -> Answer:
    try:
        answer = await db.writing(work)
    except Exception as fault:
        if not _is_undecided(fault):
            await asyncio.to_thread(files.remove_all, keys)
        raise
    if not names(answer):
        await asyncio.to_thread(files.remove_all, keys)
    return answer


def _is_undecided(fault: Exception) -> bool:
    """Whether it may be stored all the same: the connection broke before the database had said so."""
    return isinstance(fault, DBAPIError) and fault.connection_invalidated
