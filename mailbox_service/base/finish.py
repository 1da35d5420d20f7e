"""What must be done whole, even when who asked for it is gone: in the midst of it nobody could say what was done.

A mail server that hangs up, a job that fails beside others: asyncio cancels what waits for them. What goes on in a
thread, or at the other end of a line, is not cancelled by that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def to_the_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Do it whole, even when who asked is gone: they are cancelled once it is done."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        await asyncio.wait([task])
        task.exception()  # nobody hears it; unheard, it would be logged, and its text may quote a letter
        raise
    return task.result()
