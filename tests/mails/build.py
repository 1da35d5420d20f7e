"""Putting messages together byte by byte, as programs of all kinds do it, wrongly too."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Example:
    """A message, and what is understood of it: only the fields named are compared."""

    name: str
    raw: bytes
    expected: dict[str, Any] = field(default_factory=dict)


def b64(data: bytes) -> bytes:
    """Base64 in lines of 76."""
    return base64.encodebytes(data)


def word(text: str, charset: str = "utf-8", *, label: str = "") -> bytes:
    """One encoded word, in base64."""
    return b"=?" + (label or charset).encode() + b"?B?" + base64.b64encode(text.encode(charset)) + b"?="


def quoted(text: str, charset: str = "utf-8", *, label: str = "") -> bytes:
    """One encoded word, in Q."""
    data = "".join(f"={byte:02X}" for byte in text.encode(charset)).encode()
    return b"=?" + (label or charset).encode() + b"?Q?" + data + b"?="


def mail(
    *headers: bytes, body: bytes = b"", sender: bytes = b"Carl <carl@example.org>", subject: bytes = b"A lamp"
) -> bytes:
    """A message with the usual headers and these."""
    usual = [b"From: " + sender, b"To: mailbox@city.example", b"Subject: " + subject, b"Message-ID: <1@example.org>"]
    usual += [b"Date: Mon, 23 Nov 2026 10:00:00 +0800", b"MIME-Version: 1.0"]
    return b"\r\n".join([*usual, *headers]) + b"\r\n\r\n" + body


def plain(text: str, charset: str = "utf-8", *, label: str | None = None, **more: bytes) -> bytes:
    """A message of one text in an encoding, under a label that may be wrong; "" for none."""
    named = charset if label is None else label
    kind = [f"Content-Type: text/plain; charset={named}".encode()] if named else []
    return mail(*kind, b"Content-Transfer-Encoding: 8bit", body=text.encode(charset), **more)


def part(kind: str, body: bytes, *headers: bytes) -> bytes:
    """One part of several."""
    return b"\r\n".join([b"Content-Type: " + kind.encode(), *headers]) + b"\r\n\r\n" + body


def parts(kind: str, *inside: bytes, boundary: str = "=_part", more: str = "") -> bytes:
    """Parts within parts: the content type's header, then the body."""
    edge = b"--" + boundary.encode()
    body = b"".join(edge + b"\r\n" + one + b"\r\n" for one in inside) + edge + b"--\r\n"
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}'.encode() + b"\r\n\r\n" + body


def of_parts(kind: str, *inside: bytes, headers: tuple[bytes, ...] = (), more: str = "", **usual: bytes) -> bytes:
    """A message of several parts."""
    head, _, body = parts(kind, *inside, more=more).partition(b"\r\n\r\n")
    return mail(head, *headers, body=body, **usual)


def uuencoded(name: str, data: bytes) -> str:
    """As before there was MIME."""
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


BASE64 = b"Content-Transfer-Encoding: base64"
QP = b"Content-Transfer-Encoding: quoted-printable"
EIGHT = b"Content-Transfer-Encoding: 8bit"


def text_part(text: str, kind: str = "plain", charset: str = "utf-8") -> bytes:
    """A text among the parts."""
    return part(f"text/{kind}; charset={charset}", text.encode(charset), EIGHT)


def file_part(name: str, data: bytes, kind: str = "application/octet-stream") -> bytes:
    """A file among the parts."""
    return part(kind, b64(data), BASE64, f'Content-Disposition: attachment; filename="{name}"'.encode())
