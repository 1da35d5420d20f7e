"""Processes for the tests that kill them. What they import is imported once: they are born of one that has it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

IMPORTED = ["mailbox_service.asgi", "tests.doors.killable", "tests.rooms.kept"]
OURS = "MAILBOX_"


def born(work: Callable[..., None], *facts: Any, **environment: str) -> BaseProcess:
    """A process that has just begun this work; of the service's own variables it knows those named here."""
    return _begun(True, work, facts, environment)


def head(work: Callable[..., None], *facts: Any, **environment: str) -> BaseProcess:
    """The same, for one that has processes of its own: all of them are killed with its group.

    Who asks for it sees to that, or the tests wait for it when they end.
    """
    return _begun(False, _at_the_head, (work, *facts), environment)


def _begun(daemon: bool, work: Callable[..., None], facts: tuple[Any, ...], environment: dict[str, str]) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    process = context.Process(target=_live, args=(work, facts, environment), daemon=daemon)
    process.start()
    return process


def _live(work: Callable[..., None], facts: tuple[Any, ...], environment: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    os.environ.update(environment)
    work(*facts)


def _at_the_head(work: Callable[..., None], *facts: Any) -> None:
    multiprocessing.set_start_method("fork", force=True)  # a process that was started by hand has it
    os.setsid()
    work(*facts)
