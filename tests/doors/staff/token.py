"""The token of a member's session, whatever pages they may open: the page about a form that is too old carries it."""

from __future__ import annotations

from tests.doors.staff.house import Member, filled


async def token_of(member: Member) -> str:
    """What their forms must send back."""
    too_old = await member.web.post("/staff/sign-out", data={"csrf": "old"})
    return filled(too_old.text)["csrf"]
