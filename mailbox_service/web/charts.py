"""Charts, computed here, drawn by templates/parts/figure.html as SVG: no script, no colour alone, zero at the bottom.

A trend's lines differ by dash and marker and carry their names at their ends; what they show stands in a description
and in a table beside them. Bars are a table whose middle column is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor, log10
from typing import Literal
from unicodedata import east_asian_width

from mailbox_service.base.language import number, say, short_month, year

WIDTH, HEIGHT = 680, 300
TOP, BOTTOM, LEFT, RIGHT = 16, 46, 80, 150  # room for the marks, the months, and at least for the lines' names
NARROW, WIDE, BEFORE_NAME = 8, 14, 12  # of a letter in the style sheet's size, Han or Latin; from a line's end
MOST_TICKS = 7
MARKS = 4  # lines of the grid above zero, at most
LABEL_GAP = 18  # between two names, so that neither stands on the other
MOST_SERIES = 4
_MARKERS = (
    "M{l},{y}a{r},{r} 0 1,0 {d},0a{r},{r} 0 1,0 -{d},0z",  # a disc
    "M{l},{t}h{d}v{d}h-{d}z",  # a square
    "M{x},{t}L{e},{y}L{x},{b}L{l},{y}z",  # a diamond
    "M{x},{t}L{e},{b}L{l},{b}z",  # a triangle
)
Point = tuple[float, float]
Write = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Amount:
    """What a bar stands for; `percent` is its length, 0 to 100 of the whole width, once it is drawn."""

    label: str
    value: float
    written: str
    href: str = ""
    tone: Literal["", "second-tone", "bad"] = ""
    percent: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from zero; the heads name the two columns for those who hear them."""

    title: str
    subtitle: str
    label_head: str
    value_head: str
    rows: Sequence[Amount]


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of a trend stands for: a value for each tick, None where there is none to draw."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Tick:
    """A month below the axis; `under` its year, where a year begins."""

    x: float
    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid and what it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """A drawn line: its unbroken stretches, its markers as one path, its name where it ends."""

    name: str
    stretches: Sequence[str]
    markers: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A drawn trend and the same as a table. `plot` is where the grid ends and the lines' names begin."""

    id: str
    title: str
    subtitle: str
    desc: str
    width: int
    height: int
    plot: int
    series: Sequence[Series]
    ticks: Sequence[Tick]
    marks: Sequence[Mark]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    csv_href: str = ""

    @property
    def left(self) -> int:
        """Where the grid begins."""
        return LEFT - 14

    @property
    def marks_x(self) -> int:
        """Where the marks' words end."""
        return LEFT - 22

    @property
    def months_y(self) -> int:
        """Where the months stand."""
        return self.height - BOTTOM + 20

    @property
    def years_y(self) -> int:
        """Where their years stand."""
        return self.height - BOTTOM + 38


def bars(
    title: str, subtitle: str, heads: tuple[str, str], amounts: Sequence[Amount], *, most: float | None = None
) -> Bars:
    """Bars as long as their amounts; the whole width is the longest, or `most` where that is known (1 for rates)."""
    longest = most or max((amount.value for amount in amounts), default=0) or 1
    rows = [replace(one, percent=round(100 * one.value / longest, 2)) for one in amounts]
    return Bars(title, subtitle, *heads, rows)


def trend(
    id_: str,
    title: str,
    subtitle: str,
    months: Sequence[date],
    lines: Sequence[Line],
    lang: str,
    *,
    head: str,
    month: Callable[[date], str],
    write: Write | None = None,
    most: float | None = None,
) -> Trend:
    """Lines over months, from zero. `head` names the table's first column, `month` writes a row's name.

    `most` is the top of the axis where it is known (1 for rates). At most four lines: more can't be told apart.
    """
    if len(lines) > MOST_SERIES:
        raise ValueError("at most four lines can be told apart")
    written = write or (lambda value: number(int(value), lang))
    top, step = _axis(
        most or max((v for line in lines for v in line.values if v is not None), default=0), whole=not write
    )
    plot = WIDTH - max([RIGHT, *(_room(line.name) for line in lines)])
    places = [_x(place, len(months), plot) for place in range(len(months))]
    drawn = [_drawn(line, places, top, place) for place, line in enumerate(lines)]
    return Trend(
        id=id_,
        title=title,
        subtitle=subtitle,
        desc=" ".join(_said(line, months, month, written, lang) for line in lines),
        width=WIDTH,
        height=HEIGHT,
        plot=plot,
        series=_apart(drawn),
        ticks=_ticks(months, places, lang),
        marks=[Mark(_y(step * n, top), written(step * n)) for n in range(round(top / step) + 1)],
        heads=[head, *(line.name for line in lines)],
        rows=[[month(on), *(_cell(line.values[n], written) for line in lines)] for n, on in enumerate(months)],
    )


def _axis(highest: float, *, whole: bool) -> tuple[float, float]:
    """The top of the axis and the step of its grid: 1, 2 or 5 times a power of ten."""
    rough = (highest or 1) / MARKS
    power = 10.0 ** floor(log10(rough))
    step = next(times * power for times in (1, 2, 2.5, 5, 10) if times * power >= rough * 0.999)
    if whole:
        step = max(1.0, ceil(step))
    return step * ceil(round((highest or 1) / step, 6)), step


def _room(name: str) -> int:
    """The width that a line's name needs, with some to spare."""
    return 2 * BEFORE_NAME + sum(WIDE if east_asian_width(letter) in "WF" else NARROW for letter in name)


def _x(place: int, count: int, plot: int) -> float:
    return round(LEFT + (plot - LEFT) * (place / (count - 1) if count > 1 else 0.5), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


def _drawn(line: Line, places: Sequence[float], top: float, place: int) -> Series:
    points = [(x, _y(v, top)) if v is not None else None for x, v in zip(places, line.values, strict=True)]
    known = [point for point in points if point is not None]
    end = known[-1] if known else (places[-1] if places else 0.0, _y(0, top))
    markers = "".join(_marker(place, *point) for point in known)
    return Series(line.name, _stretches(points), markers, end[0] + BEFORE_NAME, end[1] + 5)


def _stretches(points: Sequence[Point | None]) -> list[str]:
    """The points of each unbroken stretch."""
    found: list[list[str]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(f"{point[0]:g},{point[1]:g}")
    return [" ".join(stretch) for stretch in found if len(stretch) > 1]


def _marker(place: int, x: float, y: float, r: float = 4.5) -> str:
    at = {"x": x, "y": y, "l": x - r, "e": x + r, "t": y - r, "b": y + r, "r": r, "d": 2 * r}
    return _MARKERS[place].format(**{name: f"{value:.1f}" for name, value in at.items()})


def _apart(drawn: Sequence[Series]) -> list[Series]:
    """The same lines, their names moved until none stands on another, in the order in which the lines end."""
    order = sorted(range(len(drawn)), key=lambda n: drawn[n].label_y)
    heights = [round(drawn[n].label_y) for n in order]
    for n in range(1, len(heights)):
        heights[n] = max(heights[n], heights[n - 1] + LABEL_GAP)
    lowest = HEIGHT - BOTTOM + 5
    for n in reversed(range(len(heights))):
        heights[n] = lowest = min(heights[n], lowest)
        lowest -= LABEL_GAP
    moved = dict(zip(order, heights, strict=True))
    return [Series(one.name, one.stretches, one.markers, one.label_x, moved[n]) for n, one in enumerate(drawn)]


def _ticks(months: Sequence[date], places: Sequence[float], lang: str) -> list[Tick]:
    """As many months as have room, the last among them; each year once."""
    every, years = ceil(len(months) / MOST_TICKS) or 1, set[int]()
    found = []
    for place, on in enumerate(months):
        if (len(months) - 1 - place) % every:
            continue
        found.append(Tick(places[place], short_month(on, lang), "" if on.year in years else year(on, lang)))
        years.add(on.year)
    return found


def _cell(value: float | None, write: Write) -> str:
    return "–" if value is None else write(value)


def _said(line: Line, months: Sequence[date], month: Callable[[date], str], write: Write, lang: str) -> str:
    """A line in a sentence: where it is lowest, highest, and where it ends."""
    known = [(value, on) for value, on in zip(line.values, months, strict=True) if value is not None]
    if not known:
        return say(lang, "%(name)s: nothing to show.", name=line.name)
    low, high, last = min(known), max(known), known[-1]
    return say(
        lang,
        "%(name)s: lowest %(low)s in %(low_month)s, highest %(high)s in %(high_month)s, %(last)s in %(last_month)s.",
        name=line.name,
        low=write(low[0]),
        low_month=month(low[1]),
        high=write(high[0]),
        high_month=month(high[1]),
        last=write(last[0]),
        last_month=month(last[1]),
    )
