"""What may happen to a letter in Qinghe: each turn is an act of the life, done by whoever of the cast may do it.

A turn takes the scene it plays in and looks at the case as it stands; it does nothing where there is
nothing to do. Who proposes never decides: the second clerk, manager or desk officer does.
"""

from __future__ import annotations

from collections.abc import Callable

from mailbox_service.demo.scene import Scene
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import (
    after,
    arrive,
    handle,
    merge,
    protect,
    reply,
    route,
    together,
    translate,
)
from mailbox_service.tickets.tables.words import (
    Channel,
    Identity,
    Kind,
    Part,
    ReviewOutcome,
    Step,
)

Turn = Callable[..., None]


# --- The letter comes in


def arrive_(s: Scene) -> None:
    letter = s.letter
    s.in_chinese[letter.text] = letter.letter_zh
    came = arrive.Letter(
        kind=Kind(letter.kind),
        subject=letter.subject,
        text=letter.text,
        language=letter.language,
        written_in=letter.language,
        channel=s.channel,
        identity=Identity(letter.contact),
        name=letter.writer,
        email=letter.mail,
        phone=letter.phone,
        topic_id=s.cast.topics.get(letter.topic),
        publication_consent=letter.consent,
        received_at=s.now,
    )
    number = s.number()
    if s.channel in arrive.BY_STAFF:
        by = s.cast.people[s.clerks[0]]
        s.case_ = arrive.enter(came, s.city, number=number, once_key=s.once_key, by=by, now=s.now)
    elif s.channel == Channel.MAIL:
        s.case_ = arrive.enter(came, s.city, number=number, once_key=s.once_key, by=SYSTEM, now=s.now)
    else:
        s.case_ = arrive.submit(came, s.city, number=number, once_key=s.once_key, now=s.now)


def merge_into(s: Scene, lead: Scene) -> None:
    merge.merge(s.case, lead.case, by=s.clerk, **s.when())


def split_from(s: Scene, first: Scene) -> None:
    """The second matter of another letter becomes a letter of its own."""
    own, text = s.letter, s.letter.text
    s.in_chinese[text] = own.letter_zh
    kind = Kind(own.kind)
    s.case_ = merge.split(first.case, own.subject, text, kind, number=s.number(), by=first.clerk, **s.when())


def withdraw(s: Scene) -> None:
    after.withdraw(s.case, by=s.citizen, **s.when())


def put_away(s: Scene) -> None:
    route.mark_spam(s.case, by=s.clerk, **s.when())


def restore(s: Scene) -> None:
    route.restore(s.case, by=s.second, **s.when())


def urgent(s: Scene) -> None:
    handle.set_urgent(s.case, True, by=s.clerk, **s.when())


def pass_on(s: Scene, office: str) -> None:
    route.route(s.case, s.cast.offices[office], by=s.clerk, **s.when())


def propose_return(s: Scene) -> None:
    if s.letter.returned:
        route.propose_return(s.case, s.letter.returned.reason, by=s.officer, **s.when())


def decide_return(s: Scene) -> None:
    route.decide_return(s.case, s.cast.offices[s.letter.department], by=s.clerk, **s.when())


def propose_decline(s: Scene) -> None:
    if s.letter.decline:
        route.propose_decline(s.case, s.letter.decline.reason, s.letter.decline.instead, by=s.clerk, **s.when())


def decide_decline(s: Scene) -> None:
    route.decide_decline(s.case, True, by=s.second, **s.when())


def propose_transfer(s: Scene, body: dict[str, str]) -> None:
    if s.letter.transfer:
        route.propose_transfer(s.case, s.letter.transfer.reason, body, by=s.clerk, **s.when())


def decide_transfer(s: Scene) -> None:
    route.decide_transfer(s.case, True, by=s.second, **s.when())


# --- The office works on it


def sign(s: Scene) -> None:
    handle.sign_for(s.case, by=s.officer, **s.when())


def translate_texts(s: Scene) -> None:
    """Whatever waits for a translator and has a Chinese text."""
    sources = {message.id: message for message in s.case.messages}
    for waiting in [t for t in s.case.translations if t.message_id and t.done_at is None]:
        message = sources[waiting.message_id or 0]
        if text := s.in_chinese.get(message.text):
            by = s.cast.translator(message.language)
            translate.translate_letter(s.case, message.id, text, by=by, **s.when())


def ask_contribution(s: Scene) -> None:
    if asked := s.letter.contribution:
        office = s.cast.offices[asked.department]
        together.ask_contribution(s.case, office, asked.question, by=s.officer, **s.when())


def contribute(s: Scene) -> None:
    for owed in [c for c in s.case.contributions if c.is_open]:
        if s.letter.contribution:
            by = s.cast.officer(owed.department_id)
            together.contribute(s.case, owed.id, s.letter.contribution.text, by=by, **s.when())


def waive(s: Scene) -> None:
    for owed in [c for c in s.case.contributions if c.is_open]:
        together.waive(s.case, owed.id, s.ours("waiver"), by=s.officer, **s.when())


def ask(s: Scene) -> None:
    handle.ask(s.case, s.letter.question, by=s.officer, **s.when())


def answer(s: Scene) -> None:
    s.in_chinese[s.letter.answer] = s.said["answer_zh"].get(s.letter.id, s.letter.answer)
    handle.answer(s.case, s.letter.answer, by=s.citizen, **s.when())


def nudge(s: Scene) -> None:
    handle.add(s.case, s.theirs("nudge"), by=s.citizen, **s.when())


def inform(s: Scene) -> None:
    handle.inform(s.case, s.theirs("inform"), by=s.officer, **s.when())


def hand_over(s: Scene) -> None:
    handle.hand_over(s.case, s.cast.head(s.office), by=s.officer, **s.when())


def propose_extension(s: Scene) -> None:
    if s.letter.extension:
        handle.propose_extension(s.case, s.letter.extension.reason, by=s.officer, **s.when())


def decide_extension(s: Scene, agreed: bool) -> None:
    remark = "" if agreed else s.ours("extension_refused")
    handle.decide_extension(s.case, agreed, remark=remark, by=s.manager, **s.when())


# --- The reply


def submit(s: Scene, zh: str, theirs: str, outcome: ReviewOutcome | None = None) -> None:
    """Hand the reply in; where the office masters the writer's language, both texts at once."""
    s.in_theirs[zh] = theirs
    masters = s.city.offices[s.office].masters
    own = theirs if s.case.is_foreign and s.letter.language in masters else ""
    reply.submit_reply(s.case, zh, own, review_outcome=outcome, by=s.officer, **s.when())


def send_back(s: Scene) -> None:
    if waiting := s.case.submitted:
        reply.send_back(s.case, waiting.version, s.ours("sent_back"), by=s.cast.head(s.office), **s.when())


def check(s: Scene) -> None:
    """Take the next step of the version that is being checked, if there is one."""
    waiting = s.case.submitted
    step = s.case.next_step(waiting) if waiting else None
    if waiting is None or step is None:
        return
    if step is Step.TRANSLATION:
        language = s.case.languages_owed(waiting)[0]
        text, by = s.in_theirs[waiting.text], s.cast.translator(language)
        reply.translate_reply(s.case, waiting.version, text, language, by=by, **s.when())
        return
    by = s.cast.head(s.office) if step is Step.HEAD else s.cast.people["shen"]
    reply.approve(s.case, waiting.version, by=by, **s.when())


def correct(s: Scene) -> None:
    if sent := s.case.sent:
        zh, theirs = s.said["zh"]["corrected"], s.theirs("corrected")
        text = f"{sent.text}\n\n{zh}"
        own = f"{sent.own_text}\n\n{theirs}" if sent.own_text else ""
        s.in_theirs[text] = f"{s.in_theirs[sent.text]}\n\n{theirs}"
        reply.correct_reply(s.case, text, own, by=s.officer, **s.when())


# --- Protection


def restrict(s: Scene) -> None:
    protect.restrict(s.case, by=s.clerk, **s.when())


def propose_unrestrict(s: Scene) -> None:
    protect.propose_unrestrict(s.case, s.ours("unrestrict"), by=s.clerk, **s.when())


def decide_unrestrict(s: Scene) -> None:
    protect.decide_unrestrict(s.case, True, by=s.cast.people["tao"], **s.when())


def name_party(s: Scene, office: str | None, person: str | None = None) -> None:
    department_id = s.cast.offices[office] if office else None
    person_id = s.cast.people[person].person_id if person else None
    protect.name_party(s.case, department_id, person_id, by=s.clerk, **s.when())


def name_handlers(s: Scene) -> None:
    """The General Office's officer, head and approver, and a translator where one is needed."""
    office = s.cast.offices["general"]
    wanted = {
        Part.OFFICER: s.cast.officer(office),
        Part.HEAD: s.cast.head(office),
        Part.APPROVER: s.cast.people["shen"],
    }
    if s.case.is_foreign:
        wanted[Part.TRANSLATOR] = s.cast.translator(s.letter.language)
    for part, person in wanted.items():
        protect.name_handler(s.case, person, part, by=s.clerk, **s.when())
