"""The rows of the aggregate the service exists for. One import gives them all."""

from mailbox_service.tickets.tables.correspondence import (
    Approval,
    Attachment,
    Call,
    Contribution,
    Message,
    Reply,
    Translation,
    Upload,
)
from mailbox_service.tickets.tables.decisions import Proposal, Publication, Rating
from mailbox_service.tickets.tables.facts import FactMark, FigureState, FigureSum, LeadFact, RoundFact
from mailbox_service.tickets.tables.likeness import Likeness, NotAlike, Signatory
from mailbox_service.tickets.tables.published import PublishedMonth
from mailbox_service.tickets.tables.search import PublicText, SearchText, StaffText
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
    "Call",
    "Citizen",
    "Contribution",
    "Event",
    "FactMark",
    "FigureState",
    "FigureSum",
    "Handler",
    "LeadFact",
    "Likeness",
    "Message",
    "NotAlike",
    "Party",
    "Proposal",
    "PublicText",
    "Publication",
    "PublishedMonth",
    "Rating",
    "Recusal",
    "Reply",
    "Round",
    "RoundFact",
    "SearchText",
    "Signatory",
    "StaffText",
    "Ticket",
    "Translation",
    "Upload",
]
