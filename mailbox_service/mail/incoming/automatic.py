"""Whether a machine wrote it: bounces, out-of-office notes, lists, our own mail. Such a mail is never answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from mailbox_service.mail.incoming import headers


class Machine(StrEnum):
    """What kind of machine."""

    NONE = ""
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says: who was not reached, the status ("5.1.1"), whether for good, the id of what came back.

    `recipients` are all addresses it names, that to which the mail was first sent among them; `envelope_id` is the name
    that was given to the sending (RFC 3461).
    """

    recipient: str = ""
    status: str = ""
    is_permanent: bool = False
    original_id: str = ""
    recipients: tuple[str, ...] = ()
    envelope_id: str = ""


MOST_NAMED, MOST_LOOKED_AT = 50, 20_000
_DAEMONS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mdaemon|double-bounce|bounce[s+-]?.*)@", re.IGNORECASE)
_BOUNCED = re.compile(
    "|".join(
        (
            r"undeliver(?:ed|able)|delivery (?:status notification|failure|has failed|report|incomplete)",
            r"mail delivery (?:failed|system)|returned mail|failure notice|message not delivered",
            "退信|无法送达|投递失败|邮件发送失败|郵件傳送失敗|無法遞送",
            "配信不能|配信エラー|送信できませんでした|メールが送信できません|不達",
            "배달 실패|전송 실패|반송|배달되지 않",
        )
    ),
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\s*(?:(?:re|aw|回复|答复)\s*[:：]\s*)?(?:"
    + "|".join(
        (
            r"automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)|out of (?:the )?office|autoreply|ooo\b",
            r"vacation (?:reply|response)|away from (?:the|my) office|i am (?:currently )?out of",
            "自动回复|自動回覆|自动答复|自动应答|休假自动|外出自动",
            "自動返信|自動応答|不在(?:通知|連絡|のお知らせ|のため)|休暇中",
            r"자동 ?(?:회신|응답|답장)|부재 ?중",
        )
    )
    + ")",
    re.IGNORECASE,
)
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list")
_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
_FINAL = re.compile(r"^(?:final|original)-recipient:\s*(?:rfc822|utf-8)\s*;\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_ENVELOPE = re.compile(r"^original-envelope-id:[ \t]*(\S{1,100})", re.IGNORECASE | re.MULTILINE)
_FREE_STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b|\b([45]\d\d)[ -]")
_FREE_ADDRESS = re.compile(r"<?([\w.+'=-]{1,64}@[\w-]+(?:\.[\w-]+)+)>?")


def kind_of(mail: Message, sender: str, subject: str, *, is_report: bool) -> Machine:
    """Which machine it was; NONE for a person."""
    if _is_bounce(mail, sender, subject, is_report=is_report):
        return Machine.BOUNCE
    said = headers.raw(mail, "auto-submitted").partition(";")[0].strip().lower()
    precedence = headers.raw(mail, "precedence").strip().lower()
    if "auto-replied" in said or precedence == "auto_reply" or _AWAY.search(subject) or _any(mail, _REPLY_HEADERS):
        return Machine.AUTO_REPLY
    if _any(mail, _LIST_HEADERS) or precedence in ("list", "bulk", "junk"):
        return Machine.LIST
    if said not in ("", "no") or headers.raw(mail, "x-auto-response-suppress"):
        return Machine.OTHER
    return Machine.OTHER if headers.raw(mail, "return-path").replace(" ", "") == "<>" else Machine.NONE


def _any(mail: Message, names: tuple[str, ...]) -> bool:
    return any(headers.raw(mail, name).strip().lower() not in ("", "no", "none") for name in names)


def _is_bounce(mail: Message, sender: str, subject: str, *, is_report: bool) -> bool:
    report = str(mail.get_param("report-type", "") or "").lower() if is_report else ""
    if is_report and report in ("", "delivery-status"):
        return True
    from_daemon = bool(_DAEMONS.match(sender)) or headers.raw(mail, "return-path").replace(" ", "") == "<>"
    return bool(headers.raw(mail, "x-failed-recipients")) or (from_daemon and bool(_BOUNCED.search(subject)))


def bounce_of(mail: Message, text: str, report: str) -> Bounce:
    """What it says, from the report if there is one, else from the words."""
    recipient = next(iter(_FINAL.findall(report)), "") or headers.raw(mail, "x-failed-recipients").partition(",")[0]
    status = next(iter(_STATUS.findall(report)), "")
    action = next(iter(_ACTION.findall(report)), "").lower()
    if not recipient and (free := _FREE_ADDRESS.search(text)):
        recipient = free[1]
    if not status and (said := _FREE_STATUS.search(text)):
        status = said[1] or f"{said[2][0]}.0.0"
    original = next(iter(_MESSAGE_ID.findall(f"{report}\n{text}")), "")
    permanent = action == "failed" if action else status.startswith("5")
    named = [*_FINAL.findall(report), *headers.raw(mail, "x-failed-recipients").split(",")]
    if not any(one.strip() for one in named):
        named = _FREE_ADDRESS.findall(text[:MOST_LOOKED_AT])
    return Bounce(
        _address(recipient),
        status,
        permanent and not status.startswith("4"),
        original,
        tuple(dict.fromkeys(found for one in named if (found := _address(one))))[:MOST_NAMED],
        next(iter(_ENVELOPE.findall(report)), ""),
    )


def _address(said: str) -> str:
    return headers.one_line(said).strip("<>").strip()
