"""The invented city is whole: every code is known, every language complete, every reply there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import astuple
from typing import Any

import pytest

from mailbox_service.city import wording
from mailbox_service.demo import canned
from mailbox_service.demo.read import LANGUAGES, DemoLetter, _pools, fill, load_city, load_letters

KINDS = {"enquiry", "complaint", "suggestion", "help", "report", "praise"}
ROLES = {"clerk", "officer", "head", "approver", "manager", "restricted_desk", "administrator", "auditor"}
LETTERS = load_letters()
VARIATIONS = 16
HAN = re.compile(r"[\u4e00-\u9fff]")
KANA = re.compile(r"[\u3040-\u30ff]")
HANGUL = re.compile(r"[\uac00-\ud7af]")

each_letter = pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)


def test_the_city_is_named_in_every_language():
    city = load_city()

    every: list[Any] = [*city.departments, *city.topics, *city.bodies]
    for named in every:
        assert set(named.name) == set(LANGUAGES), named.code
        assert all(named.name.values()), named.code
    assert len({office.code for office in city.departments}) == 12
    assert {office.code for office in city.departments if office.translates} == {"foreign_affairs"}


def test_every_topic_has_a_known_office_and_parent():
    city = load_city()

    offices = {office.code for office in city.departments}
    roots = {topic.code for topic in city.topics if topic.parent is None}
    assert all(topic.department in offices for topic in city.topics)
    assert all(topic.parent in roots for topic in city.topics if topic.parent)
    assert len(city.topics) - len(roots) == 3 * len(roots)


def test_every_office_has_somebody_to_write_and_somebody_else_to_approve():
    city = load_city()

    held = [(role.role, role.department, person.email) for person in city.people for role in person.roles]
    assert {role for role, _, _ in held} == ROLES
    for office in city.departments:
        writes = {mail for role, code, mail in held if role == "officer" and code == office.code}
        approves = {mail for role, code, mail in held if role == "head" and code == office.code}
        assert writes, office.code
        assert approves - writes, office.code


def test_people_are_told_apart_by_mail_and_the_cast_is_there():
    people = {person.email.removesuffix("@qinghe.example"): person for person in load_city().people}

    assert len(people) == len(load_city().people) == 25
    assert {"kai", "fang", "hana", "jun", "xu", "dora", "henry", "shen", "mina", "ruth", "ada", "yan"} <= people.keys()
    assert Counter(role.desk for person in people.values() for role in person.roles if role.desk) == {
        "first": 2,
        "second": 2,
    }


def test_there_are_enough_letters_of_every_language_kind_and_turn():
    assert len(LETTERS) >= 64
    assert len({letter.id for letter in LETTERS}) == len(LETTERS)
    for language in LANGUAGES:
        ours = [letter for letter in LETTERS if letter.language == language]
        assert len(ours) >= 16
        assert {letter.kind for letter in ours} == KINDS
        assert sum(letter.kind == "report" for letter in ours) <= 2
        assert {letter.contact for letter in ours} >= {"named", "hidden"}
    wanted = {"question": 15, "contribution": 10, "dissatisfied": 8, "review": 4, "decline": 4}
    wanted |= {"returned": 6, "extension": 6, "transfer": 3, "publish": 20}
    for turn, count in wanted.items():
        assert sum(bool(getattr(letter, turn)) for letter in LETTERS) >= count, turn


@each_letter
def test_a_letter_names_only_what_the_city_knows(letter: DemoLetter):
    city = load_city()

    offices = {office.code for office in city.departments}
    assert letter.kind in KINDS
    assert letter.topic in {topic.code for topic in city.topics if topic.parent}
    assert letter.department in offices
    assert not letter.contribution or letter.contribution.department in offices - {letter.department}
    assert not letter.returned or letter.returned.by in offices - {letter.department}
    assert not letter.transfer or letter.transfer.to in {body.code for body in city.bodies}
    assert letter.about in offices - {letter.department} if letter.kind == "report" else not letter.about
    assert bool(letter.writer) == (letter.contact in ("named", "hidden"))
    assert bool(letter.question) == bool(letter.answer)
    assert letter.consent or not letter.publish


@each_letter
def test_a_letter_and_its_reply_are_long_enough_and_in_both_languages(letter: DemoLetter):
    assert len(letter.text.split()) >= 90 if letter.language == "en" else len(letter.text) >= 120
    assert len(letter.reply) > len(letter.text) * 0.8
    assert letter.subject_zh
    assert min(len(letter.letter_zh), len(letter.reply_zh)) >= 90
    assert letter.text.count("\n\n") == letter.letter_zh.count("\n\n")
    turns: list[Any] = [letter.decline, letter.extension, letter.transfer]
    assert all(all(astuple(turn)) for turn in turns if turn)


@each_letter
def test_every_text_is_in_its_own_script(letter: DemoLetter):
    own = letter.text + letter.reply + letter.question + letter.answer + letter.dissatisfied + letter.review
    working = letter.subject_zh + letter.letter_zh + letter.reply_zh

    assert HAN.search(working)
    assert not KANA.search(working)
    assert not HANGUL.search(working)
    assert bool(KANA.search(own)) == (letter.language == "ja")
    assert bool(HANGUL.search(own)) == (letter.language == "ko")
    assert bool(HAN.search(own)) == (letter.language in ("zh", "ja"))


@each_letter
def test_no_placeholder_is_left_in_any_variation(letter: DemoLetter):
    for n in range(VARIATIONS):
        assert not re.search(r"[{}]", repr(astuple(fill(letter, n))))


def test_variations_are_repeatable_and_differ():
    for letter in LETTERS:
        variations = [fill(letter, n) for n in range(VARIATIONS)]

        assert variations == [fill(letter, n) for n in range(VARIATIONS)]
        assert len({variation.text for variation in variations}) == VARIATIONS


def test_a_letter_and_its_translation_speak_of_the_same_street():
    letter = next(letter for letter in LETTERS if letter.id == "en-cycle-lane")
    pools = _pools()

    for n in range(VARIATIONS):
        filled = fill(letter, n)
        street = next(i for i, name in enumerate(pools["en"]["street"]) if name in filled.text)
        assert pools["zh"]["street"][street] in filled.letter_zh


def test_a_reply_greets_by_name_only_whose_name_the_office_may_know():
    for letter in LETTERS:
        filled = fill(letter, 3)

        greeted = filled.reply.splitlines()[0]
        assert (bool(filled.writer) and filled.writer in greeted) == (letter.contact == "named"), letter.id
        assert bool(filled.mail or filled.phone) == (letter.contact != "anonymous")


def test_pools_are_even_across_languages():
    pools = _pools()

    for key in ("street", "district", "line", "park", "opening", "closing"):
        assert {len(pools[language][key]) for language in LANGUAGES} == {16}
    assert all(len(set(pools[language]["name"])) == 40 for language in LANGUAGES)


def test_canned_replies_speak_every_language_and_name_what_is_there():
    city, replies = load_city(), canned.load()

    assert {office.code for office in city.departments} >= {
        told["department"] for told in replies if "department" in told
    }
    assert {topic.code for topic in city.topics} >= {told["topic"] for told in replies if "topic" in told}
    assert {told.get("kind", "praise") for told in replies} <= KINDS
    for told in replies:
        assert wording.strange_places("".join(told[code] for code in LANGUAGES)) == [], told["name"]
