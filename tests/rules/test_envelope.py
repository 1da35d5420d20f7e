"""The message that leaves: the library reads back what was put in, whatever it was, and nothing slips into a header."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from mailbox_service.base.settings import Settings
from mailbox_service.mail import envelope
from mailbox_service.mail.envelope import Heading

SETTINGS = Settings(secret=SecretStr("a secret of more than thirty-two characters"), mail_from="mailbox@qinghe.example")
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
NUMBER = "2026-0001234-5"

letters = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
lines = st.text(letters, max_size=120)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=3000)


def made(subject="received", *, to="carl@example.org", lang="en", text="t", html="h", **more):
    heading = Heading(subject=subject, message_id="<1a2b.mail@qinghe.example>", written_at=AT, **more)
    return envelope.message(SETTINGS, heading, to_address=to, lang=lang, text=text, html=html)


def read(message):
    found = message_from_bytes(message.content, policy=policy.default)
    assert found.defects == []
    return found


@given(lines, lines, texts, texts)
def test_what_was_put_in_is_read_back(subject, sender, text, html):
    found = read(made(subject, sender=sender, text=text, html=html))

    assert found["Subject"].strip() == subject.strip()
    assert found["From"].addresses[0].addr_spec == "mailbox@qinghe.example"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    bodies = [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in found.iter_parts()]
    assert bodies == [text.rstrip("\n"), html.rstrip("\n")]


@pytest.mark.parametrize("sender", ["Roads Office, City of Qinghe", '"Roads" \\ Office', "道路局，清河市", "=?x"])
def test_the_office_stands_before_the_address_as_it_is_called(sender):
    found = read(made(sender=sender))

    assert found["From"].addresses[0].display_name == sender


def test_a_long_name_takes_several_lines():
    found = message_from_bytes(made(sender="한" * 60).content, policy=policy.compat32)

    assert str(make_header(decode_header(found["From"]))) == f"{'한' * 60} <mailbox@qinghe.example>"


def test_without_an_office_it_is_the_citys_service():
    assert read(made())["From"].addresses[0].display_name == "Qinghe City Mayor’s Mailbox"
    assert read(made(lang="zh"))["From"].addresses[0].display_name == "清河市 市长信箱"


@given(lines)
def test_every_line_fits_and_is_plain(text):
    message = made(text, sender=text, text=text * 20, html=text * 20)

    assert message.content.isascii()
    assert max(len(line) for line in message.content.split(b"\r\n")) <= 78
    assert b"\n" not in message.content.replace(b"\r\n", b"")


def test_a_mail_about_a_letter_lies_in_its_thread():
    found = read(made(number=NUMBER, reply_to="letters+abc@qinghe.example"))

    assert found["Message-ID"] == "<1a2b.mail@qinghe.example>"
    assert found["References"] == found["In-Reply-To"] == f"<{NUMBER}.letter@qinghe.example>"
    assert found["Reply-To"] == "letters+abc@qinghe.example"
    assert found["Auto-Submitted"] == "auto-generated"
    assert "NDR" not in found["X-Auto-Response-Suppress"]
    assert found["List-Unsubscribe"] is None
    assert found["Precedence"] is None


def test_a_mail_about_no_letter_is_in_no_thread():
    found = read(made())

    assert (found["References"], found["In-Reply-To"], found["Reply-To"]) == (None, None, None)


def test_a_digest_can_be_ended_with_one_click():
    found = read(made(unsubscribe="https://mailbox.example/x"))

    assert found["List-Unsubscribe"] == "<https://mailbox.example/x>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Precedence"] == "bulk"


@pytest.mark.parametrize("wrong", ["a\nBcc: eve@example.org", "a\r\nX: y", "a\r\n X: y", "a\x00b", "a\u2028b", "市\n"])
def test_no_line_break_reaches_a_header(wrong):
    for heading in ({"subject": wrong}, {"sender": wrong}, {"reply_to": wrong}, {"unsubscribe": wrong}):
        if "\r\n " in wrong and "subject" not in heading and "sender" not in heading:
            continue  # ours, folded
        with pytest.raises(ValueError, match="header"):
            made(**heading)


@pytest.mark.parametrize(
    ("typed", "routed"),
    [
        ("carl@example.org", "carl@example.org"),
        ("Carl.O'Neil+city@Example.org", "Carl.O'Neil+city@Example.org"),
        ('"carl zhang"@example.org', '"carl zhang"@example.org'),
        ("carl@例子.example", "carl@xn--fsqu00a.example"),
        ("carl@bücher.example", "carl@xn--bcher-kva.example"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
    ],
)
def test_an_address_is_written_as_servers_know_it(typed, routed):
    message = made(to=typed)

    assert message.to_address == routed
    assert message.utf8 == (not routed.isascii())
    assert f"\r\nTo: {routed}\r\n".encode() in message.content


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "@", "<>", "nobody", "a b@c", "卡尔", "carl@", "@example.org", "a@b@c", "卡 尔@c.example", "a@["),
        *("a@b\nBcc: x@y", f"carl@{'例' * 70}.example", "a..b@c.example", "卡@a..b", "a@b,c@d", "\ud800@a.example"),
    ],
)
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - the library's words differ
        made(to=wrong)
