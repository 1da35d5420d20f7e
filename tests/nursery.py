"""Processes for the tests that kill them. What they import is imported once: they are born of one that has it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

IMPORTED = ["tests.doors.killable", "tests.rooms.kept"]


def born(work: Callable[..., None], *facts: Any, **environment: str) -> BaseProcess:
    """A process that has just begun this work, with these variables beside what the first was born with."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    process = context.Process(target=_live, args=(work, facts, environment), daemon=True)
    process.start()
    return process


def _live(work: Callable[..., None], facts: tuple[Any, ...], environment: dict[str, str]) -> None:
    os.environ.update(environment)
    work(*facts)
