"""Every "no" has a sentence in four languages, is filled with what it names, and is tested."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from mailbox_service.base.language import LANGUAGES
from tests.house.catalogues import messages, placeholders
from tests.house.source import CODE, TESTS, called, python, strings_in


@cache
def refusals():
    """Each place that refuses: (where, code, names of its facts; None when they are computed)."""
    found = []
    for name, tree in python(CODE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == "Refused" and node.args:
                facts = {keyword.arg for keyword in node.keywords}
                for code in codes(node.args[0]):
                    found.append((f"{name}:{node.lineno}", code, None if None in facts else facts))
    return found


def codes(argument):
    """The codes an argument may stand for: one, or the branches of a condition."""
    match argument:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=body, orelse=orelse):
            yield from codes(body)
            yield from codes(orelse)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_has_its_sentence(lang):
    missing = [f"{place}: {code}" for place, code, _ in refusals() if f"refused.{code}" not in messages(lang)]

    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_refusal_brings_every_fact_its_sentence_names(lang):
    known = messages(lang)

    lacking = [
        f"{place}: {code} lacks {sorted(needed - facts)}"
        for place, code, facts in refusals()
        for _, message in known.get(f"refused.{code}", [])
        if facts is not None and (needed := placeholders(str(message.string))) - facts
    ]

    assert lacking == []


def test_every_refusal_has_a_test():
    named = strings_in(*(TESTS / room for room in ("rules", "rooms", "doors", "browser")))

    assert sorted({code for _, code, _ in refusals() if code not in named}) == []


def test_no_sentence_belongs_to_a_refusal_nobody_makes():
    spoken = strings_in(CODE)
    written = {msgid.removeprefix("refused.") for msgid in messages("en") if msgid.startswith("refused.")}

    assert sorted(written - spoken) == []
