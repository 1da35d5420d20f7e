"""The petition that came on paper, as it lay under the scanner: drawn, not photographed, and attached to its letter.

It goes the way of every file: looked at, cleaned in a process of its own, kept, and hung on the letter. Once.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from functools import partial
from random import Random

from PIL import Image, ImageDraw, ImageFilter
from sqlmodel import Session, col, select

from mailbox_service.base.arrival import Came, settle
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.demo.city import the_cast
from mailbox_service.demo.desks import BUS, BUS_SUBJECT
from mailbox_service.tickets import uploads
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Attachment, Ticket
from mailbox_service.tickets.tables.words import Channel

NAME = "联名信扫描件.png"
HOLDER = "scan of the petition"
MB = 1024 * 1024
WIDTH, HEIGHT, MARGIN = 744, 1052, 90  # A4 at 90 dots an inch
PAPER, RULE, INK, RED = (246, 243, 233), (214, 205, 190), (38, 42, 74), (186, 44, 38)
LINE, SIGN, SIGNED = 46, 30, 4  # between lines, between signs; how many have signed
TILT = -0.7  # degrees: nobody lays a sheet down quite straight


async def bring(db: Database, settings: Settings, book: CityBook, *, now: datetime) -> bool:
    """Scan the petition and keep it with its letter; False when that has been done, or there is no such letter."""
    number = await db.reading(_without_scan)
    if number is None:
        return False
    came = await asyncio.to_thread(_kept, Files(settings.files_dir))
    await db.writing(partial(_attach, book=book, number=number, came=came, now=now))
    return True


def _without_scan(session: Session) -> str | None:
    has_files = select(Attachment.id).where(col(Attachment.ticket_id) == col(Ticket.id)).exists()
    wanted = select(Ticket.number).where(Ticket.subject == BUS_SUBJECT, Ticket.channel == Channel.PAPER, ~has_files)
    return session.exec(wanted.order_by(col(Ticket.id)).limit(1)).first()


def _kept(files: Files) -> Came:
    with files.begin() as incoming:
        incoming.write(drawn())
        return settle(files, incoming, NAME)


def _attach(session: Session, *, book: CityBook, number: str, came: Came, now: datetime) -> None:
    clerk = the_cast(session, now.date()).people["kai"]
    case = cases.case(session, book.open(session), number, clerk)
    uploads.keep(session, HOLDER, [came], uploads.Limits(1, MB), now=now)
    session.flush()
    uploads.attach(session, case, HOLDER, now=now)


# --- The sheet


def drawn() -> bytes:
    """A sheet of ruled paper with a petition in handwriting, its signatures and a red fingerprint beside each."""
    rng, sheet = Random(BUS), Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(sheet)
    for y in range(170, HEIGHT - MARGIN, LINE):
        pen.line((MARGIN - 20, y, WIDTH - MARGIN + 20, y), RULE)
    _write(pen, rng, len(BUS_SUBJECT), 240, 150, SIGN + 6)
    columns = (WIDTH - 2 * MARGIN) // SIGN
    for row, begin in enumerate(range(0, len(BUS), columns)):
        indent = 2 if begin == 0 else 0
        _write(pen, rng, min(columns - indent, len(BUS) - begin), MARGIN + indent * SIGN, 170 + LINE * (row + 1), SIGN)
    for n in range(SIGNED):
        x, y = WIDTH - MARGIN - 190, HEIGHT - MARGIN - LINE * (SIGNED - n)
        _write(pen, rng, rng.choice((2, 3, 3)), x, y, SIGN + 4)
        _press_finger(pen, rng, x + 150, y - 14)
    turned = sheet.filter(ImageFilter.GaussianBlur(0.6)).rotate(
        TILT, Image.Resampling.BICUBIC, fillcolor=(222, 222, 220)
    )
    file = io.BytesIO()
    turned.quantize(32).save(file, "PNG", optimize=True)
    return file.getvalue()


def _write(pen: ImageDraw.ImageDraw, rng: Random, signs: int, x: int, y: int, size: int) -> None:
    """Signs as a hurried hand makes them: some strokes across, some down, one slanting."""
    for n in range(signs):
        left, low, box = x + n * size + rng.randint(-2, 2), y - 6 + rng.randint(-2, 2), round(size * 0.72)
        for _ in range(rng.randint(2, 3)):
            at = low - rng.randint(2, box)
            pen.line((left + rng.randint(0, 5), at, left + box - rng.randint(0, 5), at - rng.randint(0, 3)), INK, 2)
        for _ in range(rng.randint(1, 2)):
            at = left + rng.randint(3, box - 3)
            pen.line((at, low - box, at + rng.randint(-3, 3), low - rng.randint(0, 4)), INK, 2)
        if rng.random() < 0.7:
            end = rng.choice((left, left + box))
            pen.line((left + box // 2, low - box // 2, end, low), INK, 2)


def _press_finger(pen: ImageDraw.ImageDraw, rng: Random, x: int, y: int) -> None:
    for ring in range(3, 14, 3):
        pen.ellipse((x - ring, y - ring * 1.3, x + ring, y + ring * 1.3 + rng.randint(0, 2)), outline=RED, width=2)
