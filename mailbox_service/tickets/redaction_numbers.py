"""Long numbers in a text, told apart by their length, their check digits and the word before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from stdnum import luhn

MOST_GROUPS = 8  # groups of digits that one number may be written in
FEWEST, MOST = 7, 19  # digits of a number that tells who somebody is
CONTEXT = 16  # characters before a number that are asked what it is

_RUN = re.compile(r"\+?\(?[0-9](?:[ \t\-./()]{0,2}[0-9])*[Xx]?")
_GROUP = re.compile(r"[0-9]+[Xx]?")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺]{7,}")
_EXTENSION = re.compile(r" ?(?:转|内線|内线|ext\.?|x|교환) ?[0-9]{1,5}(?![0-9])", re.I)
_BRACKETED = re.compile(r"\(?[0-9]{3}\)?[ \-.][0-9]{3}[ \-.][0-9]{4}")

_SAYS_PHONE = re.compile(
    r"(?:电话|手机|联系|致电|号码|tel|phone|call|mobile|fax|传真|電話|携帯|연락|전화|휴대)[^0-9\n]*$", re.I
)
_SAYS_ID = re.compile(r"(?:身份证|证件|マイナンバー|個人番号|주민등록|주민번호|외국인등록|\bID\b)[^0-9\n]*$", re.I)
_SAYS_CARD = re.compile(r"(?:卡号|账号|账户|帐号|银行卡|口座|계좌|카드|\baccount\b|\bcard\b)[^0-9\n]*$", re.I)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_MY_NUMBER = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def plain(text: str) -> str:
    """The text as long as before, its digits, dashes and spaces of whatever width and script made ordinary ones."""
    return "".join(_plain(character) for character in text)


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    if character in "‐‑‒–—―−－˗":
        return "-"
    if unicodedata.category(character) == "Zs":
        return " "
    if unicodedata.category(character) == "Cf":
        return " "  # unseen marks inside a number part it like a space
    return chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character


def found(flat: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each number that tells who somebody is. The text has been made `plain`."""
    for run in _RUN.finditer(flat):
        yield from _in_run(flat, run.start(), run.group())
    for spelt in _SPELT.finditer(flat):
        yield *spelt.span(), "phone"


def _in_run(flat: str, at: int, run: str) -> Iterator[tuple[int, int, str]]:
    """Of the groups of a run, the longest that make a number together; then what follows them."""
    groups = [group.span() for group in _GROUP.finditer(run)]
    first = 0
    while first < len(groups):
        for last in range(min(first + MOST_GROUPS, len(groups)) - 1, first - 1, -1):
            start = _with_sign(run, groups[first][0])
            said = run[start : groups[last][1]]
            if len(said) < FEWEST:
                break
            if kind := _kind(said, flat[max(0, at + start - CONTEXT) : at + start]):
                end = at + groups[last][1]
                more = _EXTENSION.match(flat, end) if kind == "phone" else None
                yield at + start, more.end() if more else end, kind
                first = last
                break
        first += 1


def _with_sign(run: str, start: int) -> int:
    while start and run[start - 1] in "+(":
        start -= 1
    return start


def _kind(said: str, before: str) -> str:
    """What the number is; "" when nothing says that it is somebody's."""
    digits = re.sub(r"[^0-9X]", "", said.upper())
    if not FEWEST <= len(digits) <= MOST:
        return ""
    if _is_id(digits) or (_SAYS_ID.search(before) and len(digits) in (12, 13, 15, 18)):
        return "id"
    if not digits.isdigit():
        return ""
    if _is_phone(said, digits) or (_SAYS_PHONE.search(before) and len(digits) <= 12):
        return "phone"
    if _is_card(said, digits) or (_SAYS_CARD.search(before) and len(digits) >= 8):
        return "card"
    return ""


def _is_phone(said: str, digits: str) -> bool:
    if said.lstrip("(").startswith("+") or digits.startswith("00"):
        return 8 <= len(digits) <= 16
    if re.fullmatch(r"(?:86)?1[3-9][0-9]{9}", digits) or _BRACKETED.fullmatch(said):
        return True
    return digits[0] == "0" and digits[1] != "0" and 9 <= len(digits) <= 12


def _is_card(said: str, digits: str) -> bool:
    """ISO/IEC 7812: 13 to 19 digits, the last one Luhn's; written as one, or in groups of three and more."""
    groups = re.findall("[0-9]+", said)
    together = len(groups) == 1 or all(len(group) >= 3 for group in groups[:-1])
    return 13 <= len(digits) <= 19 and together and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


def _is_id(digits: str) -> bool:
    """A Chinese, Korean or Japanese number of a person, by its check digit or its day of birth."""
    if len(digits) == 18:
        rest = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True)) if digits[:17].isdigit() else None
        return rest is not None and "10X98765432"[rest % 11] == digits[17]
    if not digits.isdigit():
        return False
    if len(digits) == 15:
        return digits[0] in "123456" and _is_day(f"19{digits[6:12]}")
    if len(digits) == 13:
        century = {"1": 19, "2": 19, "5": 19, "6": 19, "3": 20, "4": 20, "7": 20, "8": 20}.get(digits[6])
        return century is not None and _is_day(f"{century}{digits[:6]}")
    if len(digits) == 12:
        rest = 11 - sum(int(d) * w for d, w in zip(digits[:11], _MY_NUMBER, strict=True)) % 11
        return digits[0] != "0" and not digits.startswith("20") and (0 if rest > 9 else rest) == int(digits[11])
    return False


def _is_day(text: str) -> bool:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) is not None
    except ValueError:
        return False
