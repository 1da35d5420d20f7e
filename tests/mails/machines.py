# ruff: noqa: E501 (messages are written as they come)
"""What machines write: bounces, absence notes, lists, our own notices coming back. And people who look like them."""

from __future__ import annotations

from tests.mails.build import Example, mail, of_parts, part, plain, text_part

REPORT = b"Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; carl@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
RETURNED = b"From: mailbox@city.example\r\nMessage-ID: <notice@city.example>\r\nSubject: x\r\n"
DAEMON = b"Mail Delivery System <MAILER-DAEMON@mx.example.org>"
AUTO = {"auto_submitted": True}


def away(name: str, subject: str, *headers: bytes) -> Example:
    return Example(
        name,
        mail(*headers, b"Content-Type: text/plain; charset=utf-8", body=b"Back on Monday.", subject=subject.encode()),
        AUTO,
    )


EXAMPLES = [
    Example(
        "bounce-rfc-3464",
        of_parts(
            "report",
            text_part("I could not deliver your message."),
            part("message/delivery-status", REPORT),
            part("text/rfc822-headers", RETURNED),
            more="; report-type=delivery-status",
            sender=DAEMON,
            subject=b"Undelivered Mail Returned to Sender",
        ),
        AUTO | {"text": "I could not deliver your message.", "attachments": []},
    ),
    Example(
        "bounce-qmail",
        plain(
            "Hi. This is the qmail-send program.\n<carl@example.org>:\n550 no such user",
            sender=DAEMON,
            subject=b"failure notice",
        ),
        AUTO,
    ),
    Example(
        "bounce-chinese",
        plain("收件人不存在 550 5.1.1", sender=b"postmaster@example.cn", subject="系统退信".encode()),
        AUTO,
    ),
    Example(
        "bounce-by-return-path", mail(b"Return-Path: <>", b"X-Failed-Recipients: carl@example.org", body=b"gone"), AUTO
    ),
    away("away-by-header", "Re: A lamp", b"Auto-Submitted: auto-replied"),
    away("away-outlook", "Automatic reply: A lamp"),
    away("away-chinese", "自动回复: 路灯"),
    away("away-japanese", "自動返信：街灯"),
    away("away-korean", "부재중 자동 회신: 가로등"),
    away("away-precedence", "A lamp", b"Precedence: auto_reply"),
    away("away-suppressed", "A lamp", b"X-Auto-Response-Suppress: All"),
    Example(
        "list", mail(b"List-Id: <news.example.org>", b"List-Unsubscribe: <mailto:x@example.org>", body=b"News"), AUTO
    ),
    Example("bulk", mail(b"Precedence: bulk", body=b"News"), AUTO),
    Example("our-own-notice", mail(b"Auto-Submitted: auto-generated", body=b"Your letter"), AUTO),
    Example("a-person-says-no", mail(b"Auto-Submitted: no", body=b"Hello"), {"auto_submitted": False}),
    Example(
        "a-person-writes-of-an-office", plain("Hello", subject=b"The out of order lamp"), {"auto_submitted": False}
    ),
    Example("a-person-writes-of-returned-mail", plain("Hello", subject=b"My returned mail"), {"auto_submitted": False}),
]
