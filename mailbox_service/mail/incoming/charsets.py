"""Bytes that say in which encoding they are, rightly or wrongly, made into text. Nothing here ever raises.

What a mail claims is tried first, strictly. Then the encodings of the four languages are tried, and what looks most
like writing wins: the share of everyday characters among those that aren't ASCII.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LOOKED_AT = 20_000  # bytes by which an encoding is judged
# In the order in which a tie is decided. gb18030 holds gb2312 and gbk; cp949 holds euc-kr, cp932 shift_jis.
GUESSES = ("utf-8", "gb18030", "big5hkscs", "cp949", "cp932", "euc_jp")
# Names that mails use, and what is really meant: the larger sets that hold the ones named.
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unknown-8bit": "",
    "default": "",
}
_NO_TEXT = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"})
_SINGLE = ("cp1252", "iso8859", "latin", "koi8", "cp125", "mac")
_SYLLABLES = frozenset(
    "이다는을가에고의하지은로한기를도사나자있시아그대라인서일어리해거만수들정게면장주제보여부구전상스으마진동안내오성신비무국원"
    "과경관생모조우소연당선요문유방세물니습까것없데같때되며러려야와왜위미민바반발배번법변별병본분불외음입적점중직질차처천체초추출"
    "치카타태터통트편포표품프피필학할함합행향험현형호화확환회효후월년늘님네십했됩었았겠져돼된될길등로"
)
_SHIFTED = re.compile(rb"\x1b\$[@B]|\x1b\(J")  # ISO-2022-JP
_KOREAN = re.compile(rb"\x1b\$\)C")  # ISO-2022-KR
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def decoded(data: bytes, charset: str = "", most: int | None = None) -> str:
    """The text of the bytes; what no encoding explains is marked by U+FFFD. Line ends are made \\n.

    `most`: not more than so many characters of it are wanted.
    """
    for name in _order(data, _named(charset)):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        return tidy(text[:most])
    return tidy(data.decode(_named(charset) or "utf-8", "replace")[:most])


def tidy(text: str) -> str:
    """Without marks of order and control characters, with plain line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)


def _order(data: bytes, named: str) -> list[str]:
    """The encodings to try, the likeliest first."""
    looked_at = data[:LOOKED_AT]
    if _SHIFTED.search(looked_at):
        return ["iso2022_jp_ext", "iso2022_jp_2"]
    if _KOREAN.search(looked_at):
        return ["iso2022_kr"]
    if data.isascii():
        return [named, "utf-8"] if named else ["utf-8"]
    guesses = _by_likelihood(looked_at)
    best = _likelihood(looked_at, guesses[0]) if guesses else 0.0
    single = named.startswith(_SINGLE)
    if not named or (single and best > 0.9):  # claims of single bytes are mostly a program's default
        return [*guesses, *([named] if named else [])]
    if single or named == "utf-8" or _likelihood(looked_at, named) >= best - 0.2:
        return [named, *guesses]
    return [*guesses, named]


def _by_likelihood(data: bytes) -> list[str]:
    found = [(_likelihood(data, name), -place, name) for place, name in enumerate(GUESSES)]
    names = [name for share, _, name in sorted(found, reverse=True) if share > 0]
    if names[:1] != ["utf-8"] and "cp949" in names and _is_hangul(data):
        names.remove("cp949")
        names.insert(0, "cp949")
    return names


def _is_hangul(data: bytes) -> bool:
    """Whether all pairs begin where Hangul lies and make everyday syllables of it.

    Chinese in GB does neither for long: 的 begins with B5, but 是 with CA, 我 CE, 这 D5; four characters may.
    """
    leads = list(_leads(data))
    if len(leads) < 2 or sum(0xB0 <= lead <= 0xC8 for lead in leads) <= 0.95 * len(leads):
        return False
    syllables = [sign for sign in data.decode("cp949", "ignore") if "가" <= sign <= "힣"]
    return sum(sign in _SYLLABLES for sign in syllables) > 0.45 * len(syllables)


def _leads(data: bytes) -> Iterator[int]:
    """The first bytes of the pairs that stand for letters, not for signs."""
    at = 0
    while at < len(data) - 1:
        if data[at] >= 0xB0:
            yield data[at]
        at += 2 if data[at] > 0x7F else 1


def _likelihood(data: bytes, name: str) -> float:
    """0 when it can't be decoded (a character may be cut at the end), else how much of it looks like writing."""
    try:
        text = codecs.getincrementaldecoder(name)().decode(data)
    except (UnicodeDecodeError, LookupError, ValueError):
        return 0.0
    signs = [sign for sign in text if ord(sign) > 127]
    if not signs:
        return 0.01
    return 0.01 + sum(map(_weight, signs)) / len(signs) + (0.2 if name == "utf-8" else 0.0)


@lru_cache(maxsize=20_000)
def _weight(sign: str) -> float:
    """How much of an everyday character it is."""
    code = ord(sign)
    if 0x4E00 <= code <= 0x9FFF:  # half of all Chinese characters stand in GB 2312's first level, in Big5's or in JIS's
        return 1.0 if _is_everyday(sign) else 0.4
    if 0x3040 <= code <= 0x30FF or 0xAC00 <= code <= 0xD7A3:
        return 1.0 if _is_everyday(sign) else 0.3
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 0.9
    if 0xFF61 <= code <= 0xFF9F or 0xE000 <= code <= 0xF8FF:  # half-width katakana; private use
        return 0.0
    return 0.5 if unicodedata.category(sign)[0] in "LNPS" and code < 0x3000 else 0.1


def _is_everyday(sign: str) -> bool:
    """Whether it is among the common characters of GB 2312 (level 1), Big5 (level 1), KS X 1001 or kana."""
    for name, low, high in (("gb2312", 0xB0A1, 0xD7F9), ("big5", 0xA440, 0xC67E), ("euc_kr", 0xB0A1, 0xC8FE)):
        try:
            pair = sign.encode(name)
        except UnicodeEncodeError:
            continue
        if len(pair) == 2 and low <= int.from_bytes(pair, "big") <= high:
            return True
    return 0x3040 <= ord(sign) <= 0x30FF


def _named(charset: str) -> str:
    """The Python name of what is named; "" for nothing or nonsense."""
    said = charset.strip().strip("\"'").lower()
    if said in WIDER:
        return WIDER[said]
    try:
        found = codecs.lookup(said).name
        b"".decode(found)  # some codecs aren't encodings of text
    except (LookupError, ValueError):
        return ""
    return "" if found in _NO_TEXT else WIDER.get(found, found)
