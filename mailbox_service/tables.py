"""Every table of the house in one place: what migrations compare with. Nothing else needs it."""

from __future__ import annotations

from sqlmodel import SQLModel

from mailbox_service.base import tables as base_tables
from mailbox_service.city import tables as city_tables
from mailbox_service.desk import tables as desk_tables
from mailbox_service.guidance import tables as guidance_tables
from mailbox_service.mail import tables as mail_tables
from mailbox_service.tickets import tables as ticket_tables

ROOMS = (base_tables, city_tables, ticket_tables, desk_tables, guidance_tables, mail_tables)

metadata = SQLModel.metadata
