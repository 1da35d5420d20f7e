"""/write: a letter is written here, on one page or in short steps, and taken in once however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from litestar import Response, get, post

from mailbox_service.web import forms, uploads
from mailbox_service.web.page import Problem
from mailbox_service.web.public import switch
from mailbox_service.web.public import write_send as sending
from mailbox_service.web.public.write_form import CHECK, FIELDS, PAGE, Sheet, among, first_wrong, good, steps, there
from mailbox_service.web.public.write_pages import show
from mailbox_service.web.site import Visit


@get("/{lang:str}/write")
async def write(request: Visit) -> Response[bytes]:
    """The empty form, on one page."""
    request.require_language()
    return await show(request, Sheet.fresh(request, PAGE))


@get("/{lang:str}/write/steps")
async def in_steps(request: Visit) -> Response[bytes]:
    """The empty form, its first step."""
    request.require_language()
    return await show(request, Sheet.fresh(request, "kind"))


@post(["/{lang:str}/write", "/{lang:str}/write/steps"], status_code=200)
async def send(request: Visit) -> Response[bytes]:
    """What a button of the form asks for: another view of it, or to take the letter in."""
    request.require_language()
    visit = request
    try:
        form = await uploads.read(visit)
    except forms.TooOld as old:
        if old.foreign:
            raise
        return await show(visit, there(visit, Sheet.of(old.form)), status=403, too_old=True)
    if answer := switch.follow(visit, form):
        return answer
    sheet, act = there(visit, Sheet.of(form)), form.line("act")
    wrong = await uploads.keep(visit, sheet.holder(visit), form)
    if form.has("remove"):
        await uploads.remove(visit, sheet.holder(visit), form.number("remove"))
    if form.line("switch") or form.has("remove") or act == "upload" or (wrong and act in ("back", "steps", PAGE)):
        return await show(visit, sheet, wrong, status=422 if wrong else 200)
    if field := form.line("change"):
        return await show(visit, there(visit, _to_change(sheet, field)))
    return await _act(visit, sheet, act, wrong)


def _to_change(sheet: Sheet, field: str) -> Sheet:
    """The view that asks this question; from a step the way leads back to the check page at once."""
    step = next((step for step, names in FIELDS.items() if field in names), "kind")
    return sheet.at(PAGE) if sheet.way == PAGE else replace(sheet.at(step), changing=True)


async def _act(visit: Visit, sheet: Sheet, act: str, wrong: Sequence[Problem]) -> Response[bytes]:
    if act == "back":
        return await show(visit, _before(visit, sheet))
    if act in ("steps", PAGE):
        return await show(visit, replace(sheet.at(PAGE if act == PAGE else "kind"), changing=False))
    said, problems = await good(visit, sheet)
    problems += wrong
    within = sheet.step not in (PAGE, CHECK)
    if within and (mine := among(problems, sheet.step)):
        return await show(visit, sheet, mine, status=422)
    if within and (after := _after(visit, sheet)) != CHECK:
        return await show(visit, sheet.at(after))
    if said is None or problems:
        return await _mend(visit, sheet, problems)
    if within or act == CHECK:
        return await show(visit, replace(sheet.at(CHECK), changing=False))
    return await sending.send(visit, sheet, said)


def _before(visit: Visit, sheet: Sheet) -> Sheet:
    order = steps(visit)
    if sheet.changing:
        return replace(sheet.at(CHECK), changing=False)
    if sheet.way == PAGE or sheet.step in (PAGE, order[0]):
        return sheet.at(PAGE)
    return sheet.at(order[order.index(sheet.step) - 1])


def _after(visit: Visit, sheet: Sheet) -> str:
    order = steps(visit)
    return CHECK if sheet.changing else order[order.index(sheet.step) + 1]


async def _mend(visit: Visit, sheet: Sheet, problems: Sequence[Problem]) -> Response[bytes]:
    """The page with every problem; in short steps the first step that has one, with its own."""
    if sheet.way == PAGE:
        return await show(visit, sheet.at(PAGE), problems, status=422)
    first = there(visit, sheet.at(first_wrong(problems)))
    return await show(visit, first, among(problems, first.step), status=422)
