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
    satisfaction,
    topics,
    translations,
)

doors = [
    door
    for page in (overview, offices, topics, ages, satisfaction, mail, translations, figures, definitions, letters)
    for door in page.doors
]
