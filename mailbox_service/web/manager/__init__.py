"""The managers' pages: what waits in the whole house, and which promises were kept."""

from __future__ import annotations

from mailbox_service.web.manager import overview, published, report, report_orders

doors = [*overview.doors, *report.doors, *report_orders.doors, *published.doors]
