"""The rows of the aggregate the service exists for. One import gives them all."""

from mailbox_service.tickets.tables.correspondence import (
    Approval,
    Attachment,
    Contribution,
    Message,
    Reply,
    Translation,
    Upload,
)
from mailbox_service.tickets.tables.decisions import Proposal, Publication, Rating
from mailbox_service.tickets.tables.search import PublicText, SearchText
from mailbox_service.tickets.tables.ticket import (
    Assignment,
    Citizen,
    Event,
    Handler,
    Party,
    Recusal,
    Round,
    Ticket,
)

__all__ = [
    "Approval",
    "Assignment",
    "Attachment",
    "Citizen",
    "Contribution",
    "Event",
    "Handler",
    "Message",
    "Party",
    "Proposal",
    "PublicText",
    "Publication",
    "Rating",
    "Recusal",
    "Reply",
    "Round",
    "SearchText",
    "Ticket",
    "Translation",
    "Upload",
]
