"""How a letter that is being written is shown: as one page, as a step, or to be checked before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from litestar import Response

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.tickets.tables.words import Identity, Kind
from mailbox_service.web import csrf, pages, uploads
from mailbox_service.web.page import Group, Option, Page, Problem
from mailbox_service.web.parts import UploadedFile
from mailbox_service.web.public import write_fitting as fitting
from mailbox_service.web.public.write_form import CHECK, PAGE, TRAP, Sheet, steps, topic_id
from mailbox_service.web.site import Visit


@dataclass(frozen=True, slots=True)
class Choices:
    """What the questions offer, and how long a letter may be."""

    kinds: Sequence[Option]
    topics: Sequence[Group]
    identities: Sequence[Option]
    languages: Sequence[Option]
    text_limit: int
    trap: str = TRAP


@dataclass(frozen=True, slots=True)
class Files:
    """The files kept with the form, "2 of 5", and what may be sent; `most` 0 takes none, `each` in bytes."""

    kept: Sequence[UploadedFile]
    count: str
    hint: str
    accept: str
    most: int
    each: int


@dataclass(frozen=True, slots=True)
class WritePage:
    """The one page, or one step, with what is filled in; `carried` are the fields the view doesn't show."""

    page: Page
    typed: Mapping[str, str]
    carried: Mapping[str, str]
    choices: Choices
    files: Files
    step: str
    place: int = 0
    of: int = 0
    too_old: bool = False
    sent_before: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the check page: a question, what is filled in, and the words *Change* is heard with."""

    field: str
    label: str
    value: str
    own_words: bool = False


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that would be sent. `asked` says why the page was put in between: "fast", "many", or not at all."""

    page: Page
    carried: Mapping[str, str]
    rows: Sequence[Row]
    files: Files
    offers: Sequence[fitting.Offer]
    unreachable: bool
    asked: str = ""
    too_old: bool = False
    sent_before: str = ""


async def show(
    visit: Visit, sheet: Sheet, problems: Sequence[Problem] = (), *, status: int = 200, **more: Any
) -> Response[bytes]:
    """The view the sheet is at, with everything that is filled in."""
    if csrf.stamped(visit, "begun", sheet.begun) is None:
        sheet = replace(sheet, begun=csrf.stamp(visit, "begun"))
    if sheet.step == CHECK:
        sheet = replace(sheet, checked=csrf.stamp(visit, f"checked:{sheet.once}"))
        return await _check(visit, sheet, problems, status, more)
    return await _form(visit, sheet, problems, status, more)


async def _form(
    visit: Visit, sheet: Sheet, problems: Sequence[Problem], status: int, more: Mapping[str, Any]
) -> Response[bytes]:
    one = sheet.step == PAGE
    title = say(visit.lang, "Write a letter" if one else f"write.step.{sheet.step}")
    act, order = ("send", []) if one else ("next", steps(visit))
    context = WritePage(
        page=pages.frame(visit, title, form_id="letter", form_act=act, problems=problems),
        typed=sheet.typed,
        carried=sheet.carried(),
        choices=await _choices(visit),
        files=await _files(visit, sheet),
        step=sheet.step,
        place=0 if one else order.index(sheet.step) + 1,
        of=len(order),
        **more,
    )
    template = "public/write.html" if one else "public/write_steps.html"
    return pages.html(visit, template, context, status=status, cache=pages.OWN)


async def _choices(visit: Visit) -> Choices:
    lang = visit.lang
    return Choices(
        [Option(kind, say(lang, f"kind.{kind}"), say(lang, f"write.kind.{kind}")) for kind in Kind],
        await visit.site.topics.groups(visit.site.db, lang),
        [Option(i, say(lang, f"write.identity.{i}"), say(lang, f"write.identity.{i}.hint")) for i in Identity],
        [Option(other.code, other.name, lang=other.tag) for other in LANGUAGES.values()],
        visit.site.settings.text_max_characters,
    )


async def _files(visit: Visit, sheet: Sheet) -> Files:
    """What waits for this form. One that was just opened has nothing waiting."""
    lang, settings = visit.lang, visit.site.settings
    waiting = [] if visit.method == "GET" else await uploads.waiting(visit, sheet.holder(visit))
    kept, count = uploads.shown(lang, waiting, settings)
    most, each = settings.upload_max_files, settings.upload_max_file_mb * uploads.MB
    return Files(kept, count, uploads.hint(lang, settings), uploads.ACCEPT, most, each)


# --- The check page --------------------------------------------------------------------------


async def _check(
    visit: Visit, sheet: Sheet, problems: Sequence[Problem], status: int, more: Mapping[str, Any]
) -> Response[bytes]:
    title = say(visit.lang, "Check your letter")
    context = CheckPage(
        page=pages.frame(visit, title, form_id="letter", form_act="send", problems=problems),
        carried=sheet.carried(),
        rows=await _rows(visit, sheet.typed),
        files=await _files(visit, sheet),
        offers=await fitting.offers(visit, sheet.typed),
        unreachable=not (sheet.typed["email"] or sheet.typed["phone"]),
        **more,
    )
    return pages.html(visit, "public/check.html", context, status=status, cache=pages.OWN)


async def _rows(visit: Visit, typed: Mapping[str, str]) -> list[Row]:
    lang = visit.lang

    def row(field: str, value: str, *, own_words: bool = False) -> Row:
        return Row(field, say(lang, f"write.row.{field}"), value, own_words)

    def yes(field: str) -> str:
        return say(lang, "Yes") if typed[field] == "yes" else say(lang, "No")

    def known(room: str, words: type[StrEnum], chosen: str) -> str:
        return say(lang, f"{room}.{chosen}") if chosen in list(words) else ""

    anonymous = typed["identity"] == Identity.ANONYMOUS
    return [
        row("kind", known("kind", Kind, typed["kind"])),
        row("topic", await _topic(visit, typed["topic"])),
        row("subject", typed["subject"], own_words=True),
        row("text", typed["text"], own_words=True),
        row("files", ""),
        row("identity", known("write.identity", Identity, typed["identity"])),
        row("name", "" if anonymous else typed["name"], own_words=True),
        row("email", typed["email"], own_words=True),
        row("phone", typed["phone"], own_words=True),
        row("language", LANGUAGES[typed["language"]].name if typed["language"] in LANGUAGES else ""),
        row("wants_reply", yes("wants_reply")),
        row("consent", yes("consent")),
    ]


async def _topic(visit: Visit, chosen: str) -> str:
    groups = await visit.site.topics.groups(visit.site.db, visit.lang)
    wanted = topic_id(chosen)
    found = ((group.label, option) for group in groups for option in group.options)
    for area, option in found:
        if wanted is not None and option.value == str(wanted):
            return area if area == option.label else f"{area} › {option.label}"
    return ""
