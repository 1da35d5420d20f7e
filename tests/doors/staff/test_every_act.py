"""The walk at the doors: every act, in every status, by everybody, sent as a form; answered as the domain's table says.

The verdict is the one of the walk at the rule (tests/rules/test_acts_walk.py), which reads the table: what it lets
pass leads on (303), what it refuses is said on a page, and a letter that isn't there for somebody is not found.
"""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from collections import defaultdict

import pytest

from mailbox_service.base.language import words
from mailbox_service.tickets.acts import ACTS, Act
from mailbox_service.tickets.tables.words import Part, Status
from mailbox_service.web import staff
from mailbox_service.web.errors import STATUS
from mailbox_service.web.staff.now import PAGES
from mailbox_service.web.staff.wish_book import BOOK
from tests import acts as the
from tests.acts import COPY, DOINGS, another, contribution_of, version_of
from tests.cases import copied
from tests.cast import (
    ADA,
    DAN,
    DELIA,
    DORA,
    FANG,
    HANNA,
    HARRY,
    KAI,
    KIM,
    LIBRARY,
    LIN,
    LUO,
    MAX,
    MINA,
    NOAH,
    OTTO,
    PARKS,
    PAUL,
    ROLF,
    RUTH,
    SAM,
    VERA,
    VERN,
)
from tests.doors.staff.house import words_of
from tests.doors.staff.story import a_day_ago, told
from tests.rules.test_acts_walk import (
    BESIDES,
    OF_A_CHECK,
    OF_A_REVIEW,
    REPLIED,
    expected,
    law,
    letters,
    prepared,
    sees,
    ticket,
)

OTHERS = {Part.CITIZEN, Part.SYSTEM}
AT_A_DOOR = {act for act, rule in ACTS.items() if rule.by - OTHERS}
PEOPLE = {
    "ordinary": (KAI, MINA, DORA, HANNA, PAUL, FANG, VERA),
    "restricted": (KAI, MINA, DORA, HANNA, PAUL, FANG, VERA, RUTH),
    "review": (KAI, MINA, DORA, LIN, LUO),
}
SECONDS = (KIM, ROLF, DELIA)  # where another person than the author or the proposer is asked for
STRANGERS = (DAN, HARRY, RUTH, SAM, ADA, OTTO, NOAH, MAX, VERN)  # one of them at each act, in turn
SCENES = {"ordinary": tuple(Status), "restricted": tuple(Status), "review": sorted(OF_A_REVIEW)}

# A page of its own may find first that there is nothing to do the act on.
NOTHING_THERE = {
    "approve": {"reply.none", "reply.other_step"},
    "translate": {"translation.none"},
    "contribute": {"contribution.none"},
}
OF_A_REPLY = {Act.SUBMIT_REPLY, Act.CORRECT_REPLY}
DECISIONS = {Act.DECIDE_RETURN: LIBRARY, Act.DECIDE_REVIEW: LIBRARY}


def decision(doing):
    """A decision that is done twice is agreed to first, and refused then."""
    if doing is next(one for one in DOINGS if one.act is doing.act):
        return {"decision": "agree", "office": str(DECISIONS.get(doing.act, ""))}
    return {"decision": "refuse", "remark": "No"}


def translation_of(case, of_reply):
    wanted = (one for one in reversed(case.translations) if (one.reply_id is not None) is of_reply)
    one = next(wanted, None)
    return {"of": str(one.id) if one else "0", "p0": "灯坏了", "reply_version": str(version_of(case))}


def checked(case):
    return {"reply_version": str(version_of(case)), "remark": "Which day?"}


TYPED = {
    Act.ROUTE: {"office": str(LIBRARY)},
    Act.NAME_CO_HANDLING: {"office": str(PARKS), "question": "Whose tree?"},
    Act.PROPOSE_RETURN: {"reason": "Not ours"},
    Act.ASK: {"question": "Which lamp?"},
    Act.INFORM: {"text": "We are coming"},
    Act.NOTE: {"text": "Called them"},
    Act.TAG: {"word": "lamps"},
    Act.SET_URGENT: {"urgent": "yes"},
    Act.ASK_CONTRIBUTION: {"office": str(PARKS), "question": "Whose tree?"},
    Act.CONTRIBUTE: lambda case: {"of": str(contribution_of(case)), "text": "Ours"},
    Act.WAIVE: lambda case: {"contribution": str(contribution_of(case)), "reason": "We know by now"},
    Act.TRANSLATE_LETTER: lambda case: translation_of(case, False),
    Act.TRANSLATE_REPLY: lambda case: translation_of(case, True),
    Act.TRANSLATE_CORRECTION: lambda case: translation_of(case, True),
    Act.PROPOSE_EXTENSION: {"reason": "A part is missing"},
    Act.SUBMIT_REPLY: lambda case: {"act": "submit", "text": "We mend it.", "review_outcome": outcome(case)},
    Act.CORRECT_REPLY: {"act": "submit", "text": "We mend it tomorrow."},
    Act.SEND_BACK: lambda case: checked(case) | {"act": "send_back"},
    Act.SEND_BACK_CORRECTION: lambda case: checked(case) | {"act": "send_back"},
    Act.APPROVE: checked,
    Act.APPROVE_CORRECTION: checked,
    Act.HAND_OVER: lambda case: {"colleague": str((HANNA if case.ticket.restricted else DELIA).person_id)},
    Act.PROPOSE_DECLINE: {"reason": "No matter", "instead": "The court"},
    Act.PROPOSE_TRANSFER: {"reason": "Not ours", "body_zh": "法院"},
    Act.SPLIT: {"subject": "A tree", "text": "A tree, too", "kind": "help"},
    Act.PROPOSE_PUBLICATION: {
        "act": "propose",
        "subject": COPY.subject,
        "letter": COPY.letter,
        "reply": COPY.reply,
        "reason": "Useful",
    },
    Act.NAME_HANDLER: {"person": str(KIM.person_id), "part": "O"},
    Act.DISMISS_HANDLER: {"person": str(PAUL.person_id)},
    Act.NAME_PARTY: {"person": str(MAX.person_id)},
    Act.PROPOSE_UNRESTRICT: {"reason": "Nobody named"},
}


def outcome(case):
    found = the.outcome_of(case)
    return found.value if found else ""


def typed(doing, case, into):
    """What the form of the act sends."""
    fields = TYPED.get(doing.act, {})
    fields = fields(case) if callable(fields) else fields
    if doing.act in BOOK and BOOK[doing.act].decides:
        fields = decision(doing)
    if doing.act is Act.MERGE:
        fields = {"into": into}
    return {"version": str(case.ticket.version), "draft_version": "0"} | fields


def said_by(code):
    """How the refusal reads on an English page, whatever it names."""
    sentence = str(words("en").gettext(f"refused.{code}"))
    return re.compile(".*".join(re.escape(part) for part in re.split(r"%\(\w+\)s", sentence)))


def door_of(act):
    return PAGES.get(act, act.value)


def wrong(answer, doing, codes):
    """How the answer differs from the verdict."""
    if codes is None:
        return "" if answer.status_code == 303 else f"{answer.status_code}, expected to be done: {told_on(answer)}"
    if "not_found" in codes and answer.status_code == 404:
        return ""
    if codes == {"not_found"}:
        return f"{answer.status_code}, expected not to be found"
    known = codes | NOTHING_THERE.get(door_of(doing.act), set())
    if answer.status_code not in {STATUS.get(code, 422) for code in known}:
        return f"{answer.status_code}, expected {known}: {told_on(answer)}"
    page = words_of(answer)
    return "" if any(said_by(code).search(page) for code in known) else f"none of {known} is said: {told_on(answer)}"


def told_on(answer):
    found = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))[:160] if found else ""


def walked(scene, status):
    """The acts at a door that can be tried in this scene; in the two special ones those that go from the status."""
    for doing in DOINGS:
        if doing.act not in AT_A_DOOR or (scene == "review" and doing.before is not the.nothing):
            continue
        if scene != "ordinary" and status not in law(doing)[1]:
            continue  # refused to everybody, as on any letter
        if doing.act in OF_A_CHECK and (doing.act in BESIDES) == (status not in REPLIED):
            continue  # the same button is another act there
        if doing.act in OF_A_REPLY and (doing.act is Act.CORRECT_REPLY) == (status not in REPLIED):
            continue  # so is that of the reply's page
        yield doing


def test_every_act_of_staff_has_a_door_and_a_form():
    hung = {path for door in staff.doors for path in door.paths if "POST" in door.http_methods}
    own = {f"/staff/tickets/{{number:str}}/{page}" for page in PAGES.values()}

    assert PAGES.keys() | BOOK.keys() == AT_A_DOOR
    assert own <= hung
    assert {doing.act for doing in DOINGS} >= AT_A_DOOR
    assert {act for act in AT_A_DOOR if act not in TYPED and not (act in BOOK and not BOOK[act].fields)} == {
        Act.MERGE,
        *(act for act, wish in BOOK.items() if wish.decides),
    }


def at_the_door(doing, scene, case, who, ready):
    """The verdict of the rule, but that a letter which somebody may not see is not found before any rule is asked."""
    codes = expected(doing, scene, case, who, ready)
    status = case.ticket.status
    borne = letters(scene, status, who, doing.act)
    asked = doing.act is Act.DECIDE_UNRESTRICT and scene == "restricted" and "M" in borne and ready
    if not (asked or sees(scene, status, who, borne)):
        return {"not_found"}
    if doing.act is Act.MERGE and codes == {"not_yours"} and who not in (KAI, KIM, MINA, MAX):
        return codes | {"not_found"}  # nor may they see the letter it would be answered with
    return codes


def walkers(doing, scene, status, n):
    """Who tries the act: a person of each part; where it goes, a second one of some parts and a stranger, in turn."""
    if status not in law(doing)[1]:
        return PEOPLE[scene]
    second = SECONDS if law(doing)[3] or doing.by else ()
    return (*PEOPLE[scene], *second, STRANGERS[n % len(STRANGERS)])


@pytest.mark.parametrize(("scene", "status"), [(scene, status) for scene, found in SCENES.items() for status in found])
async def test_every_door_answers_everybody_as_the_rule_does(sqlite_url, tmp_path, scene, status):
    now, found = a_day_ago(), []
    into = copied(another(ticket(scene, status, now)))
    by_story = defaultdict(list)  # acts before which the same has happened
    for doing in walked(scene, status):
        by_story[doing.before, prepared(doing, scene, status, now)[1]].append(doing)

    async with told(sqlite_url, tmp_path, {*PEOPLE[scene], *SECONDS, *STRANGERS}, [into]) as story:
        empty = story.copied()
        for (_, ready), doings in by_story.items():
            case, _ = prepared(doings[0], scene, status, now)
            story.begin_with(case, empty)
            for n, doing in enumerate(doings):
                path = f"/staff/tickets/{case.ticket.number}/{door_of(doing.act)}"
                fields = typed(doing, case, into.ticket.number)
                for who in walkers(doing, scene, status, n):
                    answer = await story.post(who, path, fields)
                    if why := wrong(answer, doing, at_the_door(doing, scene, case, who, ready)):
                        found.append(f"{who.name} {doing.name}: {why}")
                    if answer.status_code == 303:
                        story.put_back()

    assert found == []
