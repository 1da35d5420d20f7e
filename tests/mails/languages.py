# ruff: noqa: E501 (messages are written as they come)
"""Messages in the four languages, in every encoding they come in, rightly and wrongly labelled."""

from __future__ import annotations

from tests.mails.build import BASE64, QP, Example, b64, mail, plain, quoted, word

ZH = "您好，门前的路灯连续三天不亮，请尽快派人修理。谢谢！"
TW = "您好，門前的路燈連續三天不亮，請儘快派人修理。謝謝！"
JA = "街灯が三日前から消えています。直してください。よろしくお願いします。"
KO = "집 앞 가로등이 사흘째 꺼져 있습니다. 고쳐 주시기 바랍니다. 감사합니다."
EN = "The lamp in front of our house has been dark for three days. Please mend it."


def said(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "reply_text": text, "auto_submitted": False, "attachments": []} | more


EXAMPLES = [
    Example("plain-english", plain(EN), said(EN, **{"from": "carl@example.org", "name": "Carl", "subject": "A lamp"})),
    Example("gb2312-labelled-utf-8", plain(ZH, "gb2312", label="utf-8"), said(ZH)),
    Example("gb18030", plain(ZH + "䶮", "gb18030"), said(ZH + "䶮")),
    Example("gbk-labelled-gb2312", plain(ZH + "镕", "gbk", label="gb2312"), said(ZH + "镕")),
    Example("gb2312-labelled-latin-1", plain(ZH, "gb2312", label="iso-8859-1"), said(ZH)),
    Example("gb2312-without-label", plain(ZH, "gb2312", label=""), said(ZH)),
    Example("utf-8-labelled-gb2312", plain(ZH, "utf-8", label="gb2312"), said(ZH)),
    Example("utf-8-labelled-ascii", plain(ZH, "utf-8", label="us-ascii"), said(ZH)),
    Example("utf-8-with-mark", plain("\ufeff" + ZH, "utf-8"), said(ZH)),
    Example("utf-8-unknown-label", plain(ZH, "utf-8", label="x-no-such-thing"), said(ZH)),
    Example("big5", plain(TW, "big5"), said(TW)),
    Example("big5-without-label", plain(TW, "big5", label=""), said(TW)),
    Example("iso-2022-jp", plain(JA, "iso-2022-jp"), said(JA)),
    Example("iso-2022-jp-labelled-utf-8", plain(JA, "iso-2022-jp", label="utf-8"), said(JA)),
    Example("shift-jis", plain(JA + "①", "cp932", label="shift_jis"), said(JA + "①")),
    Example("shift-jis-without-label", plain(JA, "shift_jis", label=""), said(JA)),
    Example("euc-jp", plain(JA, "euc-jp"), said(JA)),
    Example("euc-kr", plain(KO, "euc-kr"), said(KO)),
    Example("euc-kr-without-label", plain(KO, "euc-kr", label=""), said(KO)),
    Example(
        "cp949-labelled-ks-c-5601", plain(KO + " 똠방각하", "cp949", label="ks_c_5601-1987"), said(KO + " 똠방각하")
    ),
    Example(
        "utf-16", mail(b"Content-Type: text/plain; charset=utf-16", BASE64, body=b64(JA.encode("utf-16"))), said(JA)
    ),
    Example("utf-7", plain("Größe: 灯", "utf-7"), said("Größe: 灯")),
    Example(
        "latin-1",
        plain("Die Straße ist dunkel, müde grüßt Jörg.", "latin-1"),
        said("Die Straße ist dunkel, müde grüßt Jörg."),
    ),
    Example(
        "quoted-printable",
        mail(b"Content-Type: text/plain; charset=utf-8", QP, body=b"=E8=B7=AF=E7=81=AF=\r\n=E5=9D=8F=E4=BA=86"),
        said("路灯坏了"),
    ),
    Example(
        "broken-base64",
        mail(b"Content-Type: text/plain; charset=utf-8", BASE64, body=b64(EN.encode()).rstrip(b"=\n") + b"\n"),
        said(EN),
    ),
    Example("subject-gb2312-word", plain(ZH, subject=word("路灯坏了", "gb2312")), {"subject": "路灯坏了"}),
    Example("subject-raw-gb2312", plain(ZH, subject="门前路灯不亮".encode("gb2312")), {"subject": "门前路灯不亮"}),
    Example("subject-raw-utf-8", plain(ZH, subject="门前路灯不亮".encode()), {"subject": "门前路灯不亮"}),
    Example(
        "subject-two-words",
        plain(ZH, subject=word("门前的") + b"\r\n " + word("路灯坏了") + b" (3)"),
        {"subject": "门前的路灯坏了 (3)"},
    ),
    Example(
        "subject-cut-inside-a-character",
        plain(JA, subject=b"=?utf-8?B?6KGX54E=?= =?utf-8?B?rw==?="),
        {"subject": "街灯"},
    ),
    Example("subject-iso-2022-jp", plain(JA, subject=word("街灯について", "iso-2022-jp")), {"subject": "街灯について"}),
    Example("subject-euc-kr-q", plain(KO, subject=quoted("가로등 고장", "euc-kr")), {"subject": "가로등 고장"}),
    Example(
        "subject-wrong-label", plain(ZH, subject=word("路灯坏了", "gb2312", label="utf-8")), {"subject": "路灯坏了"}
    ),
    Example(
        "sender-encoded",
        plain(ZH, sender=word("王小明") + b" <wang@example.cn>"),
        {"from": "wang@example.cn", "name": "王小明"},
    ),
    Example(
        "sender-with-comma",
        plain(EN, sender=b'"Berg, Anna" <anna@Example.ORG>'),
        {"from": "anna@example.org", "name": "Berg, Anna"},
    ),
    Example(
        "sender-raw-euc-kr",
        plain(KO, sender='"김민수" <kim@example.kr>'.encode("euc-kr")),
        {"from": "kim@example.kr", "name": "김민수"},
    ),
    Example("sender-only-address", plain(EN, sender=b"carl@example.org"), {"from": "carl@example.org", "name": ""}),
    Example("sender-malformed", plain(EN, sender=b"Carl carl@example.org>"), {"from": "carl@example.org"}),
    Example("sender-missing", b"Subject: x\r\n\r\nHello", {"from": "", "name": "", "subject": "x", "text": "Hello"}),
    Example(
        "date-and-id-malformed",
        b"From: a@b.example\r\nDate: sometime\r\nMessage-ID: no brackets\r\nReferences: <a@b> junk <c@d>\r\nIn-Reply-To: (x) <c@d>\r\n\r\nHi",
        {"message_id": "no brackets", "references": ["<a@b>", "<c@d>"], "in_reply_to": "<c@d>", "text": "Hi"},
    ),
    Example(
        "flowed",
        mail(
            b"Content-Type: text/plain; charset=utf-8; format=flowed",
            body=b"A long line that goes \r\non here.\r\n\r\n> quoted \r\n> on",
        ),
        {"text": "A long line that goes on here.\n\n> quoted on", "reply_text": "A long line that goes on here."},
    ),
]
