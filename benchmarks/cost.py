"""CPU time of processes, from the kernel's own account: a server with its workers, a PostgreSQL with its backends."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(*roots: int) -> float:
    """User and system seconds so far of these processes, their living descendants and reaped children."""
    stats = _all()
    return sum(stats[pid][1] for pid in _with_descendants(roots, stats)) / TICK


def cpu_now(*roots: int) -> float:
    """The same to the nanosecond, of threads that live: for what takes a few ticks (a tick is ten milliseconds)."""
    pids = _with_descendants(roots, _all())
    return sum(int(_read(place).partition(" ")[0] or 0) for pid in pids for place in _threads(pid)) / 1e9


def _threads(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").glob("*/schedstat"))


def _read(place: Path) -> str:
    try:
        return place.read_text()
    except OSError:
        return ""  # it ended while we looked


def _with_descendants(roots: Iterable[int], stats: Mapping[int, tuple[int, int]]) -> set[int]:
    wanted = set(roots)
    for _ in range(8):
        wanted |= {pid for pid, (parent, _) in stats.items() if parent in wanted}
    return wanted & stats.keys()


def _all() -> dict[int, tuple[int, int]]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            found[int(folder.name)] = (int(fields[1]), sum(int(each) for each in fields[11:15]))
    return found
