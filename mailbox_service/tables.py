"""Every table of the house in one place: what migrations compare with. Nothing else needs it."""

from __future__ import annotations

import importlib

from sqlmodel import SQLModel

ROOMS = (
    "mailbox_service.base.db",  # first: it sets the naming convention
    "mailbox_service.base.tables",
    "mailbox_service.city.tables",
    "mailbox_service.tickets.tables",
)

for room in ROOMS:
    importlib.import_module(room)

metadata = SQLModel.metadata
