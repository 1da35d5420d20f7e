# ruff: noqa: E501 (messages are written as they come)
"""Answers as the usual clients write them, in four languages: what is new, and what is only quoted."""

from __future__ import annotations

from tests.mails.build import Example, of_parts, plain, text_part

NEW = {
    "zh": "在北侧，靠近三十七号。",
    "ja": "北側です。三十七番地の近くです。",
    "ko": "북쪽입니다. 37번지 근처예요.",
    "en": "On the north side.",
}
QUOTE = "> 请问在哪一侧？\n> 外事办公室"


def answer(name: str, text: str, lang: str) -> Example:
    return Example(name, plain(text), {"text": text, "reply_text": NEW[lang], "auto_submitted": False})


def below(lang: str, intro: str, quote: str = QUOTE) -> str:
    return f"{NEW[lang]}\n\n{intro}\n{quote}"


OUTLOOK_ZH = "发件人: 市长信箱 <m@city.example>\n发送时间: 2026年11月23日 10:00\n收件人: 王小明\n主题: 请问在哪一侧\n\n请问在哪一侧？"
OUTLOOK_EN = "From: Mayor's Mailbox <m@city.example>\nSent: Monday, November 23, 2026 10:00\nTo: Carl\nSubject: Which side\n\nWhich side?"
OUTLOOK_JA = "差出人: 市長への手紙 <m@city.example>\n送信日時: 2026年11月23日 10:00\n宛先: 佐藤\n件名: どちら側ですか\n\nどちら側ですか。"
OUTLOOK_KO = "보낸 사람: 시장에게 바란다 <m@city.example>\n보낸 날짜: 2026년 11월 23일\n받는 사람: 김민수\n제목: 어느 쪽입니까\n\n어느 쪽입니까?"
QQ = '------------------ 原始邮件 ------------------\n发件人: "市长信箱" <m@city.example>;\n发送时间: 2026年11月23日(星期一) 上午10:00\n\n请问在哪一侧？'
GMAIL_HTML = (
    '<div dir="ltr">On the north side.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 23, 2026'
    ' at 10:00 AM Mailbox &lt;<a href="mailto:m@city.example">m@city.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote"><p>Which side?</p></blockquote></div>'
)

EXAMPLES = [
    answer("gmail-en", below("en", "On Mon, Nov 23, 2026 at 10:00 AM Mailbox <m@city.example> wrote:"), "en"),
    answer(
        "gmail-en-wrapped",
        below("en", "On Mon, Nov 23, 2026 at 10:00 AM The Mayor's Mailbox\n<m@city.example> wrote:"),
        "en",
    ),
    answer("gmail-zh", below("zh", "市长信箱 <m@city.example> 于2026年11月23日周一 10:00写道："), "zh"),
    answer("gmail-ja", below("ja", "2026年11月23日(月) 10:00 市長への手紙 <m@city.example>:"), "ja"),
    answer(
        "gmail-ko", below("ko", "2026년 11월 23일 (월) 오전 10:00, 시장에게 바란다 <m@city.example>님이 작성:"), "ko"
    ),
    answer("apple-zh", below("zh", "> 在 2026年11月23日，10:00，市长信箱 <m@city.example> 写道：\n> ", QUOTE), "zh"),
    answer("netease-zh", below("zh", '在 2026-11-23 10:00:00，"市长信箱" <m@city.example> 写道：'), "zh"),
    answer(
        "netease-without-marks",
        f'{NEW["zh"]}\n\n在 2026-11-23 10:00:00，"市长信箱" <m@city.example> 写道：\n\n请问在哪一侧？',
        "zh",
    ),
    answer("qq-zh", f"{NEW['zh']}\n\n\n{QQ}", "zh"),
    answer("outlook-zh", f"{NEW['zh']}\n\n{OUTLOOK_ZH}", "zh"),
    answer("outlook-en", f"{NEW['en']}\n\n________________________________\n{OUTLOOK_EN}", "en"),
    answer("outlook-ja", f"{NEW['ja']}\n\n{OUTLOOK_JA}", "ja"),
    answer("outlook-ko", f"{NEW['ko']}\n\n{OUTLOOK_KO}", "ko"),
    answer("outlook-original", f"{NEW['en']}\n\n-----Original Message-----\n{OUTLOOK_EN}", "en"),
    answer("original-ja", f"{NEW['ja']}\n\n-----元のメッセージ-----\n{OUTLOOK_JA}", "ja"),
    answer("original-ko", f"{NEW['ko']}\n\n-----원본 메시지-----\n{OUTLOOK_KO}", "ko"),
    answer("thunderbird-en", below("en", "On 11/23/26 10:00, Mailbox wrote:"), "en"),
    answer("iphone-zh", f"{NEW['zh']}\n\n发自我的iPhone\n\n{OUTLOOK_ZH}", "zh"),
    answer("iphone-ja", f"{NEW['ja']}\n\niPhoneから送信", "ja"),
    answer("iphone-ko", f"{NEW['ko']}\n\n나의 iPhone에서 보냄", "ko"),
    answer("iphone-en", f"{NEW['en']}\n\nSent from my iPhone", "en"),
    answer("signature", f"{NEW['en']}\n\n-- \nCarl Berg\nLinden Street 5", "en"),
    Example(
        "answers-between",
        plain("Hello,\n\n> Which side?\n\nNorth.\n\n> Since when?\n\nMonday.\n\n-- \nCarl"),
        {"reply_text": "Hello,\n\nNorth.\n\nMonday."},
    ),
    Example(
        "answer-below",
        plain(f"On Mon, Nov 23, 2026, Mailbox <m@city.example> wrote:\n{QUOTE}\n\nOn the north side."),
        {"reply_text": NEW["en"]},
    ),
    Example(
        "nothing-new", plain(f"On Mon, Nov 23, 2026, Mailbox <m@city.example> wrote:\n{QUOTE}\n"), {"reply_text": ""}
    ),
    Example(
        "only-html",
        of_parts("alternative", text_part(GMAIL_HTML, "html")),
        {"reply_text": NEW["en"], "auto_submitted": False},
    ),
    Example(
        "forwarded",
        plain(
            "请看下面的信。\n\n---------- Forwarded message ---------\n发件人： 李雷 <li@example.cn>\n日期： 2026年11月20日\n\n正文"
        ),
        {"reply_text": "请看下面的信。"},
    ),
    Example(
        "a-drawn-line-is-no-quote",
        plain("一、路灯\n____________________\n二、垃圾"),
        {"reply_text": "一、路灯\n____________________\n二、垃圾"},
    ),
    Example(
        "a-sentence-that-wrote",
        plain("My neighbour wrote:\nthe lamp is dark.\nPlease help."),
        {"reply_text": "My neighbour wrote:\nthe lamp is dark.\nPlease help."},
    ),
]
