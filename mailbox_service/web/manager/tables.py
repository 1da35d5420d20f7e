"""From figures to tables: one line for each office, kind or topic, or one for each figure beside the period before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics import Rate
from mailbox_service.tickets.statistics.figures import Days, Figure, Figures, Shape
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.read import Comparison
from mailbox_service.tickets.statistics.slices import Dimension, Key, Slice
from mailbox_service.web.figures import Cell, Change, Column, FigureTable, Length, Row, Value
from mailbox_service.web.manager import asking
from mailbox_service.web.manager.asking import Asked

KINDS: Mapping[Shape, Literal["count", "rate", "days"]] = {
    Shape.COUNT: "count",
    Shape.RATE: "rate",
    Shape.DAYS: "days",
}
UNLISTED = (Figure.NET_FLOW,)  # a difference: there are no letters behind it
# Every figure, in the groups in which they are read.
ARRIVING = (
    *(Figure.RECEIVED, Figure.VALID, Figure.SPAM, Figure.DUPLICATES, Figure.ENDED, Figure.NET_FLOW),
    *(Figure.BACKLOG, Figure.OVERDUE),
)
PROMISES = (
    *(Figure.DUE, Figure.ON_TIME, Figure.ON_TIME_ORIGINAL, Figure.OFFICE_ON_TIME, Figure.FIRST_RESPONSE),
    *(Figure.RESOLUTION, Figure.CALENDAR_DAYS),
)
VERDICT = (
    *(Figure.SATISFACTION, Figure.RESPONSE, Figure.SOLVED, Figure.REOPENED, Figure.REVIEWED),
    Figure.REVIEW_CHANGED,
)
WAYS = (
    *(Figure.EXTENDED, Figure.RETURNED, Figure.DECLINED, Figure.TRANSFERRED, Figure.PUBLISHED),
    *(Figure.MAIL_FAILED, Figure.TRANSLATIONS),
)
GROUPS: Mapping[str, tuple[Figure, ...]] = {
    "arriving": ARRIVING,
    "promises": PROMISES,
    "verdict": VERDICT,
    "ways": WAYS,
}
GROWS_FROM, GROWS_BY = 10, 0.2  # letters, and how much more than before


Make = Callable[[Key], Cell]
Own = Mapping[str, tuple[Column, Make]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure, or of days the middle or what nine of ten don't exceed."""

    figure: Figure
    part: Literal["", "median", "p90"] = ""

    @property
    def key(self) -> str:
        """Its name for machines."""
        return f"{self.figure.value}_{self.part}" if self.part else self.figure.value

    def head(self, lang: str) -> str:
        """What a column of it is called."""
        name = say(lang, self.figure.name_key)
        if self.part == "median":
            return say(lang, "%(figure)s, median days", figure=name)
        return say(lang, "%(figure)s, p90 days", figure=name) if self.part else name

    def value(self, figures: Figures) -> Value:
        """The fact of these figures."""
        found = figures.of(self.figure)
        if isinstance(found, Days):
            length = found.p90 if self.part == "p90" else found.median
            return Length(length, found.n, 0 if self.part == "p90" else found.without)
        return found


def wanted(*figures: Figure) -> list[Wanted]:
    """Figures as columns; days are two of them."""
    return [
        each
        for figure in figures
        for each in (
            [Wanted(figure, "median"), Wanted(figure, "p90")] if figure.shape is Shape.DAYS else [Wanted(figure)]
        )
    ]


def columns(lang: str, figures: Sequence[Wanted]) -> list[Column]:
    """Their columns, each defined once."""
    return [
        Column(
            each.key,
            each.head(lang),
            KINDS[each.figure.shape],
            "" if each.part == "p90" else say(lang, each.figure.definition_key),
            nothing(each.figure, lang),
            beside=each.part == "p90",
        )
        for each in figures
    ]


def nothing(figure: Figure, lang: str) -> str:
    """What is said where there is nothing of which a figure could be a part."""
    match figure:
        case Figure.SATISFACTION:
            return say(lang, "Nobody has rated")
        case Figure.RESPONSE | Figure.REOPENED:
            return say(lang, "Nothing was answered")
        case Figure.SOLVED:
            return say(lang, "Nobody has said")
        case Figure.MAIL_FAILED:
            return say(lang, "No mail was sent")
        case Figure.REVIEWED | Figure.REVIEW_CHANGED:
            return say(lang, "Nothing to review")
        case Figure.PUBLISHED:
            return say(lang, "Nobody has agreed")
        case figure if figure.shape is Shape.RATE:
            return say(lang, "Nothing was due")
    return "–"


def cell(asked: Asked, want: Wanted, figures: Figures, slice_: Slice, period: Period | None = None) -> Cell:
    """A figure with the way to the letters behind it, where there are any."""
    value = want.value(figures)
    n = value.n if isinstance(value, Rate | Length) else value
    unlisted = not n or want.figure in UNLISTED
    href = "" if unlisted else asked.letters(want.figure, slice_, period)
    return Cell(value, href, nothing(want.figure, asked.lang))


def by(
    asked: Asked,
    key: str,
    caption: str,
    dimension: Dimension,
    rows: Mapping[Key, Figures],
    total: Figures,
    wants: Sequence[Wanted],
    *,
    order: Callable[[Key], object] | None = None,
    first: Own | None = None,
    more: Own | None = None,
) -> FigureTable:
    """One line for each office, kind …, in the order asked for, and one for all.

    `first` and `more` are columns of one's own, before the figures and after them; the line for all has the key "".
    """
    lang, before, after = asked.lang, first or {}, more or {}

    def made(each: Key, name: str, figures: Figures, slice_: Slice) -> Row:
        cells = [cell(asked, want, figures, slice_) for want in wants]
        own = [[make(each) for _, make in part.values()] for part in (before, after)]
        return Row(str(each), [Cell(name), *own[0], *cells, *own[1]], total=each == "")

    keys = sorted(rows, key=order or (lambda each: asked.name(dimension, each)))  # type: ignore[arg-type]
    lines = [made(each, asked.name(dimension, each), rows[each], asked.narrowed(dimension, each)) for each in keys]
    if len(lines) > 1:
        lines.append(made("", say(lang, "All together"), total, asked.slice))
    heads = [
        Column(dimension.value, asking.head_of(dimension, lang), "text"),
        *(column for column, _ in before.values()),
        *columns(lang, wants),
        *(column for column, _ in after.values()),
    ]
    return FigureTable(key, caption, heads, lines)


def compared(asked: Asked, key: str, caption: str, found: Comparison, wants: Sequence[Wanted]) -> FigureTable:
    """One line for each figure: now, in the period before, and what has changed. Definitions stand below."""
    lang = asked.lang
    lines = [
        Row(
            want.key,
            [
                Cell(want.head(lang)),
                cell(asked, want, found.now.total, asked.slice),
                cell(asked, want, found.before.total, asked.slice, found.before.period),
                Cell(change(want, found.now.total, found.before.total)),
            ],
        )
        for want in wants
    ]
    heads = [
        Column("figure", say(lang, "Figure"), "text"),
        Column("now", say(lang, "This period"), "any"),
        Column("before", say(lang, "The period before"), "any"),
        Column("change", say(lang, "figures.changed"), "change"),
    ]
    return FigureTable(key, caption, heads, lines, meanings=meanings(lang, wants))


def meanings(lang: str, wants: Sequence[Wanted]) -> list[tuple[str, str]]:
    """What each figure counts, once."""
    figures = dict.fromkeys(want.figure for want in wants)
    found = [(say(lang, figure.name_key), say(lang, figure.definition_key)) for figure in figures]
    lengths = [(say(lang, "Median and p90"), say(lang, "definition.days"))]
    return found + lengths * any(figure.shape is Shape.DAYS for figure in figures)


def change(want: Wanted, now: Figures, before: Figures, *, flagged: bool = False) -> Change:
    """A figure against the one before."""
    return Change(_plain(want.value(now)), _plain(want.value(before)), KINDS[want.figure.shape], flagged)


def _plain(value: Value) -> float | None:
    match value:
        case Rate():
            return value.share
        case Length():
            return value.value
        case int():
            return value
    return None


def grows(now: int, before: int) -> bool:
    """Whether there are enough letters, and enough more than before, to point at it."""
    return now >= GROWS_FROM and now >= before * (1 + GROWS_BY) and now > before
