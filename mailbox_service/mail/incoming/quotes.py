"""What the sender newly wrote: quoted text, what stood above it, and signatures are folded away.

Lines between quoted ones are answers and stay. Known are the usual clients' forms in the four languages: the line
before a quote ("On … wrote:", "在 … 写道：", "… のメール:", "…님이 작성:"), the block of headers or the rule before a
whole mail ("-----Original Message-----", "发件人：", "差出人:", "보낸 사람:"), and what telephones sign with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 200_000  # characters
WRAPPED = 3  # lines over which "On … wrote:" may go


def _any(*ways: str, before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(ways)}){after}", re.IGNORECASE)


_DATED = _any(
    r"\d{4}\s*[-/年.년]",
    r"\d{1,2}[:：]\d{2}",
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}",
    r"\d{1,2}\s+\w{3,9}\s+\d{4}",
    r"\w{3,9}\s+\d{1,2},?\s+\d{4}",
    "@",
)
# The line before a quote.
_WROTE = _any(
    r"on\b.{4,300}\bwrote\s*[:：]",
    r".{0,200}<[^<>\s]+@[^<>\s]+>\s*wrote\s*[:：]",
    r".{1,100}@.{1,100}\bwrote\s*[:：]",
    r"在.{4,300}[写寫][道了]\s*[:：]",
    r".{0,300}[于於].{4,200}[写寫]道\s*[:：]",
    r".{0,300}[写寫]道\s*[:：]",
    r".{2,300}(?:さん|様|氏)?[はが]?(?:次のように)?書きました\s*[:：。]",
    r".{4,300}のメール\s*[:：]",
    r".{4,300}(?:さん|様)からのメッセージ\s*[:：]",
    r".{4,300}(?:작성|작성했습니다|작성함|보낸 메시지|쓴 글|썼습니다)\s*[:：.]",
    r"\d{4}年\s*\d{1,2}月\s*\d{1,2}日.{0,200}<[^<>\s]+@[^<>\s]+>\s*[:：]?",
    r"\d{4}년\s*\d{1,2}월\s*\d{1,2}일.{0,200}<[^<>\s]+@[^<>\s]+>.{0,20}[:：]",
    before="^",
    after="$",
)
_ENDS = (":", "：", "。", ".", ">")  # each of them ends so; asked first, as few lines do
# How it begins, where it goes over several lines.
_OPENS = re.compile(r"on\b|在|\d{4}[年년]|.*\d{1,2}[:：]\d{2}", re.IGNORECASE)
# The line before a whole mail.
_RULE = _any(
    r"[-_—─=*]{2,}\s*(?:"
    r"original message|original appointment|original|forwarded message|forwarded by.*|repl(?:y|ied) message"
    r"|原始邮件|原邮件|原始郵件|原郵件|转发的邮件|转发邮件|转发邮件信息|轉寄的郵件|回复的原邮件"
    r"|元のメッセージ|オリジナルメッセージ|転送メッセージ|転送されたメッセージ"
    r"|원본 ?메시지|원본 ?메일|전달된 메시지)\s*[-_—─=*]{2,}",
    r"(?:begin forwarded message|开始转发的邮件|开始转发的信息|以下是引用的原文|転送されたメッセージ)\s*[:：]",
    r"전달된 메시지 시작\s*[:：]",
    "_{20,}",
    before=r"^[\s>]*",
    after=r"\s*$",
)
_FROM = _any(
    *("from", "发件人", "寄件者", "寄件人", "發件人", "发信人", "差出人", "送信者", "보낸 ?사람", "보낸이"),
    before=r"^\s*\*?",
    after=r"\s*\*?\s*[:：]\s*\*?\s*\S",
)
_OTHER = _any(
    *("sent", "date", "to", "cc", "subject"),
    *(
        "发送时间",
        "发送日期",
        "发送",
        "日期",
        "时间",
        "收件人",
        "抄送",
        "主题",
        "主旨",
        "寄件日期",
        "收件者",
        "傳送時間",
    ),
    *("送信日時", "日時", "日付", "宛先", "件名"),
    *("보낸 ?날짜", "날짜", "받는 ?사람", "참조", "제목"),
    before=r"^\s*\*?",
    after=r"\s*\*?\s*[:：]",
)
# What telephones and programs sign with.
_PHONE = _any(
    r"sent (?:from|via|with) (?:my |the )?.{2,60}",
    r"get outlook for .{2,40}",
    r"sent using .{2,40}",
    r"(?:发自|來自|来自|發自)\s*(?:我的\s*)?.{2,30}",
    r"[从從]我的\s?.{2,20}(?:发送|傳送|發送)",
    r"(?:获取|獲取|下载)\s*outlook.*",
    r".{0,20}から(?:の)?送信(?:されました)?",
    r".{2,20}에서\s?(?:보냄|보냈습니다|전송됨)",
    before=r"^\s*[-—]*\s*",
    after=r"[.。]?\s*$",
)
_SIGNATURE = re.compile(r"^(-- ?|—\s?|--\u3000|_{3,10}|-{3,10}|={3,10})$")


def reply_in(text: str) -> str:
    """The part of the text that is new; "" when everything is quoted."""
    lines = [line.rstrip() for line in text[:LONGEST].replace("\u00a0", " ").split("\n")]
    end = _end_of_new(lines)
    kept = _unquoted(lines[:end])
    return "\n".join(_trimmed(_unsigned(kept, end < len(lines) or len(kept) < len(lines))))


def _end_of_new(lines: Sequence[str]) -> int:
    """The line from which on everything is another mail; the number of lines when there is none."""
    for at, line in enumerate(lines):
        if _RULE.match(line) and not _is_only_a_line(line, lines, at):
            return at
        if _FROM.match(line) and any(_OTHER.match(one) for one in lines[at + 1 : at + 5]):
            return at
        if not line.startswith(">") and (length := _wrote(lines, at)) and not _quotes_follow(lines, at + length):
            return at
    return len(lines)


def _is_only_a_line(line: str, lines: Sequence[str], at: int) -> bool:
    """A drawn line opens another mail only where its headers follow."""
    return set(line.strip()) <= {"_"} and not any(_FROM.match(one) for one in lines[at + 1 : at + 4])


def _wrote(lines: Sequence[str], at: int) -> int:
    """Over how many lines "On … wrote:" goes from here; 0 when none begins here."""
    said: list[str] = []
    for line in lines[at : at + WRAPPED]:
        said.append(line.strip())
        if not said[-1]:
            return 0
        if said[-1].endswith(_ENDS) and _is_wrote(" ".join(said)):
            goes_on = len(said) == 1 or _OPENS.match(said[0]) or not _is_wrote(" ".join(said[1:]))
            return len(said) if goes_on else 0
        if said[-1].endswith((":", "：")):
            return 0
    return 0


def _is_wrote(said: str) -> bool:
    return bool(_WROTE.match(said[:600]) and _DATED.search(said))


def _quotes_follow(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that says anything is a quoted one."""
    return next((line for line in lines[at:] if line.strip()), "").startswith(">")


def _unquoted(lines: Sequence[str]) -> list[str]:
    """The lines that aren't quoted, without those that only say whose words follow."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        length = _wrote(lines, at)
        if length and _quotes_follow(lines, at + length):
            at += length
        elif lines[at].startswith((">", "＞", "|>")):
            if kept and kept[-1]:
                kept.append("")
            at += 1
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _unsigned(lines: list[str], has_quote: bool) -> list[str]:
    """Without the signature at the end: after the line that opens it, or what a telephone adds."""
    last = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if _SIGNATURE.match(lines[at]) and (lines[at].startswith("-- ") or lines[at] == "--" or len(lines) - at <= 12):
            last = at
    kept = _trimmed(lines[:last])
    while kept and (_PHONE.match(kept[-1]) or (has_quote and _SIGNATURE.match(kept[-1]))):
        kept = _trimmed(kept[:-1])
    return kept


def _trimmed(lines: list[str]) -> list[str]:
    """Without empty lines at both ends, and never two of them together."""
    found: list[str] = []
    for line in lines:
        if line.strip() or (found and found[-1].strip()):
            found.append(line)
    while found and not found[-1].strip():
        found.pop()
    return found
