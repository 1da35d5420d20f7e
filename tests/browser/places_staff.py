"""Every page of the staff, of managers and administrators: who sits before it, and in which language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from tests.browser.places import Place, Visitor, Way

LANGUAGES = ("en", "zh", "ja", "ko")


def desk(who: str, where: str, lang: str, press: str = "", fields: dict[str, str] | None = None) -> Way:
    """Somebody's page; {names} in the address are letters and other rows. Then a button may be pressed."""

    def go(visitor: Visitor) -> None:
        cookies = {"language": lang} | ({"staff": visitor.town.tokens[f"staff {who}"]} if who else {})
        visitor.page.context.add_cookies(
            [{"name": name, "value": value, "url": visitor.town.home} for name, value in cookies.items()]
        )
        numbers = {name.replace(" ", "_").replace("-", "_"): number for name, number in visitor.town.numbers.items()}
        visitor.page.goto(visitor.town.home + where.format(**numbers))
        if press:
            visitor.fill(fields or {})
            visitor.press(press)

    return go


# Template, who, address; one line for each page, in turn in the four languages.
_PAGES: Sequence[tuple[str, str, str]] = (
    ("sign_in", "", "/staff/sign-in"),
    ("way_in", "", "/staff/password"),
    ("queues", "kai", "/staff?queue=to_route"),
    ("queues", "dora", "/staff?queue=my_office&kind=enquiry"),
    ("queues", "ada", "/staff"),
    ("ticket", "kai", "/staff/tickets/{received}"),
    ("ticket", "dora", "/staff/tickets/{co_handled}"),
    ("ticket", "hana", "/staff/tickets/{answered}"),
    ("ticket", "ruth", "/staff/tickets/{restricted}"),
    ("route", "kai", "/staff/tickets/{petition}/route"),
    ("similar", "kai", "/staff/tickets/{assigned}/similar"),
    ("act", "kai", "/staff/tickets/{received}/propose_decline"),
    ("act", "dora", "/staff/tickets/{late}/note"),
    ("act", "mina", "/staff/tickets/{co_handled}/decide_extension"),
    ("reply", "dora", "/staff/tickets/{co_handled}/reply"),
    ("preview", "dora", "/staff/tickets/{co_handled}/preview"),
    ("versions", "dora", "/staff/tickets/{sent_back}/versions"),
    ("approve", "henry", "/staff/tickets/{sent_back}/approve"),
    ("translate", "hana", "/staff/tickets/{awaiting_citizen}/translate"),
    ("contribute", "paul", "/staff/tickets/{co_handled}/contribute"),
    ("publish", "kai", "/staff/tickets/{answered}/publish"),
    ("decide_publication", "lin", "/staff/tickets/{to_publish}/decide_publication"),
    ("search", "kai", "/staff/search?q=路灯"),
    ("views", "kai", "/staff/views"),
    ("enter", "kai", "/staff/enter"),
    ("enter_receipt", "kai", "/staff/enter/receipt"),
    ("post", "dora", "/staff/post"),
    ("incoming", "kai", "/staff/incoming"),
    ("incoming_message", "kai", "/staff/incoming/{message_sender}"),
    ("incoming", "ruth", "/staff/incoming?tab=aside"),
    ("incoming_message", "kai", "/staff/incoming/{message_spam}"),
    ("addresses", "kai", "/staff/addresses"),
    ("deputies", "henry", "/staff/deputies"),
    ("guidance", "kai", "/staff/guidance"),
    ("guidance_article", "kai", "/staff/guidance/{article}"),
    ("guidance_text", "kai", "/staff/guidance/{article}/zh"),
    ("keys", "kai", "/staff/keys"),
    ("account", "dora", "/staff/account"),
    ("sessions", "dora", "/staff/account/sessions"),
    ("way_in", "dora", "/staff/account/second-step"),
    ("overview", "mina", "/manager"),
    ("overview", "henry", "/manager?period=2026"),
    ("figures", "mina", "/manager/offices"),
    ("figures", "yan", "/manager/topics?by=kind"),
    ("figures", "mina", "/manager/ages"),
    ("figures", "mina", "/manager/satisfaction"),
    ("figures", "mina", "/manager/mail"),
    ("figures", "mina", "/manager/translations"),
    ("figures", "mina", "/manager/figures?by=office"),
    ("figures", "mina", "/manager/definitions"),
    ("letters", "mina", "/manager/letters?figure=received"),
    ("report", "mina", "/manager/report"),
    ("report", "henry", "/manager/report?period=2026"),
    ("report_orders", "yan", "/manager/report/orders"),
    ("published", "yan", "/manager/published"),
    ("published_month", "mina", "/manager/published/2026-08"),
    ("home", "ada", "/admin"),
    ("list", "ada", "/admin/people"),
    ("form", "ada", "/admin/people/add"),
    ("thing", "ada", "/admin/people/{person}"),
    ("list", "ada", "/admin/roles"),
    ("list", "ada", "/admin/offices"),
    ("form", "ada", "/admin/offices/{office}/change"),
    ("thing", "ada", "/admin/offices/{office}"),
    ("list", "ada", "/admin/topics"),
    ("thing", "ada", "/admin/topics/{topic}"),
    ("list", "ada", "/admin/rules"),
    ("form", "ada", "/admin/rules/add"),
    ("thing", "ada", "/admin/rules/{rule}"),
    ("list", "ada", "/admin/policies"),
    ("form", "ada", "/admin/policies/enquiry/change"),
    ("list", "ada", "/admin/canned"),
    ("form", "ada", "/admin/canned/{canned}/change"),
    ("list", "ada", "/admin/settings"),
    ("list", "ada", "/admin/calendar"),
    ("calendar_year", "ada", "/admin/calendar/2026"),
    ("form", "ada", "/admin/calendar/day"),
    ("form", "ada", "/admin/calendar/import?year=2026"),
    ("list", "ada", "/admin/deputies"),
    ("outbox", "ada", "/admin/outbox"),
    ("outbox", "ada", "/admin/outbox?state=failed"),
    ("mails", "ada", "/admin/mails?notice=answered&language=zh"),
)
SNOW = {"[name=day]": "2031-05-05", "[name=source]": "Snow"}
# Pages that a button leads to.
_PRESSED: Sequence[tuple[str, str, str, str, dict[str, str]]] = (
    ("bulk", "kai", "/staff?queue=to_route", "[value=tag]", {"[name=word]": "路灯"}),
    ("check", "ada", "/admin/rules/{rule}/change", ".first", {"[name=words]": "路灯\npothole"}),
    ("calendar_check", "ada", "/admin/calendar/day", ".first", SNOW),
    ("act", "dora", "/staff/tickets/{late}/note", ".first", {}),
    ("on_paper", "dora", "/staff/post", ".second", {}),
)
# Shown in the middle of somebody else's act: test_together looks at them.
ELSEWHERE = {"conflict"}


def _places() -> list[Place]:
    langs = cycle(LANGUAGES)
    found = [
        Place(f"{who or 'nobody'} at {where} in {lang}", template, desk(who, where, lang))
        for (template, who, where), lang in zip(_PAGES, langs, strict=False)
    ]
    found += [
        Place(f"{who} at {where}, {press}", template, desk(who, where, lang, press, fields), status=_status(template))
        for (template, who, where, press, fields), lang in zip(_PRESSED, langs, strict=False)
    ]
    return found


def _status(template: str) -> int:
    return 422 if template == "act" else 200


STAFF = _places()
