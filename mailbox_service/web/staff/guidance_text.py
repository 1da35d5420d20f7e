"""/staff/guidance/add and /staff/guidance/{article}/{language}: an article written, looked at, and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find as city
from mailbox_service.guidance import markdown, write
from mailbox_service.guidance.find import Known
from mailbox_service.guidance.tables import ArticleText, Section
from mailbox_service.guidance.write import Written
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.staff import acts
from mailbox_service.web.staff.guidance import PATH, read_known, sections

FIELDS = ("slug", "section", "language", "title", "text")
FIELD_OF = {
    "article.slug": "slug",
    "article.slug_taken": "slug",
    "article.title": "title",
    "article.text": "text",
    "article.long": "text",
}


@dataclass(frozen=True, slots=True)
class TextPage:
    """The form; what it would look like (`preview`); what a colleague saved meanwhile (`newer`)."""

    page: Page
    action: str
    back: str
    adds: bool
    language_name: str
    lang: str
    typed: Mapping[str, str]
    in_sections: Sequence[Option]
    in_languages: Sequence[Option]
    limit: int
    version: int
    previewed: bool
    preview: Markup
    newer_by: str
    newer: ArticleText | None


async def add(desk: Desk) -> Response[bytes]:
    """An empty sheet."""
    write.require(desk.viewer)
    return await _page(desk, None, {"language": desk.lang})


async def add_it(desk: Desk) -> Response[bytes]:
    """Show how it would look, or publish it."""
    form = await desk.form()
    write.require(desk.viewer)
    typed = _typed(form)
    if switched(desk.visit, form) or form.line("act") == "preview":
        return await _page(desk, None, typed, previewed=form.line("act") == "preview")
    try:
        article = await desk.write(lambda session: _add(session, desk, typed))
    except Refused as refused:
        return await _page(desk, None, typed, _told(refused, "article.slug_taken"))
    return pages.see_other(f"{PATH}/{article}?done=yes")


def _add(session: Session, desk: Desk, typed: Mapping[str, str]) -> str:
    where = Section(typed["section"]) if typed["section"] in set(Section) else Section.HOW_TO
    written = Written(typed["title"], typed["text"])
    added = write.add(session, typed["slug"], where, typed["language"], written, by=desk.viewer, now=desk.now)
    return added.slug


def _told(refused: Refused, clash: str) -> Refused:
    """Of two who save at once, one is refused by the database: in the words of who comes a little later."""
    return Refused(clash) if refused.code == "conflict" else refused


async def edit(desk: Desk) -> Response[bytes]:
    """The article's text in one language, or an empty sheet for it."""
    known = await read_known(desk)
    text = known.texts.get(_language(desk))
    typed = {"title": text.title, "text": text.text} if text else {"title": "", "text": ""}
    return await _page(desk, known, typed, version=text.version if text else 0)


def _language(desk: Desk) -> str:
    code = desk.visit.word("language")
    if code not in LANGUAGES:
        raise Refused("not_found")
    return code


async def save(desk: Desk) -> Response[bytes]:
    """Show how it would look, or publish it. A colleague's newer text is never overwritten: both are shown."""
    form, known = await desk.form(), await read_known(desk)
    code, typed, seen = _language(desk), _typed(form), form.number("version") or 0
    if switched(desk.visit, form) or form.line("act") == "preview":
        return await _page(desk, known, typed, version=seen, previewed=form.line("act") == "preview")
    written = Written(typed["title"], typed["text"])
    try:
        await desk.write(
            lambda s: write.save(s, known.article, code, written, seen_version=seen, by=desk.viewer, now=desk.now)
        )
    except Refused as refused:
        return await _page(desk, await read_known(desk), typed, _told(refused, "article.newer"), version=seen)
    return pages.see_other(f"{PATH}/{known.article.slug}?done=yes")


def _typed(form: Form) -> dict[str, str]:
    lines = {name: form.line(name) for name in ("slug", "section", "language", "title")}
    return {**lines, "text": form.text("text")}


async def _page(
    desk: Desk,
    known: Known | None,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    *,
    version: int = 0,
    previewed: bool = False,
) -> Response[bytes]:
    lang = desk.lang
    code = _language(desk) if known else typed.get("language", "")
    written_in = LANGUAGES.get(code) or LANGUAGES[lang]
    newer = known.texts.get(code) if known and refused and refused.code == "article.newer" else None
    newer_by = await _who(desk, newer) if newer else ""
    title = say(lang, "Edit the article") if known else say(lang, "Add an article")
    problems = [_problem(desk, refused)] if refused and newer is None else []
    context = TextPage(
        page=frame(desk, title, form_id="act", form_act="publish", problems=problems),
        action=desk.visit.path,
        back=f"{PATH}/{known.article.slug}" if known else PATH,
        adds=known is None,
        language_name=written_in.name,
        lang=written_in.tag,
        typed=typed,
        in_sections=sections(lang),
        in_languages=[Option(one.code, one.name) for one in LANGUAGES.values()],
        limit=markdown.MOST_CHARACTERS,
        version=newer.version if newer else version,
        previewed=previewed,
        preview=markdown.rendered(typed.get("text", "")).html if previewed else Markup(""),
        newer_by=newer_by,
        newer=newer,
    )
    status = 409 if newer else 422 if refused else 200
    return pages.html(desk.visit, "staff/guidance_text.html", context, status=status)


def _problem(desk: Desk, refused: Refused) -> Problem:
    return Problem(FIELD_OF.get(refused.code, ""), acts.said(desk, refused))


async def _who(desk: Desk, text: ArticleText) -> str:
    ids = [text.saved_by] if text.saved_by else []
    names = await desk.read(lambda session: city.names(session, ids))
    return next(iter(names.values()), "")


doors = [
    hang("GET", f"{PATH}/add", add),
    hang("POST", f"{PATH}/add", add_it),
    hang("GET", f"{PATH}/{{article:str}}/{{language:str}}", edit),
    hang("POST", f"{PATH}/{{article:str}}/{{language:str}}", save),
]
