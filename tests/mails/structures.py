"""Messages of many parts: which is the text, which are files, whatever built them."""

from __future__ import annotations

from tests.mails.build import (
    BASE64,
    EIGHT,
    Example,
    b64,
    file_part,
    mail,
    of_parts,
    part,
    parts,
    plain,
    text_part,
    uuencoded,
)

TEXT = "请看附件。"
PDF, PNG = b"%PDF-1.4 invented", b"\x89PNG\r\n\x1a\n invented"
RFC2231 = b"Content-Disposition: attachment; filename*=utf-8''%E8%B7%AF%E7%81%AF.pdf"
RFC2231_CUT = (
    b"Content-Disposition: attachment;\r\n filename*0*=gb2312''%C2%B7;\r\n filename*1*=%B5%C6;\r\n filename*2=.pdf"
)
RAW_NAME = b'Content-Disposition: attachment; filename="' + "路灯.pdf".encode("gb2312") + b'"'
WORD_NAME = b'Content-Disposition: attachment; filename="=?gb2312?B?wre1xi5wZGY=?="'
FORWARDED = plain("Inside", subject=b"The first letter")


def files(*found: tuple[str, int]) -> list[dict[str, object]]:
    return [{"filename": name, "size": size} for name, size in found]


def with_name(name: str, header: bytes) -> Example:
    inside = part("application/pdf", b64(PDF), BASE64, header)
    expected = {"text": TEXT, "attachments": files(("路灯.pdf", len(PDF)))}
    return Example(name, of_parts("mixed", text_part(TEXT), inside), expected)


EXAMPLES = [
    with_name("name-rfc-2231", RFC2231),
    with_name("name-rfc-2231-in-pieces", RFC2231_CUT),
    with_name("name-raw-gb2312", RAW_NAME),
    with_name("name-encoded-word", WORD_NAME),
    Example(
        "name-with-a-path",
        of_parts("mixed", text_part(TEXT), file_part("..\\\\..\\\\etc/passwd", b"x")),
        {"attachments": files(("_.._etc_passwd", 1))},
    ),
    Example(
        "alternative",
        of_parts("alternative", text_part(TEXT), text_part("<p>请看<b>附件</b>。</p>", "html")),
        {"text": TEXT, "attachments": []},
    ),
    Example(
        "only-html",
        of_parts(
            "alternative",
            text_part("<html><head><title>x</title><style>p{}</style></head><p>第一段</p><ul><li>一</li></ul>", "html"),
        ),
        {"text": "第一段\n\n- 一", "attachments": []},
    ),
    Example(
        "empty-plain-beside-html",
        of_parts("alternative", text_part(" "), text_part("<div>路灯&nbsp;坏了&amp;暗</div>", "html")),
        {"text": "路灯 坏了&暗"},
    ),
    Example(
        "html-in-gb2312-without-parts",
        mail(b"Content-Type: text/html; charset=gb2312", EIGHT, body="<p>路灯坏了三天。</p>".encode("gb2312")),
        {"text": "路灯坏了三天。"},
    ),
    Example(
        "picture-within",
        of_parts(
            "related",
            text_part('<p>看图<img src="cid:a"></p>', "html"),
            part(
                "image/png",
                b64(PNG),
                BASE64,
                b"Content-ID: <a>",
                'Content-Disposition: inline; filename="灯.png"'.encode(),
            ),
        ),
        {"text": "看图", "attachments": files(("灯.png", len(PNG)))},
    ),
    Example(
        "texts-around-a-file",
        of_parts("mixed", text_part("Before"), file_part("a.pdf", PDF), text_part("After")),
        {"text": "Before\n\nAfter", "attachments": files(("a.pdf", len(PDF)))},
    ),
    Example(
        "attached-text",
        of_parts(
            "mixed",
            text_part(TEXT),
            part("text/plain", b"notes", b"Content-Disposition: attachment; filename=notes.txt"),
        ),
        {"text": TEXT, "attachments": files(("notes.txt", 5))},
    ),
    Example(
        "calendar",
        of_parts(
            "alternative",
            text_part("Meeting at ten"),
            part("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR"),
        ),
        {"text": "Meeting at ten", "attachments": files(("part-1.ics", 30))},
    ),
    Example(
        "signed-smime",
        of_parts(
            "signed",
            text_part(TEXT),
            part("application/pkcs7-signature; name=smime.p7s", b64(b"sig"), BASE64),
            more='; protocol="application/pkcs7-signature"; micalg=sha-256',
        ),
        {"text": TEXT, "attachments": files(("smime.p7s", 3))},
    ),
    Example(
        "signed-pgp",
        of_parts("signed", text_part(TEXT), part("application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----")),
        {"text": TEXT, "attachments": files(("part-1.asc", 29))},
    ),
    Example(
        "winmail",
        of_parts("mixed", text_part(TEXT), part("application/ms-tnef", b64(b"\x78\x9f\x3e\x22"), BASE64)),
        {"text": TEXT, "attachments": files(("winmail.dat", 4))},
    ),
    Example(
        "uuencoded",
        plain("请看附件。\n\n" + uuencoded("lamp.txt", b"dark " * 30)),
        {"text": TEXT, "attachments": files(("lamp.txt", 150))},
    ),
    Example(
        "forwarded-as-attachment",
        of_parts("mixed", text_part("See below"), part("message/rfc822", FORWARDED)),
        {"text": "See below", "subject": "A lamp"},
    ),
    Example(
        "nested",
        of_parts(
            "mixed",
            parts("related", parts("alternative", text_part(TEXT), boundary="c"), boundary="b"),
            file_part("a.pdf", PDF),
        ),
        {"text": TEXT, "attachments": files(("a.pdf", len(PDF)))},
    ),
    Example("empty", mail(), {"text": "", "reply_text": "", "attachments": []}),
    Example("nothing-at-all", b"", {"from": "", "subject": "", "text": "", "attachments": []}),
    Example("only-a-body", b"\r\nHello", {"text": "Hello"}),
    Example(
        "no-last-boundary",
        mail(b"Content-Type: multipart/mixed; boundary=x", body=b"--x\r\n\r\nHello\r\n--x\r\n\r\nAgain"),
        {"text": "Hello\n\nAgain"},
    ),
    Example(
        "no-boundary-named",
        mail(b"Content-Type: multipart/mixed", body=b"Hello"),
        {"attachments": files(("part-1.bin", 5))},
    ),
    Example("line-ends-of-unix", b"From: a@b.example\nSubject: x\n\nOne\nTwo\n", {"text": "One\nTwo", "subject": "x"}),
    Example(
        "many-parts",
        of_parts("mixed", text_part(TEXT), *(file_part(f"{at}.txt", b"x") for at in range(300))),
        {"text": TEXT, "attachments": files(*((f"{at}.txt", 1) for at in range(300)))},
    ),
]
