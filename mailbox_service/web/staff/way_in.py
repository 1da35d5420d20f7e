"""The plain page of every step of getting in: sentences, a few fields, one button; and the limits on tries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base import claim, clock, tokens
from mailbox_service.base.language import say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.web import desk as desks
from mailbox_service.web import pages
from mailbox_service.web.page import Link, Page, Problem
from mailbox_service.web.site import Visit

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of the form."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = ""
    hint: str = ""
    value: str = ""
    inputmode: str = ""


@dataclass(frozen=True, slots=True)
class WayIn:
    """What a step shows; without `button` and `acts` it is no form. `picture` and `secret` are what an app reads."""

    action: str
    lead: Sequence[str] = ()
    asks: Sequence[Ask] = ()
    button: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    ways: Sequence[Link] = ()
    picture: Markup | str = ""
    secret: str = ""
    codes: Sequence[str] = ()
    onward: Link | None = None
    acts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class WayInPage:
    """The page of a step."""

    page: Page
    step: WayIn


def shown(
    visit: Visit, title: str, step: WayIn, *, problem: Problem | None = None, notice: str = "", status: int = 200
) -> Response[bytes]:
    """The page for who is not signed in yet."""
    problems = [problem] if problem else []
    page = pages.frame(
        visit,
        title,
        form_id=_form_of(step),
        notice=notice,
        problems=problems,
        ways=desks.ways(visit, desks.SIGN_IN),
    )
    return pages.html(visit, "staff/way_in.html", WayInPage(page, step), status=422 if problem else status)


def at_desk(
    desk: desks.Desk, title: str, step: WayIn, *, problem: Problem | None = None, notice: str = ""
) -> Response[bytes]:
    """The same page for who is signed in."""
    problems = [problem] if problem else []
    page = desks.frame(desk, title, form_id=_form_of(step), notice=notice, problems=problems)
    return pages.html(desk.visit, "staff/way_in.html", WayInPage(page, step), status=422 if problem else 200)


def _form_of(step: WayIn) -> str | None:
    return "access" if step.button or step.acts else None


def problem(visit: Visit, field: str, refused: Refused) -> Problem:
    """A refusal beside its field."""
    return Problem(field, say_refusal(visit.lang, refused, visit.site.zone))


def password_asks(lang: str) -> list[Ask]:
    """A new password, twice."""
    hint = say(lang, "At least 12 characters. Several words that don’t belong together make a good one.")
    return [
        Ask("password", say(lang, "New password"), "password", "new-password", hint),
        Ask("again", say(lang, "New password once more"), "password", "new-password"),
    ]


# --- Limits ----------------------------------------------------------------------------------


def account_mark(visit: Visit, account: str) -> str:
    """An account as the limits keep it, whether it exists or not."""
    return tokens.client_mark(visit.site.settings.secret, f"account {account.strip().casefold()}")


async def tries(visit: Visit, rule: str, client: str) -> int:
    """How often this was tried within the hour, this time included."""
    now = clock.now()
    return await visit.site.db.writing(lambda session: claim.count_try(session, rule, client, HOUR, now))


async def count(visit: Visit, rule: str, account: str) -> None:
    """Count a try, by network address and by account, before it is looked at.

    Raises:
        Refused: "too_many", with when to try again.
    """
    settings = visit.site.settings
    most = {
        rule: (visit.mark, settings.sign_in_tries_per_address_per_hour),
        f"{rule}.account": (account_mark(visit, account), settings.sign_in_tries_per_account_per_hour),
    }
    over = [await tries(visit, name, client) > limit for name, (client, limit) in most.items()]
    if any(over):
        raise Refused("too_many", at=claim.window_end(HOUR, clock.now()))


def give_back(session: Session, visit: Visit, rule: str, account: str) -> None:
    """Take a try back that was right: a whole office may come from one address."""
    now = clock.now()
    claim.count_try(session, rule, visit.mark, HOUR, now, weight=-1)
    claim.count_try(session, f"{rule}.account", account_mark(visit, account), HOUR, now, weight=-1)
