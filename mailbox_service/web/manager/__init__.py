"""The managers' pages: what waits in the whole house, which promises were kept, and the letters behind each number."""

from __future__ import annotations

from mailbox_service.web.manager import (
    ages,
    definitions,
    figures,
    letters,
    mail,
    offices,
    overview,
    published,
    report,
    report_orders,
    satisfaction,
    topics,
    translations,
)

PAGES = (overview, offices, topics, ages, satisfaction, mail, translations, figures, definitions, letters)
REPORTS = (report, report_orders, published)

doors = [door for page in (*PAGES, *REPORTS) for door in page.doors]
