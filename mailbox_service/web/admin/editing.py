"""Changing a thing: its form, "What changes", saved. A newer version is shown beside what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from sqlmodel import Session

from mailbox_service.base import ids
from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.web import pages
from mailbox_service.web.admin import room
from mailbox_service.web.desk import Desk, frame, switched
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page, Problem

Values = Mapping[str, str]
Kind = Literal["line", "text", "number", "select", "boxes", "tick", "date", "file"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of the form. `lang` is the answer's own language; `tries` only tries something out."""

    name: str
    label: str
    kind: Kind = "line"
    options: Sequence[Option] = ()
    hint: str = ""
    lang: str = ""
    optional: bool = False
    empty: str = ""
    tries: bool = False


@dataclass(frozen=True, slots=True)
class Editing:
    """What is being changed, or added (nothing is `stored` then). `save` answers where to go on.

    `fields` say which question a refusal is about; `remarks` what follows from the answers, in sentences;
    `after` is done when it is saved, in transactions of its own.
    """

    title: str
    path: str
    back: str
    asks: Sequence[Ask]
    stored: Values
    save: Callable[[Session, Values, int], str]
    version: int = 0
    adds: bool = False
    lead: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    remarks: Callable[[Values], Sequence[str]] = lambda _values: ()
    button: str = ""
    after: Callable[[Desk], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what stands in it."""

    ask: Ask
    value: str
    values: Sequence[str]
    problem: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer before and after."""

    label: str
    before: str
    after: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form; what a colleague saved meanwhile stands above it (`newer`)."""

    page: Page
    editing: Editing
    asked: Sequence[Asked]
    version: int
    remarks: Sequence[str]
    newer: Sequence[Changed] = ()


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What changes, to be saved or changed again."""

    page: Page
    editing: Editing
    changes: Sequence[Changed]
    remarks: Sequence[str]
    values: Values
    version: int
    button: str


class _Enough(Exception):  # noqa: N818 - it ends a trial, and is no error
    """It would have worked: nothing is stored."""


Load = Callable[[Desk], Awaitable[Editing]]


async def ask(desk: Desk, load: Load) -> Response[bytes]:
    """The form, with what is stored."""
    editing = await load(desk)
    if not editing.asks:  # there is nothing to say: what follows is shown at once
        return _check(desk, editing, {}, editing.version)
    return _form(desk, editing, editing.stored, editing.version)


async def take(desk: Desk, load: Load) -> Response[bytes]:
    """What was sent: look at it again, see what changes, or save it."""
    form = await desk.form()
    editing = await load(desk)
    values, version = typed(form, editing.asks), form.number("version") or 0
    if switched(desk.visit, form) or form.line("act") == "edit":
        return _form(desk, editing, values, version)
    try:
        if version != editing.version:
            raise Refused("conflict")
        if form.line("act") == "save":
            return await _save(desk, editing, values, version)
        await _try(desk, editing, values, version)
    except Refused as refused:
        return await _refused(desk, load, values, version, refused)
    if not editing.adds and not _changes(desk, editing, values):
        return _form(desk, editing, values, version, Problem("", say(desk.lang, "Nothing was changed.")))
    return _check(desk, editing, values, version)


async def _save(desk: Desk, editing: Editing, values: Values, version: int) -> Response[bytes]:
    onwards = await room.change(desk, lambda session: editing.save(session, values, version))
    if editing.after is not None:
        await editing.after(desk)
    return pages.see_other(onwards)


def doors(path: str, load: Load) -> list[HTTPRouteHandler]:
    """The form's two doors: look at it, send it."""

    async def look(desk: Desk) -> Response[bytes]:
        return await ask(desk, load)

    async def send(desk: Desk) -> Response[bytes]:
        return await take(desk, load)

    for door in (look, send):
        door.__module__, door.__name__ = load.__module__, f"{load.__name__}_{door.__name__}"
    return [room.hang("GET", path, look), room.hang("POST", path, send)]


async def _try(desk: Desk, editing: Editing, values: Values, version: int) -> None:
    """Let the verb say whether it would do it, and take everything back."""

    def tried(session: Session) -> None:
        editing.save(session, values, version)
        raise _Enough

    try:
        await desk.write(tried)
    except _Enough:
        return


async def _refused(desk: Desk, load: Load, values: Values, version: int, refused: Refused) -> Response[bytes]:
    if refused.code == "conflict":
        newest = await load(desk)
        return _form(desk, newest, values, newest.version, newer=_changes(desk, newest, values))
    editing = await load(desk)
    about = str(refused.facts.get("field") or editing.fields.get(refused.code, ""))
    return _form(desk, editing, values, version, Problem(_place(about, values), room.said(desk, refused)))


def _place(about: str, values: Values) -> str:
    """The question a refusal is about; of a name in four languages the first that is missing."""
    if f"{about}_en" not in values:
        return about
    of_languages = [f"{about}_{code}" for code in LANGUAGES]
    return next((name for name in of_languages if not values[name]), of_languages[0])


def _form(
    desk: Desk,
    editing: Editing,
    values: Values,
    version: int,
    problem: Problem | None = None,
    *,
    newer: Sequence[Changed] = (),
) -> Response[bytes]:
    problems = [problem] if problem else []
    page = frame(desk, editing.title, form_id="act", form_act="check", problems=problems)
    asked = [_asked(one, values.get(one.name, ""), page) for one in editing.asks]
    context = FormPage(page, editing, asked, version, editing.remarks(values), newer)
    return pages.html(desk.visit, "admin/form.html", context, status=409 if newer else 422 if problem else 200)


def _asked(one: Ask, value: str, page: Page) -> Asked:
    return Asked(one, value, value.split(), page.problem(one.name))


def _check(desk: Desk, editing: Editing, values: Values, version: int) -> Response[bytes]:
    title = say(desk.lang, "What is added") if editing.adds and editing.asks else say(desk.lang, "What changes")
    page = frame(desk, title, form_id="act", form_act="save")
    changes, remarks = _changes(desk, editing, values), editing.remarks(values)
    button = editing.button or say(desk.lang, "Save")
    return pages.html(
        desk.visit, "admin/check.html", CheckPage(page, editing, changes, remarks, values, version, button)
    )


def _changes(desk: Desk, editing: Editing, values: Values) -> list[Changed]:
    found = []
    for one in editing.asks:
        before, after = editing.stored.get(one.name, ""), values[one.name]
        if before != after and not one.tries:
            found.append(Changed(one.label, written(desk, one, before), written(desk, one, after), one.lang))
    return found


def written(desk: Desk, one: Ask, value: str) -> str:
    """An answer in words."""
    if one.kind == "tick":
        return room.yes_or_no(desk, bool(value))
    if one.kind in ("select", "boxes"):
        chosen = value.split() if one.kind == "boxes" else [value]
        return " · ".join(option.label for option in one.options if option.value in chosen) or one.empty
    return value


def typed(form: Form, asks: Sequence[Ask]) -> dict[str, str]:
    """The answers that were sent. Several boxes of one question stand in one line, in the order of the options."""
    said: dict[str, str] = {}
    for one in asks:
        if one.kind == "text":
            said[one.name] = form.text(one.name).strip()
        elif one.kind == "boxes":
            chosen = " ".join(form.all(one.name)).split()
            said[one.name] = " ".join(option.value for option in one.options if option.value in chosen)
        else:
            said[one.name] = form.line(one.name)
    return said


# --- Answers and what they stand for ---------------------------------------------------------


def names(lang: str, label: str, name: str = "name") -> list[Ask]:
    """The question for a name in every language."""
    return [Ask(f"{name}_{code}", room.spoken(lang, label, code), lang=room.tag(code)) for code in LANGUAGES]


def names_of(values: Values, name: str = "name") -> dict[str, str]:
    """The name in every language, as it was typed."""
    return {code: values[f"{name}_{code}"] for code in LANGUAGES}


def stored_names(stored: Mapping[str, str], name: str = "name") -> dict[str, str]:
    """A stored name as the form's answers."""
    return {f"{name}_{code}": stored.get(code, "") for code in LANGUAGES}


def whole(value: str) -> int:
    """A number as typed; -1 for what is none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1


def chosen_id(value: str) -> int | None:
    """The row a select names; None for none. What no row can have is 0, which none has."""
    if not value:
        return None
    return ids.read(value) or 0
