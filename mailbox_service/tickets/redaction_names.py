"""Names in a text: the writer's in every way it is written, and the names somebody gives themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# What people type instead of a name: masking it would hide ordinary words.
_NOBODY = re.compile(
    "市民|居民|群众|热心市民|匿名|来信人|游客|学生|家长|业主|住民|名無し|시민|주민|익명|학생|민원인"
    "|anonymous|citizen|resident|visitor|nobody|none",
    re.I,
)
_WORDS = re.compile(
    "will|may|june|april|august|rose|grace|hope|faith|joy|long|park|young|king|queen|hall|hill|lake|wood|woods|stone"
    "|street|road|bell|mark|bill|rich|dean|page|case|day|week|summer|winter|art|the|and|for|from|van|von|der",
    re.I,
)  # names that are words, too: masked only with the rest of the name, or after Mr and Ms

_COMPOUND = re.compile("欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|남궁|황보|제갈|선우|독고")
_HAN_TITLE = "先生|女士|小姐|同志|老师|师傅|太太|大爷|大妈|阿姨|医生|教授"
_JA_TITLE = "様|さま|さん|氏|殿|君|ちゃん|先生"
_KO_TITLE = "씨|님|선생님|선생|여사|군|양"
_LATIN_TITLE = r"(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Mister)\.?"

_HAN = re.compile(r"[㐀-䶿一-鿿々]+")
_KANA = re.compile(r"[㐀-䶿一-鿿々ぁ-ゖァ-ヺー]+")
_HANGUL = re.compile(r"[가-힣]+")
_LATIN = "A-Za-zÀ-ɏ"

# Somebody says what they are called.
_SELF = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:my name is|my name's|my full name:?) ([A-ZÀ-Þ][{_LATIN}'\-]+(?: [A-ZÀ-Þ][{_LATIN}'\-]+){{0,3}})",
        r"(?:我叫|我的名字是|我的名字叫|姓名:) ?([㐀-䶿一-鿿]{2,4})(?![㐀-䶿一-鿿])",
        r"(?:私は|名前は) ?([㐀-䶿一-鿿々ぁ-ゖァ-ヺー 　]{2,10}?)(?:と申します|といいます|と言います)",
        r"(?:저는|제 이름은) ?([가-힣]{2,4})(?:라고|이라고|입니다)",
    )
)


def found(flat: str, text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a name stands. `flat` is the text made plain, as long as the text itself."""
    for name in names:
        for pattern in _ways(name.strip()):
            yield from (match.span() for match in pattern.finditer(text))
    for pattern in _SELF:
        yield from (match.span(1) for match in pattern.finditer(flat))


def _ways(name: str) -> list[re.Pattern[str]]:
    if _NOBODY.fullmatch(name) or not any(character.isalpha() for character in name):
        return []
    parts = [part for part in re.split(r"[\s·・,，、]+", name) if part]
    joined = "".join(parts)
    if _HANGUL.fullmatch(joined):
        return _korean(joined, parts)
    if _KANA.fullmatch(joined):
        return _chinese_or_japanese(joined, parts)
    return _latin(parts)


def _spaced(word: str) -> str:
    """The characters of a name, with or without a space between them."""
    return r"[ \t　·・]?".join(re.escape(character) for character in word)


def _chinese_or_japanese(joined: str, parts: Sequence[str]) -> list[re.Pattern[str]]:
    """Whole; a beginning of it before a title; the given name where it is known to be one and is long enough."""
    titles = rf"[ 　]?(?:{_HAN_TITLE}|{_JA_TITLE})"
    firsts = {joined[:n] for n in range(1, min(4, len(joined) + 1))} | set(parts)
    ways = [_spaced(joined)] if len(joined) > 1 else []
    ways += [f"{re.escape(first)}(?={titles})" for first in sorted(firsts, key=len, reverse=True)]
    given = parts[-1] if len(parts) > 1 else joined[_surname(joined) :] if _HAN.fullmatch(joined) else ""
    if len(given) > 1 and len(joined) < 5 - (len(parts) == 1):
        ways.append(re.escape(given))
    return [re.compile(way) for way in ways]


def _surname(joined: str) -> int:
    return 2 if _COMPOUND.match(joined) and len(joined) > 2 else 1


def _korean(joined: str, parts: Sequence[str]) -> list[re.Pattern[str]]:
    family = joined[: _surname(joined)]
    given = parts[-1] if len(parts) > 1 else joined[len(family) :]
    ways = [_spaced(joined)] if len(joined) > 1 else []
    ways += [rf"{re.escape(part)}(?= ?(?:{_KO_TITLE}))" for part in (family, given) if part]
    return [re.compile(rf"(?<![가-힣]){way}") for way in ways]


def _latin(parts: Sequence[str]) -> list[re.Pattern[str]]:
    """Whole, in either order; after Mr and Ms; each part alone when it is no ordinary word and begins large."""
    between = r"[ \t\-.,·　]{1,3}"
    whole = between.join(re.escape(part) for part in parts)
    ways = [re.compile(_alone(whole), re.I)]
    if len(parts) > 1:
        turned = between.join(re.escape(part) for part in (parts[-1], *parts[:-1]))
        ways.append(re.compile(_alone(turned)))
        ways.append(re.compile(_alone("".join(re.escape(part) for part in parts)), re.I))
    for part in (part.strip(".") for part in parts):
        if len(part) > 1:
            ways.append(re.compile(_alone(rf"{_LATIN_TITLE} ?{re.escape(part)}"), re.I))
        if len(part) > 2 and not _WORDS.fullmatch(part):
            written = sorted({part.capitalize(), part.upper(), part if part[:1].isupper() else part.title()})
            ways.append(re.compile(_alone(f"(?:{'|'.join(map(re.escape, written))})")))
    return ways


def _alone(way: str) -> str:
    return rf"(?<![{_LATIN}]){way}(?![{_LATIN}])"
