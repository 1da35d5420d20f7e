"""Who we are, how we get in, and what we say: the rows of the city. One import gives them all."""

from mailbox_service.city.tables.access import LinkPurpose, RecoveryCode, SecondFactor, StaffLink
from mailbox_service.city.tables.offices import (
    Approvals,
    CalendarChange,
    CalendarDay,
    CalendarYear,
    Department,
    Deputy,
    FormerName,
    HeldRole,
    Person,
    Policy,
    RoleName,
    Topic,
    Way,
)
from mailbox_service.city.tables.wording import CannedReply, Choice, RoutingRule

__all__ = [
    "Approvals",
    "CalendarChange",
    "CalendarDay",
    "CalendarYear",
    "CannedReply",
    "Choice",
    "Department",
    "Deputy",
    "FormerName",
    "HeldRole",
    "LinkPurpose",
    "Person",
    "Policy",
    "RecoveryCode",
    "RoleName",
    "RoutingRule",
    "SecondFactor",
    "StaffLink",
    "Topic",
    "Way",
]
