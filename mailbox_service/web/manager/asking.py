"""What a page of figures is asked for, a period and part of the letters: read strictly, drawn as a form, kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from mailbox_service.base import ids
from mailbox_service.base.language import LANGUAGES, in_language, say
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import NONE, Dimension, Key, Slice
from mailbox_service.tickets.tables.words import Channel, Kind
from mailbox_service.web import periods
from mailbox_service.web.desk import Desk
from mailbox_service.web.manager import reader
from mailbox_service.web.manager.reader import Reader
from mailbox_service.web.page import Group, Link, Option

LETTERS = "/manager/letters"


@dataclass(frozen=True, slots=True)
class Asked:
    """A reader, a period, and the letters it is about. A head's slice always names one of their offices.

    `by` is what the page of all figures tells apart.
    """

    reader: Reader
    period: Period
    slice: Slice
    by: Dimension | None = None

    @property
    def desk(self) -> Desk:
        """Where the reader sits."""
        return self.reader.desk

    @property
    def lang(self) -> str:
        """The language they read."""
        return self.desk.lang

    @property
    def is_running(self) -> bool:
        """Whether the period isn't over."""
        return self.period.last >= self.desk.today

    def query(
        self, more: Mapping[str, str] | None = None, *, period: Period | None = None, slice_: Slice | None = None
    ) -> str:
        """The same question, or another one, as an address's query."""
        asked_of = slice_ or self.slice
        narrowed = {each.value: str(key) for each, key in asked_of.filters.items()}
        narrowed |= {} if asked_of.below else {"below": "no"}
        apart = {"by": self.by.value} if self.by and not more else {}
        return urlencode({"period": periods.code(period or self.period), **narrowed, **apart, **(more or {})})

    def letters(self, figure: Figure, slice_: Slice | None = None, period: Period | None = None) -> str:
        """The address of the letters behind a figure; "" for a reader who sees none."""
        if not self.reader.sees_letters:
            return ""
        return f"{LETTERS}?{self.query({'figure': figure.value}, period=period, slice_=slice_)}"

    def narrowed(self, by: Dimension, key: Key) -> Slice:
        """What is asked for, narrowed to one row of a table."""
        match by:
            case Dimension.OFFICE:
                return replace(self.slice, office=int(key))
            case Dimension.TOPIC:
                return replace(self.slice, topic=int(key), below=False)  # a row of its own, beside those below it
            case Dimension.KIND:
                return replace(self.slice, kind=Kind(str(key)))
            case Dimension.LANGUAGE:
                return replace(self.slice, language=str(key))
        return replace(self.slice, channel=Channel(str(key)))

    def name(self, by: Dimension, key: Key) -> str:
        """What a row of a table is about, in words."""
        if key in (NONE, ""):
            return say(self.lang, {Dimension.OFFICE: "No office yet", Dimension.TOPIC: "No subject area"}.get(by, "–"))
        match by:
            case Dimension.OFFICE:
                return self.desk.office(int(key)) or f"{key}"
            case Dimension.TOPIC:
                return topic(self.desk, int(key))
            case Dimension.LANGUAGE:
                return say(self.lang, f"language.{key if key in LANGUAGES else 'other'}")
        return say(self.lang, f"{by.value}.{key}")


def asked(desk: Desk) -> Asked:
    """What the address asks for; a word that is none asks for nothing.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    sits = reader.at(desk)
    period = periods.read(desk.asked("period"), desk.today, first=desk.asked("from"), last=desk.asked("to"))
    kind, channel, language = desk.asked("kind"), desk.asked("channel"), desk.asked("language")
    office = ids.read(desk.asked("office"))
    if sits.is_head and office not in sits.offices:
        office = sits.offices[0]
    slice_ = Slice(
        office=office,
        kind=Kind(kind) if kind in set(Kind) else None,
        topic=ids.read(desk.asked("topic")),
        language=language if language.isascii() and language.isalpha() and len(language) <= 8 else None,
        channel=Channel(channel) if channel in set(Channel) else None,
        below=desk.asked("below") != "no",
    )
    by = desk.asked("by")
    return Asked(sits, period, slice_, Dimension(by) if by in set(Dimension) else None)


def topic(desk: Desk, id_: int) -> str:
    """A subject area with the one above it: Transport › Buses."""
    found = desk.city.topics.get(id_)
    if found is None:
        return f"{id_}"
    above = desk.city.topics.get(found.parent_id or 0)
    name = in_language(found.name, desk.lang)
    return f"{in_language(above.name, desk.lang)} › {name}" if above else name


# --- The form ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter with its answers. `empty` is what "any" is called; "" when one must be chosen."""

    name: str
    label: str
    options: Sequence[Option]
    value: str
    empty: str


@dataclass(frozen=True, slots=True)
class Form:
    """The question as a form; `chips` are filters with a way to take each off."""

    action: str
    words: str
    before: Link | None
    after: Link | None
    periods: Sequence[Group]
    period: str
    first: str
    last: str
    choices: Sequence[Choice]
    chips: Sequence[Link]
    plain: str
    hidden: Mapping[str, str]


def form(
    asked_: Asked,
    path: str,
    *,
    without: Sequence[Dimension] = (),
    by: bool = False,
    more: Mapping[str, str] | None = None,
) -> Form:
    """The form of a page. `without` names what the page tells apart itself; `by` lets its reader choose that.

    `more` is what else its address says.
    """
    lang, period, desk, kept = asked_.lang, asked_.period, asked_.desk, more or {}
    code = periods.code(period)
    own = not (period.is_month or period.is_quarter or period.is_year)
    offered = periods.offered(desk.today, lang)
    if not any(option.value == code for group in offered for option in group.options):
        offered = [Group(say(lang, "Chosen"), [Option(code, periods.words(period, lang))]), *offered]
    following = periods.after(period)
    return Form(
        action=path,
        words=periods.words(period, lang),
        before=_way(asked_, path, period.before, kept) if period.before.first.year >= periods.FIRST_YEAR else None,
        after=_way(asked_, path, following, kept) if following.first <= desk.today else None,
        periods=offered,
        period=code,
        first=f"{period.first}" if own else "",
        last=f"{period.last}" if own else "",
        choices=[
            *([_apart(asked_)] if by else []),
            *(choice for choice in _choices(asked_) if choice.name not in {each.value for each in without}),
        ],
        chips=_chips(asked_, path, kept),
        plain=f"{path}?{asked_.query(kept, slice_=_least(asked_))}",
        hidden=kept,
    )


def _way(asked_: Asked, path: str, period: Period, kept: Mapping[str, str]) -> Link:
    return Link(periods.words(period, asked_.lang), f"{path}?{asked_.query(kept, period=period)}")


def _least(asked_: Asked) -> Slice:
    return Slice(office=asked_.slice.office) if asked_.reader.is_head else Slice()


def _choices(asked_: Asked) -> list[Choice]:
    desk, lang = asked_.desk, asked_.lang
    own = asked_.reader.offices
    offices = own or [id_ for id_, office in desk.city.offices.items() if office.merged_into_id is None]
    topics = sorted(desk.city.topics, key=lambda id_: topic(desk, id_))
    named: Mapping[Dimension, Sequence[Key]] = {
        Dimension.OFFICE: [*offices],
        Dimension.KIND: [each.value for each in Kind],
        Dimension.TOPIC: [*topics],
        Dimension.LANGUAGE: [*LANGUAGES],
        Dimension.CHANNEL: [each.value for each in Channel],
    }
    filters = asked_.slice.filters
    return [
        Choice(
            by.value,
            head_of(by, lang),
            [Option(str(key), asked_.name(by, key)) for key in keys],
            str(filters.get(by, "")),
            "" if by is Dimension.OFFICE and own else say(lang, "Any"),
        )
        for by, keys in named.items()
    ]


def _apart(asked_: Asked) -> Choice:
    lang, chosen = asked_.lang, asked_.by.value if asked_.by else ""
    options = [Option(each.value, head_of(each, lang)) for each in Dimension]
    return Choice("by", say(lang, "Told apart by"), options, chosen, say(lang, "Nothing: beside the period before"))


def head_of(dimension: Dimension, lang: str) -> str:
    """What a filter, or a column that names the rows, is called."""
    names = {
        Dimension.OFFICE: "Office",
        Dimension.KIND: "Kind",
        Dimension.TOPIC: "Subject area",
        Dimension.LANGUAGE: "Language",
        Dimension.CHANNEL: "queues.channel",
    }
    return say(lang, names[dimension])


def _chips(asked_: Asked, path: str, kept: Mapping[str, str]) -> list[Link]:
    fixed = (Dimension.OFFICE,) if asked_.reader.is_head else ()
    return [
        Link(asked_.name(by, key), f"{path}?{asked_.query(kept, slice_=_without(asked_.slice, by))}")
        for by, key in asked_.slice.filters.items()
        if by not in fixed
    ]


def _without(slice_: Slice, by: Dimension) -> Slice:
    return Slice(**{name.value: key for name, key in slice_.filters.items() if name is not by})  # type: ignore[arg-type]
