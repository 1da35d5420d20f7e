"""A city for looking at its pages: Qinghe with its long names and its guidance, and letters in every state.

Letters come about by the life's own verbs, with texts in four languages, a 200-character subject and an endless word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, col, select, text

from mailbox_service.base import clock, tokens
from mailbox_service.base.settings import Settings
from mailbox_service.demo import articles, city
from mailbox_service.guidance import write as guidance
from mailbox_service.guidance.tables import Section
from mailbox_service.mail import my_letters
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import SYSTEM, the_citizen_of
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import after, arrive, handle, merge, protect, publish, reply, route, translate
from mailbox_service.tickets.life.publish import Copy
from mailbox_service.tickets.tables import Ticket, Translation
from mailbox_service.tickets.tables.words import Kind, Satisfaction
from tests import public_figures

SECRET = SecretStr("k" * 40)
ADDRESS = "carl@example.org"
TRANSLATORS = {"en": "fang", "ja": "hana", "ko": "jun"}
ENDLESS = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
LONG = ("The lamps along the whole of the northern canal path between the old bridge and the new harbour " * 3)[:200]
JAPANESE = ("街灯が消えています", "夜に暗いです。\n\n直してください。「直」と「骨」の字も見てください。")
COPIES = [
    ("zh", Copy("地铁站的电梯坏了", "二号线的电梯坏了，在税务局旁边。", "电梯已修好。")),
    ("ja", Copy("図書館の開館時間", "土曜日の開館時間を教えてください。", "土曜日は九時に開きます。")),
    ("ko", Copy("도서관 이용 시간", "토요일에 도서관은 몇 시에 엽니까?", "토요일에는 9시에 엽니다.")),
    ("en", Copy(LONG, f"It is dark there. {ENDLESS}", "The lamps are lit again.")),
]


@dataclass
class Qinghe:
    """The city's rows, and by name what the pages are about: letters' numbers, links' tokens, public ids."""

    session: Session
    book: CityBook
    now: datetime
    cast: city.Cast
    numbers: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)

    def letter(self, name: str, *, days: int = 0, **more: Any) -> str:
        """A letter arrives; answers its number, which is kept under the name."""
        facts: dict[str, Any] = {"kind": Kind.ENQUIRY, "subject": "路灯坏了", "text": "路灯坏了三天。\n\n请修理。"}
        facts |= {"language": "zh", "name": "Carl 王小明", "email": ADDRESS, "publication_consent": True} | more
        now = self.now - timedelta(days=days)
        case = work.arrived(self.session, self.book, arrive.Letter(**facts), once_key=None, by=None, now=now)
        self.numbers[name] = case.ticket.number
        self.tokens[name] = tokens.sign_link(SECRET, "ticket", case.ticket.id, case.ticket.code_generation)
        self.tokens[f"stop {name}"] = tokens.sign_link(SECRET, "stop", case.ticket.id, case.ticket.code_generation)
        return case.ticket.number

    def act(self, number: str, who: str, verb: Any, *arguments: Any, days: int = 0, **more: Any) -> Any:
        """Somebody of the city, "citizen" or "system" does something to a letter."""
        now = self.now - timedelta(days=days)
        case = cases.case(self.session, self.book.open(self.session), number, SYSTEM)
        by = {"citizen": the_citizen_of(case.ticket.id), "system": SYSTEM}.get(who) or self.cast.people[who]
        return work.act(self.session, self.book, number, by, verb, *arguments, now=now, **more)

    def in_progress(self, name: str, *, days: int = 0, **more: Any) -> str:
        """A letter that Roads works on."""
        number = self.letter(name, days=days, **more)
        self.act(number, "kai", route.route, self.cast.offices["roads"], days=days)
        self.act(number, "dora", handle.sign_for, days=days)
        return number

    def answered(self, name: str, words: str = "路灯已修好。\n\n谢谢。", **more: Any) -> str:
        """A letter with the city's reply, which its head has approved."""
        number = self.in_progress(name, **more)
        self.act(number, "dora", reply.submit_reply, words)
        self.act(number, "henry", reply.approve, 1)
        return number

    def translated(self, number: str, words: str) -> None:
        """The Foreign Affairs Office translates what waits to be read."""
        waiting = select(Translation.message_id).join(Ticket, col(Translation.ticket_id) == col(Ticket.id))
        waiting = waiting.where(Ticket.number == number, col(Translation.done_at).is_(None))
        self.act(number, "hana", translate.translate_letter, self.session.exec(waiting).one(), words)


def found(session: Session, settings: Settings, *, broken: bool = True) -> Qinghe:
    """The city, its guidance and its letters. `broken`: who judges an article meets our fault."""
    now = clock.now()
    city.found(session, "-", now=now - timedelta(days=90))
    session.flush()
    cast = city.the_cast(session, now.date())
    qinghe = Qinghe(session, CityBook(settings.zone, settings.working_language), now, cast)
    _guidance(qinghe)
    _open_ones(qinghe)
    _with_everything(qinghe)
    _ended_ones(qinghe)
    _published_ones(qinghe)
    _link_to_my_letters(qinghe, settings)
    if broken:
        session.exec(text("DROP TABLE article_answer"))  # type: ignore[call-overload]
    session.commit()
    return qinghe


def _guidance(qinghe: Qinghe) -> None:
    by = actors.staff(qinghe.session, qinghe.cast.people["kai"].person_id or 0, qinghe.now.date())
    assert by is not None
    articles.publish(qinghe.session, by=by, now=qinghe.now)
    qinghe.session.add_all(public_figures.until(qinghe.now.date()))
    only = guidance.Written(
        "只有中文的一篇", "## 一\n\n请带**护照**。\n\n## 二\n\n| 项目 | 费用 |\n|---|---|\n| 卡 | 20元 |"
    )
    guidance.add(qinghe.session, "only-chinese", Section.LATEST_NEWS, "zh", only, by=by, now=qinghe.now)


def _open_ones(qinghe: Qinghe) -> None:
    qinghe.letter("received", subject=LONG, text=ENDLESS, language="en", written_in="en")
    passed = qinghe.letter("assigned")
    qinghe.act(passed, "kai", route.route, qinghe.cast.offices["labour"])
    qinghe.in_progress("late", days=40)
    asked = qinghe.in_progress("awaiting_citizen", language="ja", written_in="ja", text=JAPANESE[1])
    qinghe.act(asked, "dora", handle.ask, "在哪一侧？\n\n请写明门牌号。")
    review = qinghe.in_progress("in_review")
    qinghe.act(review, "dora", handle.propose_extension, "零件要从外地运来")
    qinghe.act(review, "mina", handle.decide_extension, True)
    qinghe.act(review, "dora", reply.submit_reply, "路灯已修好。")
    merged = qinghe.letter("merged")
    qinghe.act(merged, "kai", merge.merge, cases.case(
        qinghe.session, qinghe.book.open(qinghe.session), passed, SYSTEM))  # fmt: skip
    secret = qinghe.letter("restricted", kind=Kind.REPORT)
    assert secret


def _with_everything(qinghe: Qinghe) -> None:
    """A Japanese letter with a question, an answer and a reply, each in two languages."""
    subject, words = JAPANESE
    number = qinghe.in_progress("answered", subject=subject, text=words, language="ja", written_in="ja")
    qinghe.translated(number, "晚上很暗。\n\n请修理。")
    qinghe.act(number, "dora", handle.ask, "在哪一侧？")
    qinghe.act(number, "citizen", handle.answer, "北側です。")
    qinghe.translated(number, "在北侧。")
    qinghe.act(number, "dora", reply.submit_reply, "路灯已修好。\n\n谢谢。")
    qinghe.act(number, "henry", reply.approve, 1)
    qinghe.act(number, "hana", reply.translate_reply, 1, "街灯を直しました。\n\nありがとうございます。")
    qinghe.act(number, "citizen", handle.add, "ありがとうございます。")


def _ended_ones(qinghe: Qinghe) -> None:
    closed = qinghe.answered("closed")
    qinghe.act(closed, "citizen", after.rate, Satisfaction.SATISFIED)
    unhappy = qinghe.answered("unhappy")
    qinghe.act(unhappy, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="还是很暗")
    qinghe.act(unhappy, "citizen", after.ask_reopening, "还是很暗")
    declined = qinghe.letter("declined")
    qinghe.act(declined, "kai", route.propose_decline, "不属于本市职权", "请向人民法院提出")
    qinghe.act(declined, "lin", route.decide_decline, True)
    body = {"en": "Provincial Expressway Authority", "zh": "省高速公路管理局", "ja": "省高速道路管理局"}
    elsewhere = qinghe.letter("transferred")
    qinghe.act(elsewhere, "kai", route.propose_transfer, "高速公路由省管理", body)
    qinghe.act(elsewhere, "lin", route.decide_transfer, True)
    qinghe.act(qinghe.letter("withdrawn"), "citizen", after.withdraw)
    qinghe.act(qinghe.letter("spam"), "kai", route.mark_spam)
    erased = qinghe.answered("erased")
    qinghe.act(erased, "citizen", after.rate, Satisfaction.SATISFIED)
    qinghe.act(erased, "citizen", protect.ask_erasure, "我的数据")
    qinghe.act(erased, "kai", protect.decide_erasure, True)


def _published_ones(qinghe: Qinghe) -> None:
    for lang, copy in COPIES:
        subject = copy.subject[:200]
        number = qinghe.answered(f"published {lang}", subject=subject, language=lang, written_in=lang, text=copy.letter)
        if lang != "zh":
            qinghe.act(number, TRANSLATORS[lang], reply.translate_reply, 1, copy.reply)
        qinghe.act(number, "kai", publish.propose_publication, copy, "useful")
        case = qinghe.act(number, "lin", publish.decide_publication, True)
        qinghe.published[lang] = case.publications[-1].public_id


def _link_to_my_letters(qinghe: Qinghe, settings: Settings) -> None:
    my_letters.ask(qinghe.session, settings, ADDRESS, "en", now=qinghe.now)
    qinghe.session.flush()
    mail_id = qinghe.session.exec(select(Mail.id).where(Mail.notice == my_letters.NOTICE)).one()
    old = qinghe.now - timedelta(hours=3)
    qinghe.tokens["my letters"] = tokens.sign_link(SECRET, "my letters", mail_id, 0)
    qinghe.tokens["old my letters"] = tokens.sign_link(SECRET, "my letters", mail_id, 0, now=old)
    ticket_id = qinghe.session.exec(select(Ticket.id).where(Ticket.number == qinghe.numbers["late"])).one()
    month_ago = qinghe.now - timedelta(days=31)
    qinghe.tokens["old"] = tokens.sign_link(SECRET, "ticket", ticket_id, 1, now=month_ago)
