"""Starting what is measured: the bare yardstick and our service, each with one granian worker, on a fresh database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

START_SECONDS = 30
HERE = Path(__file__).parent


@dataclass
class Server:
    """A running server: where it listens, and the processes whose CPU time is its cost."""

    name: str
    port: int
    pids: tuple[int, ...]


@contextmanager
def bare(url: str, folder: Path, postmaster: int | None) -> Iterator[Server]:
    """The yardstick, unchanged."""
    path = make_url(url)
    env = {"BARE_DB": "sqlite", "BARE_PATH": str(folder / "bare.db")}
    if postmaster is not None:
        host = path.query["host"]
        env = {"BARE_DB": "psycopg", "BARE_DSN": f"host={host} user={path.username} dbname={path.database}"}
    with _granian("bare", "bare_app:app", env, postmaster, cwd=HERE) as server:
        yield server


@contextmanager
def ours(url: str, folder: Path, postmaster: int | None, **more: str) -> Iterator[Server]:
    """The whole service on a migrated database with the policies, offices and calendar of a city, without limits.

    `more` are further variables of its environment.
    """
    env = {
        "MAILBOX_DATABASE_URL": url,
        "MAILBOX_DATA_DIR": str(folder),
        "MAILBOX_SECRET": "s" * 40,
        "MAILBOX_LETTERS_PER_ADDRESS_PER_HOUR": "1000000",
        "MAILBOX_LETTERS_BEFORE_CHECK_PAGE": "1000000",
        "MAILBOX_FORM_MIN_SECONDS": "0",
        "MAILBOX_TRACKING_TRIES_PER_ADDRESS_PER_HOUR": "1000000",
        "MAILBOX_LOG_LEVEL": "warning",
        **more,
    }
    with _granian("ours", "benchmarks.ours:app", env, postmaster, "--factory", cwd=HERE.parent) as server:
        yield server


@contextmanager
def _granian(
    name: str, target: str, env: dict[str, str], postmaster: int | None, *more: str, cwd: Path
) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--port", str(port)]
    command += ["--no-ws", "--log-level", "warning", *more, target]
    process = subprocess.Popen(command, env=os.environ | env, cwd=cwd)
    try:
        _wait_for(port, process)
        yield Server(name, port, (process.pid, postmaster) if postmaster else (process.pid,))
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError("the server ended before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server does not listen")
