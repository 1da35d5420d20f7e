"""What lies on Qinghe's desks beside the stories of its letters: a campaign, a petition, a caller, a posted reply,
and two writers whose mails don't arrive.

All of it happens at the story's end, by the verbs the service itself uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from mailbox_service.demo.city import Cast
from mailbox_service.demo.mailcatcher import BUSY, GONE
from mailbox_service.desk import dispatches, notes, reports, views
from mailbox_service.desk.tables import Span
from mailbox_service.tickets import keep, work
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive, handle, reply, route
from mailbox_service.tickets.tables.words import Channel, Kind

LAMPS = (
    "滨河步道北段的路灯已经连续一周不亮，晚上散步的老人和孩子很多，路面又有台阶，已经有人摔倒。"
    "请有关部门尽快检修，并告知大致的完工时间。谢谢！"
)
CAMPAIGN = (
    ("zh", "刘洋", "liuyang@example.org", LAMPS),
    ("zh", "赵敏", "zhaomin@example.org", LAMPS.replace("一周", "七天")),
    ("zh", "孙丽", "sunli@example.org", "您好！" + LAMPS.replace("尽快检修", "尽快派人检修")),
    ("ko", "김민지", "minji@example.org", " ".join(LAMPS)),  # the same words, passed on in a group of neighbours
)
BUS_SUBJECT = "联名请求修缮候车亭"
BUS = "清河路公交站的候车亭漏雨，长椅也坏了两条。我们三户邻居联名请求修缮。"
CALLER = "来电反映：和平小区门口的人行道地砖松动，下雨天一踩就溅水，希望修补。来电人没有邮箱，请打电话回复。"
THANKS = "感谢修好了东门外的坑洼。请问其余路段何时施工？我不用电脑，请邮寄回复。"
POSTED = "您好，东门外其余路段已列入下月养护计划，施工前会在路口张贴通知。感谢您的来信。"
# The demonstration's post office refuses the first address for good and asks the second to come later.
UNREACHED = (
    ("咨询清河路施工工期", "清河路北段围挡已经三个月，请问预计什么时候完工？", "马晓东", f"{GONE}maxd@example.org"),
    ("建议增设减速带", "实验小学门口车速很快，建议增设减速带和提示牌。", "林海燕", f"{BUSY}linhy@example.org"),
)


@dataclass(frozen=True)
class Desks:
    """Where it is written down."""

    session: Session
    book: CityBook
    cast: Cast
    now: datetime

    def arrives(self, subject: str, text: str, *, by: str = "", **more: Any) -> str:
        """A letter comes, or is entered by a clerk; answers its number."""
        facts: dict[str, Any] = {"language": "zh", "written_in": "zh"} | more
        letter = arrive.Letter(Kind.HELP, subject, text, **facts)
        who = self.cast.people[by] if by else None
        return work.arrived(self.session, self.book, letter, once_key=None, by=who, now=self.now).ticket.number

    def act(self, number: str, who: str, verb: Any, *arguments: Any, **more: Any) -> None:
        """Somebody does something to it."""
        work.act(self.session, self.book, number, self.cast.people[who], verb, *arguments, now=self.now, **more)

    def beside(self, number: str, who: str, verb: Any, *arguments: Any) -> None:
        """Somebody does something that lies around it."""
        by = self.cast.people[who]
        case = cases.case(self.session, self.book.open(self.session), number, by)
        verb(self.session, case, *arguments, by=by, now=self.now)
        keep.keep(self.session, case)


def lay_out(session: Session, book: CityBook, cast: Cast, *, now: datetime) -> None:
    """Everything, once."""
    desks = Desks(session, book, cast, now)
    for language, name, email, text in CAMPAIGN:
        desks.arrives("滨河步道路灯不亮", text, language=language, name=name, email=email)
    _on_paper(desks)
    _by_phone(desks)
    _posted(desks)
    for subject, text, name, email in UNREACHED:
        number = desks.arrives(subject, text, name=name, email=email)
        desks.act(number, "kai", route.route, desks.cast.offices["roads"])
    kai, dora = cast.people["kai"], cast.people["dora"]
    views.save(session, "外文来信", "queue=to_route&language=en", by=kai, now=now)
    views.save(session, "本周到期", "queue=due_soon", by=dora, now=now)
    reports.order(session, Span, by=cast.people["mina"], calendar=book.open(session).calendar, now=now)


def _on_paper(desks: Desks) -> None:
    """A petition that came by post three days ago; a clerk asks a colleague about it."""
    number = desks.arrives(
        BUS_SUBJECT,
        BUS,
        by="kai",
        channel=Channel.PAPER,
        name="周建国",
        address="清河路三十七号 周建国收",
        signatories=[("吴秀英", "清河路三十九号"), ("郑海", "13700000000"), ("冯琳", "")],
        received_at=desks.now - timedelta(days=3),
    )
    desks.beside(number, "kai", notes.note, "@lin 扫描件已附在来信后，纸质原件在收发室，请存档。")
    desks.beside(number, "kai", notes.tag, "联名")


def _by_phone(desks: Desks) -> None:
    """A caller without an address for mails: what happens is told by telephone."""
    facts = {"channel": Channel.PHONE, "name": "何秀兰", "phone": "13600000000"}
    number = desks.arrives("人行道地砖松动", CALLER, by="lin", **facts)
    desks.act(number, "kai", route.route, desks.cast.offices["roads"])
    desks.act(number, "dora", handle.sign_for)
    desks.act(number, "dora", handle.ask, "请问是小区东门还是西门？")


def _posted(desks: Desks) -> None:
    """A reply that went out on paper, and when."""
    facts = {"channel": Channel.PAPER, "name": "曹志强", "address": "东门外大街十二号"}
    number = desks.arrives("感谢与询问", THANKS, by="lin", **facts)
    desks.act(number, "kai", route.route, desks.cast.offices["roads"])
    desks.act(number, "dora", handle.sign_for)
    desks.act(number, "dora", reply.submit_reply, POSTED)
    desks.act(number, "henry", reply.approve, 1)
    desks.beside(number, "dora", dispatches.record, desks.book.open(desks.session).calendar.day_of(desks.now))
