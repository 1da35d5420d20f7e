"""A small HTTP client that costs little itself: keep-alive connections, one request after the other on each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Build = Callable[[int], tuple[str, str, Mapping[str, str], bytes]]  # n → method, path, headers, body


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def cookies(self) -> str:
        """The cookies it set, as a Cookie header."""
        return "; ".join(each.split(";", 1)[0] for each in self.headers.get("set-cookie", []))


@dataclass
class Measured:
    """One run: how long each request took (seconds), how many were refused, how long it took altogether."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    wall: float = 0.0

    def quantile(self, share: float) -> float:
        """The duration that this share of the requests stayed under."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send one request and read its answer."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._read()

    async def _read(self) -> Answer:
        assert self._reader is not None
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, list[str]] = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        length = int(headers.get("content-length", ["0"])[0])
        return Answer(int(head[0].split()[1]), headers, await self._reader.readexactly(length))

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()


async def drive(port: int, build: Build, *, requests: int, connections: int, expect: int) -> Measured:
    """Send the built requests over so many connections, and measure each."""
    measured, numbers = Measured(), iter(range(requests))
    started = time.perf_counter()
    await asyncio.gather(*(_one(port, build, numbers, measured, expect) for _ in range(connections)))
    measured.wall = time.perf_counter() - started
    return measured


async def _one(port: int, build: Build, numbers: object, measured: Measured, expect: int) -> None:
    connection = Connection(port)
    for n in numbers:  # type: ignore[attr-defined]
        method, path, headers, body = build(n)
        begun = time.perf_counter()
        answer = await connection.ask(method, path, headers, body)
        measured.seconds.append(time.perf_counter() - begun)
        measured.refused += answer.status != expect
    connection.close()
