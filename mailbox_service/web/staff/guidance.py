"""/staff/guidance: the articles with what readers thought of them; one article's place, languages and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, number, say, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find as city
from mailbox_service.guidance import find, write
from mailbox_service.guidance.find import Judged, Known, Line
from mailbox_service.guidance.tables import Section
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.staff import acts

PATH = "/staff/guidance"
NOBODY = Judged(0, 0)
FIELDS = ("section", "position")


@dataclass(frozen=True, slots=True)
class Row:
    """An article in the list."""

    title: str
    lang: str
    href: str
    section: str
    languages: str
    yes: str
    no: str
    changed: str
    retired: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """All articles, retired ones last."""

    page: Page
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Text:
    """An article in one of the languages; without a title nobody wrote it yet."""

    language: str
    title: str
    lang: str
    href: str
    saved: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article: its texts, its place, what readers answered."""

    page: Page
    title: str
    lang: str
    href: str
    public: str
    texts: Sequence[Text]
    in_sections: Sequence[Option]
    values: Mapping[str, str]
    judged: str
    retired: str


async def show(desk: Desk) -> Response[bytes]:
    """Every article.

    Raises:
        Refused: "not_yours" to who writes none.
    """
    write.require(desk.viewer)

    def read(session: Session) -> tuple[list[Line], dict[int, Judged]]:
        lines = find.every(session)
        return lines, find.judged(session, [line.article.id for line in lines])

    lines, judged = await desk.read(read)
    rows = [_row(desk, line, judged.get(line.article.id, NOBODY)) for line in lines]
    return pages.html(desk.visit, "staff/guidance.html", ListPage(frame(desk, say(desk.lang, "Guidance")), rows))


def _row(desk: Desk, line: Line, judged: Judged) -> Row:
    best, lang = line.best(desk.lang), desk.lang
    return Row(
        title=best.title,
        lang=LANGUAGES[best.language].tag,
        href=f"{PATH}/{line.article.slug}",
        section=say(lang, f"section.{line.article.section.value}"),
        languages=" · ".join(LANGUAGES[code].name for code in LANGUAGES if code in line.titles),
        yes=number(judged.yes, lang),
        no=number(judged.no, lang),
        changed=short_day(line.changed_at.astimezone(desk.site.zone).date(), lang),
        retired=line.article.retired_at is not None,
    )


async def read_known(desk: Desk) -> Known:
    """The article of the address.

    Raises:
        Refused: "not_yours" to who writes none; "not_found".
    """
    write.require(desk.viewer)
    slug = desk.visit.word("article")
    known = await desk.read(lambda session: find.article(session, slug))
    if known is None or not known.texts:
        raise Refused("not_found")
    return known


async def article(desk: Desk) -> Response[bytes]:
    """One article."""
    return await _page(desk, await read_known(desk))


async def do(desk: Desk) -> Response[bytes]:
    """Put it elsewhere, retire it, or bring it back."""
    form, known = await desk.form(), await read_known(desk)
    typed = {name: form.line(name) for name in FIELDS}
    if switched(desk.visit, form):
        return await _page(desk, known, typed)
    try:
        await desk.write(lambda session: _act(session, desk, known.article.slug, form))
    except Refused as refused:
        return await _page(desk, known, typed, acts.problem_of(desk, refused, FIELDS))
    return pages.see_other(f"{PATH}/{known.article.slug}?done=yes")


def _act(session: Session, desk: Desk, slug: str, form: Form) -> None:
    known = find.article(session, slug)
    if known is None:
        raise Refused("not_found")
    act, by, now = form.line("act"), desk.viewer, desk.now
    if act == "retire":
        write.retire(session, known.article, by=by, now=now)
    elif act == "bring_back":
        write.bring_back(session, known.article, by=by, now=now)
    else:
        wanted = form.line("section")
        where = Section(wanted) if wanted in set(Section) else known.article.section
        position = form.number("position")
        write.place(session, known.article, where, -1 if position is None else position, by=by, now=now)


async def _page(
    desk: Desk, known: Known, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response[bytes]:
    lang, found = desk.lang, known.article
    ids = [text.saved_by for text in known.texts.values() if text.saved_by]
    judged, names = await desk.read(lambda s: (find.judged(s, [found.id]), city.names(s, ids)))
    counts = judged.get(found.id, NOBODY)
    best = next(known.texts[code] for code in (lang, *find.FALLBACKS) if code in known.texts)
    done = desk.asked("done") == "yes" and desk.visit.method == "GET"
    problems = [problem] if problem else []
    notice = say(lang, "Saved.") if done else ""
    context = ArticlePage(
        page=frame(desk, best.title, form_id="act", form_act="place", notice=notice, problems=problems),
        title=best.title,
        lang=LANGUAGES[best.language].tag,
        href=f"{PATH}/{found.slug}",
        public="" if found.retired_at else f"/{best.language}/guidance/{found.section.value}/{found.slug}",
        texts=[_text(desk, known, code, names) for code in LANGUAGES],
        in_sections=sections(lang),
        values=typed or {"section": found.section.value, "position": str(found.position)},
        judged=say(lang, "Helped: %(yes)s. Did not help: %(no)s.", yes=counts.yes, no=counts.no),
        retired=_retired(desk, known),
    )
    return pages.html(desk.visit, "staff/guidance_article.html", context, status=422 if problem else 200)


def _retired(desk: Desk, known: Known) -> str:
    if known.article.retired_at is None:
        return ""
    on = short_day(known.article.retired_at.astimezone(desk.site.zone).date(), desk.lang)
    return say(desk.lang, "Retired on %(date)s. Nobody outside sees this article.", date=on)


def _text(desk: Desk, known: Known, code: str, names: Mapping[int, str]) -> Text:
    text, language = known.texts.get(code), LANGUAGES[code]
    href = f"{PATH}/{known.article.slug}/{code}"
    if text is None:
        return Text(language.name, "", language.tag, href, "")
    on = short_day(text.saved_at.astimezone(desk.site.zone).date(), desk.lang)
    by = names.get(text.saved_by or 0, "")
    saved = say(desk.lang, "%(date)s, %(name)s", date=on, name=by) if by else on
    return Text(language.name, text.title, language.tag, href, saved)


def sections(lang: str) -> list[Option]:
    """The sections as answers of a select."""
    return [Option(where.value, say(lang, f"section.{where.value}")) for where in Section]


doors = [
    hang("GET", PATH, show),
    hang("GET", f"{PATH}/{{article:str}}", article),
    hang("POST", f"{PATH}/{{article:str}}", do),
]
