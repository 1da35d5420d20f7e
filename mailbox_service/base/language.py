"""The four languages: catalogues, choosing one, dates, numbers and lists as each is written.

Catalogues are the .po files of `locales/<folder>/`, one per room, merged in memory at first use.
Sentences of pages use the English sentence as their id; enumerated words and refusals use a key
("status.received", "refused.reply.empty"). Nothing here knows whom it speaks to: the language is
always an argument, one of the codes of `LANGUAGES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from mailbox_service.base.refusals import Refused

PLAIN = 16_384  # sentences kept ready
_KANA, _HANGUL, _HAN = re.compile("[ぁ-ヿ]"), re.compile("[가-힣]"), re.compile("[一-鿿]")
LOCALES = Path(__file__).parent.parent / "locales"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code in addresses, its own name, its BCP 47 tag, its catalogue's folder."""

    code: str
    name: str
    tag: str
    folder: str


LANGUAGES = {
    "en": Language("en", "English", "en", "en"),
    "zh": Language("zh", "中文", "zh-Hans", "zh_Hans"),
    "ja": Language("ja", "日本語", "ja", "ja"),
    "ko": Language("ko", "한국어", "ko", "ko"),
}
_FALLBACKS = {"en": ("en", "zh"), "zh": ("zh", "en"), "ja": ("ja", "en", "zh"), "ko": ("ko", "en", "zh")}


# --- Words -----------------------------------------------------------------------------------


@cache
def words(lang: str) -> Translations:
    """The language's translations (gettext, ngettext); what it lacks is said in English."""
    catalogue = Catalog(locale=LANGUAGES[lang].folder)
    for path in sorted((LOCALES / LANGUAGES[lang].folder).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=catalogue.locale):
                if message.id and not message.fuzzy:
                    catalogue[message.id] = message
    binary = BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    found = Translations(binary)
    if lang != "en":
        found.add_fallback(words("en"))
    return found


def say(lang: str, msgid: str, *, zone: ZoneInfo | None = None, **facts: object) -> str:
    """The sentence in the language, its placeholders filled with facts written as the language does.

    Dates, numbers, lists and translated names may be given as they are; a datetime needs the zone.
    """
    if not facts:
        return _plain(lang, msgid)
    said: str = words(lang).gettext(msgid)
    return said % {name: written(fact, lang, zone) for name, fact in facts.items()}


@lru_cache(maxsize=PLAIN)
def _plain(lang: str, msgid: str) -> str:
    """A sentence without facts. A page says a hundred of them."""
    said: str = words(lang).gettext(msgid)
    return said % {}


def say_many(lang: str, one: str, many: str, count: int, **facts: object) -> str:
    """The sentence for that many things; `%(count)s` is the number."""
    said: str = words(lang).ngettext(one, many, count)
    return said % {name: written(fact, lang, None) for name, fact in {**facts, "count": count}.items()}


def in_brackets(lang: str, label: str, within: str) -> str:
    """A label with what tells it apart, in the brackets of the language: Name (Korean)."""
    return say(lang, "%(label)s (%(within)s)", label=label, within=within)


def say_refusal(lang: str, refused: Refused, zone: ZoneInfo | None = None) -> str:
    """The sentence of a refusal for its reader."""
    return say(lang, f"refused.{refused.code}", zone=zone, **refused.facts)


def written(fact: object, lang: str, zone: ZoneInfo | None) -> str:
    """A fact as it stands in a sentence of the language."""
    match fact:
        case str():
            return str(fact)
        case bool():
            return str(fact)
        case int() | float():
            return number(fact, lang)
        case datetime():
            return moment(fact, lang, zone or ZoneInfo("UTC"))
        case date():
            return day(fact, lang)
        case Mapping():
            return in_language(fact, lang)
        case Sequence() | set() | frozenset():
            return list_of([written(each, lang, zone) for each in fact], lang)
    return str(fact)


def in_language(names: Mapping[str, str], lang: str) -> str:
    """A name kept in several languages, in this one, else English, else Chinese, else any; "" if there is none."""
    for code in _FALLBACKS.get(lang, ()):
        if found := names.get(code):
            return found
    return next((name for name in names.values() if name), "")


# --- Choosing --------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def choose(accept_language: str | None, cookie: str | None = None, *, default: str = "zh") -> str:
    """The code of the language to begin with: the one kept, else the browser's best, else `default`.

    Someone who asks only for languages the service lacks gets English. Only the redirect from
    "/" asks this: every other address names its language.
    """
    if cookie in LANGUAGES:
        return str(cookie)
    asked = _asked_for(accept_language or "")
    if not asked:
        return default
    return next((tag for tag in asked if tag in LANGUAGES), "en")


def written_in(text: str, letter: str = "") -> str:
    """The language a text's own letters tell; "" when they don't.

    Han alone may be Japanese: it is taken to be where the text is a piece of a letter in Japanese.
    """
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    if not _HAN.search(text):
        return ""
    return "ja" if letter == "ja" else "zh"


def _asked_for(header: str) -> list[str]:
    """Primary subtags of an Accept-Language header, best first; "*", nonsense and refused ones left out."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, quality = part.strip().partition(";")
        weight = _weight(quality)
        primary = tag.strip().replace("_", "-").partition("-")[0].lower()
        if primary.isalpha() and weight > 0:
            weighed.append((-weight, place, "zh" if primary in ("yue", "cmn") else primary))
    return [tag for _, _, tag in sorted(weighed)]


def _weight(quality: str) -> float:
    value = quality.strip().removeprefix("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0


# --- Dates, numbers, lists -------------------------------------------------------------------

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "ko": ("월", "화", "수", "목", "금", "토", "일"),
}


@lru_cache(maxsize=4_096)
def day(on: date, lang: str) -> str:
    """27 February 2026 (Friday) · 2026年2月27日（星期五） · 2026年2月27日（金） · 2026년 2월 27일(금)."""
    weekday = _WEEKDAYS[lang][on.weekday()]
    match lang:
        case "zh" | "ja":
            return f"{on.year}年{on.month}月{on.day}日（{weekday}）"
        case "ko":
            return f"{on.year}년 {on.month}월 {on.day}일({weekday})"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year} ({weekday})"


@lru_cache(maxsize=4_096)
def short_day(on: date, lang: str) -> str:
    """27 Feb 2026 · 2026年2月27日 · 2026년 2월 27일: for tables, without the weekday."""
    match lang:
        case "zh" | "ja":
            return f"{on.year}年{on.month}月{on.day}日"
        case "ko":
            return f"{on.year}년 {on.month}월 {on.day}일"
    return f"{on.day} {_MONTHS[on.month - 1][:3]} {on.year}"


def month(on: date, lang: str) -> str:
    """February 2026 · 2026年2月 · 2026년 2월."""
    match lang:
        case "zh" | "ja":
            return f"{on.year}年{on.month}月"
        case "ko":
            return f"{on.year}년 {on.month}월"
    return f"{_MONTHS[on.month - 1]} {on.year}"


def short_month(on: date, lang: str) -> str:
    """Feb · 2月 · 2월: below a chart, beside its year."""
    return {"en": _MONTHS[on.month - 1][:3], "ko": f"{on.month}월"}.get(lang, f"{on.month}月")


def quarter(on: date, lang: str) -> str:
    """First quarter of 2026 · 2026年第一季度 · 2026年第1四半期 · 2026년 1분기."""
    place = (on.month - 1) // 3
    match lang:
        case "zh":
            return f"{on.year}年第{'一二三四'[place]}季度"
        case "ja":
            return f"{on.year}年第{place + 1}四半期"
        case "ko":
            return f"{on.year}년 {place + 1}분기"
    return f"{('First', 'Second', 'Third', 'Fourth')[place]} quarter of {on.year}"


def year(on: date, lang: str) -> str:
    """2026 · 2026年 · 2026년."""
    return {"en": f"{on.year}", "ko": f"{on.year}년"}.get(lang, f"{on.year}年")


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """14:05, in the city, in every language."""
    return at.astimezone(zone).strftime("%H:%M")


@lru_cache(maxsize=4_096)
def moment(at: datetime, lang: str, zone: ZoneInfo) -> str:
    """Day and time in the city."""
    here = at.astimezone(zone)
    between = {"en": ", ", "ko": " "}.get(lang, "")
    return f"{day(here.date(), lang)}{between}{here:%H:%M}"


def number(count: int | float, lang: str) -> str:
    """1,234 or 1,234.5: the four languages agree."""
    return f"{count:,}" if isinstance(count, int) else f"{count:,.1f}"


def percent(share: float, lang: str) -> str:
    """A share of 0.914 as 91.4%."""
    return f"{share * 100:.1f}%"


def size(count: int, lang: str) -> str:
    """A file's size: 900 B, 12 KB, 3.4 MB (powers of 1,024)."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / (1024 * 1024):.1f}".removesuffix(".0") + " MB"


def list_of(names: Iterable[str], lang: str) -> str:
    """A, B and C · A、B和C · A、B、C · A, B, C."""
    *others, last = [*names] or [""]
    if not others:
        return last
    match lang:
        case "en":
            return f"{', '.join(others)} and {last}"
        case "zh":
            return f"{'、'.join(others)}和{last}"
        case "ja":
            return "、".join([*others, last])
    return ", ".join([*others, last])
