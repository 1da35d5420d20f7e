"""Topics, promises, canned replies and what the city shows: administrators change them, and it is written down."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.city import choices, find, lists, policies, topics, wording
from mailbox_service.city.policies import Promise
from mailbox_service.city.tables import Approvals, CannedReply, Choice, Policy, Topic
from mailbox_service.city.wording import Canned
from tests.databases import rows
from tests.doors.staff.town import found
from tests.rooms.admins import NAMES, NOW, logged
from tests.rooms.post import settings_for

SETUP = topics.Setup(NAMES)
PROMISE = Promise(1, 1, 7, 5, Approvals.HEAD)
CANNED = Canned("Lamps", {"en": "Letter {number}: due {due}.", "zh": "{number}"})


@pytest.fixture
def city(database_url):
    with rows(database_url) as session:
        town = found(session)
        yield session, town, town.people["ada"]


# --- Topics ----------------------------------------------------------------------------------


def test_a_topic_and_a_part_of_it_are_added(city):
    session, _, ada = city

    area = topics.add(session, "water", None, SETUP, by=ada, now=NOW)
    part = topics.add(session, "pipes", area.id, SETUP, by=ada, now=NOW)

    assert (part.code, part.parent_id) == ("water.pipes", area.id)
    assert [topic.code for topic in find.topics(session)][-1] == "water.pipes"


@pytest.mark.parametrize(
    ("code", "setup", "refusal"),
    [
        ("Wasser!", SETUP, "topic.code"),
        ("w" * 30, SETUP, "topic.code"),
        ("trees", SETUP, "topic.taken"),
        ("water", topics.Setup({"en": "Water"}), "topic.name"),
        ("water", topics.Setup(NAMES, department_id=1), "topic.office"),
        ("water", topics.Setup(NAMES, position=10_000), "position"),
    ],
)
def test_a_topic_that_can_not_be_added_is_refused(city, code, setup, refusal):
    session, _, ada = city

    with pytest.raises(Refused, match=refusal):
        topics.add(session, code, None, setup, by=ada, now=NOW)


def test_topics_have_two_levels_only(city):
    session, town, ada = city
    part = topics.add(session, "oaks", town.topics["trees"], SETUP, by=ada, now=NOW)

    with pytest.raises(Refused, match=re.escape("topic.parent")):
        topics.add(session, "leaves", part.id, SETUP, by=ada, now=NOW)


def test_a_topic_is_retired_with_its_parts_and_brought_back(city):
    session, town, ada = city
    trees = town.topics["trees"]
    part = topics.add(session, "oaks", trees, SETUP, by=ada, now=NOW)

    topics.retire(session, trees, 1, by=ada, now=NOW)

    assert {topic.code for topic in find.topics(session)} == {"streets"}
    with pytest.raises(Refused, match=re.escape("topic.retired")):
        topics.retire(session, trees, 2, by=ada, now=NOW)
    with pytest.raises(Refused, match=re.escape("topic.parent")):
        topics.bring_back(session, part.id, 2, by=ada, now=NOW)
    topics.bring_back(session, trees, 2, by=ada, now=NOW)
    with pytest.raises(Refused, match=re.escape("topic.not_retired")):
        topics.bring_back(session, trees, 3, by=ada, now=NOW)
    assert {topic.code for topic in find.topics(session)} == {"streets", "trees"}


def test_a_topics_change_says_what_it_was_and_a_stale_one_is_refused(city):
    session, town, ada = city
    roads = town.offices["roads"]
    setup = topics.Setup(NAMES, department_id=roads, position=3)

    topics.change(session, town.topics["trees"], setup, 1, by=ada, now=NOW)

    assert logged(session, "topic.changed")[0]["department_id"] == [town.offices["parks"], roads]
    with pytest.raises(Refused, match="conflict"):
        topics.change(session, town.topics["trees"], SETUP, 1, by=ada, now=NOW)
    with pytest.raises(Refused, match="not_found"):
        topics.change(session, 1, SETUP, 1, by=ada, now=NOW)
    assert session.get(Topic, town.topics["trees"]).position == 3


# --- Promises --------------------------------------------------------------------------------


def test_a_promise_is_changed_and_written_down(city):
    session, _, ada = city

    policies.change(session, "enquiry", PROMISE, 1, by=ada, now=NOW)

    assert session.get(Policy, "enquiry").reply_days == 7
    assert logged(session, "policy.changed") == [{"row": "enquiry", "reply_days": [5, 7]}]
    with pytest.raises(Refused, match="conflict"):
        policies.change(session, "enquiry", PROMISE, 1, by=ada, now=NOW)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"reply_days": 0}, "policy.days"),
        ({"reply_days": 31}, "policy.days"),
        ({"extension_days": -1}, "policy.days"),
        ({"triage_days": -1}, "policy.days"),
        ({"triage_days": 5, "sign_days": 5}, "policy.order"),
    ],
)
def test_a_promise_nobody_could_keep_is_refused(city, change, refusal):
    session, _, ada = city

    with pytest.raises(Refused, match=refusal):
        policies.change(session, "enquiry", replace(PROMISE, **change), 1, by=ada, now=NOW)


# --- Canned replies --------------------------------------------------------------------------


def test_a_canned_reply_is_added_changed_retired_and_brought_back(city):
    session, town, ada = city

    row = wording.add(session, CANNED, by=ada, now=NOW)
    change = replace(CANNED, department_id=town.offices["roads"], topic_id=town.topics["streets"], kind="help")
    wording.change(session, row.id, change, 1, by=ada, now=NOW)
    session.flush()
    wording.retire(session, row.id, 2, by=ada, now=NOW)

    with pytest.raises(Refused, match=re.escape("canned.retired")):
        wording.retire(session, row.id, 3, by=ada, now=NOW)
    wording.bring_back(session, row.id, 3, by=ada, now=NOW)
    with pytest.raises(Refused, match=re.escape("canned.not_retired")):
        wording.bring_back(session, row.id, 4, by=ada, now=NOW)
    with pytest.raises(Refused, match="conflict"):
        wording.change(session, row.id, CANNED, 1, by=ada, now=NOW)
    assert session.get(CannedReply, row.id).kind == "help"
    assert logged(session, "canned_reply.changed")[0]["of_kind"] == ["", "help"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": " "}, "canned.name"),
        ({"texts": {"en": "  "}}, "canned.text"),
        ({"texts": {"en": "x" * 10_001}}, "canned.long"),
        ({"texts": {"en": "Dear {nmae}"}}, "canned.place"),
        ({"texts": {"en": "{}"}}, "canned.place"),
        ({"department_id": 1}, "canned.office"),
        ({"topic_id": 1}, "canned.topic"),
    ],
)
def test_a_canned_reply_that_can_not_be_is_refused(city, change, refusal):
    session, _, ada = city

    with pytest.raises(Refused, match=refusal):
        wording.add(session, replace(CANNED, **change), by=ada, now=NOW)


def test_the_letters_facts_stand_in_their_places():
    said = wording.filled("{number} until {due}, {office} {other}", {"number": "2026-1", "due": "Friday", "office": ""})

    assert said == "2026-1 until Friday, {office} {other}"
    assert wording.strange_places("{number} {x} {x} {y}") == ["x", "y"]


# --- What everybody sees ---------------------------------------------------------------------


def test_a_choice_stands_before_the_setting(city, tmp_path):
    session, _, ada = city
    settings = settings_for(25, data_dir=tmp_path)

    choices.choose(session, "support_phone", "0391-12345", 0, by=ada, now=NOW, setting="12345")
    choices.choose(session, "city_name", NAMES, 0, by=ada, now=NOW)
    shown = choices.before(session, settings)

    assert (shown.support_phone, shown.city_name, settings.support_phone) == ("0391-12345", NAMES, "12345")
    assert shown.secret == settings.secret
    assert logged(session, "choice.made")[0] == {"row": "support_phone", "value": ["12345", "0391-12345"]}


def test_a_choice_is_changed_from_the_version_seen(city):
    session, _, ada = city
    choices.choose(session, "support_phone", "1", 0, by=ada, now=NOW)
    choices.choose(session, "support_phone", "2", 1, by=ada, now=NOW)

    for stale in (0, 1, 3):
        with pytest.raises(Refused, match="conflict"):
            choices.choose(session, "support_phone", "3", stale, by=ada, now=NOW)
    with pytest.raises(Refused, match="conflict"):
        choices.choose(session, "city_name", NAMES, 1, by=ada, now=NOW)
    assert session.get(Choice, "support_phone").value == {"is": "2"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("city_name", {"en": "A"}),
        ("city_name", {**NAMES, "fr": "A"}),
        ("support_phone", "1" * 201),
        ("sections", [{**NAMES, "href": "javascript:alert(1)"}]),
        ("sections", [{**NAMES, "href": "//elsewhere.example"}]),
        ("sections", [{**NAMES, "href": "/x"}] * 13),
        ("sponsors", []),
        ("emergency_police", ""),
    ],
)
def test_what_breaks_the_settings_rules_is_refused(city, name, value):
    session, _, ada = city

    with pytest.raises(Refused, match=re.escape("choice.value")):
        choices.choose(session, name, value, 0, by=ada, now=NOW)


@pytest.mark.parametrize("name", ["secret", "database_url", "smtp_password", "retention_years"])
def test_nothing_but_what_pages_show_can_be_chosen(city, name):
    session, _, ada = city

    with pytest.raises(Refused, match="not_found"):
        choices.choose(session, name, "x", 0, by=ada, now=NOW)


def test_a_choice_that_no_longer_keeps_the_rules_is_left_aside(city, tmp_path):
    session, _, _ = city
    session.add(Choice(name="city_name", value={"is": {"en": "A"}}, changed_at=NOW))
    session.add(Choice(name="secret", value={"is": "x" * 40}, changed_at=NOW))
    settings = settings_for(25, data_dir=tmp_path)

    assert choices.before(session, settings) == settings


# --- Everything ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["karl", "dora", "hugo", "anna", "mina", "rita", "otto"])
def test_nobody_but_an_administrator_changes_any_of_it(city, who):
    session, town, ada = city
    by, row = town.people[who], wording.add(session, CANNED, by=ada, now=NOW)

    for verb in (
        lambda: topics.add(session, "water", None, SETUP, by=by, now=NOW),
        lambda: topics.change(session, town.topics["trees"], SETUP, 1, by=by, now=NOW),
        lambda: topics.retire(session, town.topics["trees"], 1, by=by, now=NOW),
        lambda: topics.bring_back(session, town.topics["trees"], 1, by=by, now=NOW),
        lambda: policies.change(session, "enquiry", PROMISE, 1, by=by, now=NOW),
        lambda: wording.add(session, CANNED, by=by, now=NOW),
        lambda: wording.change(session, row.id, CANNED, 1, by=by, now=NOW),
        lambda: wording.retire(session, row.id, 1, by=by, now=NOW),
        lambda: wording.bring_back(session, row.id, 1, by=by, now=NOW),
        lambda: choices.choose(session, "support_phone", "1", 0, by=by, now=NOW),
    ):
        with pytest.raises(Refused, match="not_yours"):
            verb()


def test_a_search_for_people_finds_parts_of_names_and_pages_on(city):
    session, town, _ = city

    assert [person.name for person in lists.people(session, "OR")] == ["Dora"]
    assert lists.people(session, "%") == []
    first = lists.people(session, limit=5)
    assert [person.name for person in first] == sorted(name.title() for name in town.people)[:5]
    assert lists.people(session, after=first[-1].id, limit=1)[0].name > first[-1].name
