"""Words, plurals and dates that code or a template puts together by itself, past the catalogues and `base.language`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.house.catalogues import Said

LETTERS = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]{3,}")
SPOKEN = re.compile(r"""\b(?:aria-label|title|alt|placeholder|label|summary)="([^"{]*)""")
UNSPOKEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"""\b[\w-]+="[^"]*\"""")
COUNTED = re.compile(r"%\((\w+)\)[sd] (?!is\b|was\b|has\b|works\b|needs\b)([a-z]+s)\b")
ENDINGS = {"s", "es", "ies", "y", "are", "is", "were", "was"}
DATE_CODES = re.compile(r"%-?[YmdBbAajyeHIMpcxX]")
IN_DATETIME = re.compile(r'(?:datetime|value|min|max)="\{\{[^}]*\}\}"')
DATED = re.compile(r"\.(?:strftime|isoformat|year|hour|minute|weekday)\b|\|\s*iso\b")


def plurals_in_code(tree: ast.Module) -> Iterator[int]:
    """Lines where one of two words is chosen by hand, `"" if n == 1 else "s"`, or an ending is stuck on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and _chooses(node):
            yield node.lineno


def _chooses(node: ast.IfExp) -> bool:
    words = [_text(part) for part in (node.body, node.orelse)]
    if any(word in ENDINGS for word in words):
        return True
    return _asks_for_one(node.test) and None not in words and _alike(*map(str, words))


def _alike(one: str, other: str) -> bool:
    """Whether two texts have a word in common, but for its end: "a day" and "two days"."""
    stems, others = ({word[:3].lower() for word in WORD.findall(text)} for text in (one, other))
    return bool(stems & others)


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and node.args:  # say("one", …), gettext("many")
        return next((text for text in map(_text, node.args) if text), None)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _asks_for_one(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and any(
        isinstance(part, ast.Constant) and part.value == 1 and part.value is not True
        for part in (test.left, *test.comparators)
    )


def plurals_said(said: Said) -> list[str]:
    """Sentences that count something, and are said without saying how it is said of one."""
    return sorted(msgid for msgid, (_, plural) in said.items() if plural is None and COUNTED.search(msgid))


def plurals_in_template(source: str) -> Iterator[int]:
    """Lines where a template asks whether a number is one, to choose a word."""
    for choice in _choices(source):
        compared = list(choice.test.find_all(nodes.Compare))
        compared += [choice.test] if isinstance(choice.test, nodes.Compare) else []
        numbers = [part for one in compared for part in (one.expr, *(each.expr for each in one.ops))]
        if any(isinstance(part, nodes.Const) and part.value == 1 for part in numbers) and _says_two_words(choice):
            yield choice.lineno


def _choices(source: str) -> Iterator[nodes.If | nodes.CondExpr]:
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    yield from tree.find_all(nodes.If)
    yield from tree.find_all(nodes.CondExpr)


def _says_two_words(choice: nodes.If | nodes.CondExpr) -> bool:
    if isinstance(choice, nodes.CondExpr):
        return choice.expr2 is not None and _alike(_words([choice.expr1]), _words([choice.expr2]))
    return _alike(_words(choice.body), _words(choice.else_))


def _words(branch: list[nodes.Expr] | list[nodes.Node]) -> str:
    """What a branch says: its own text, and what it has translated."""
    found = [part.data for node in branch for part in node.find_all(nodes.TemplateData)]
    constants = [part for node in branch for part in (node, *node.find_all(nodes.Const))]
    said = [str(part.value) for part in constants if isinstance(part, nodes.Const) and isinstance(part.value, str)]
    return " ".join((UNSPOKEN.sub("", "".join(found)), *said))


def words_in_template(source: str) -> list[str]:
    """Words a reader would see that stand in the template itself: `{{ count }} letters`."""
    data = "\0".join(part for _, kind, part in Environment().lex(source) if kind == "data")
    spoken = [text for text in SPOKEN.findall(data.replace("\0", "")) if LETTERS.search(text)]
    seen = ATTRIBUTE.sub(" ", UNSPOKEN.sub(" ", re.sub(r"\0+", "", data)))
    return spoken + [text.strip() for text in re.split(r"\s{2,}|\n", seen) if LETTERS.search(text)]


def dates_in_code(tree: ast.Module) -> Iterator[int]:
    """Lines where a date is written with strftime, isoformat or a format such as `{day:%d.%m.%Y}`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("strftime", "isoformat", "ctime"):
            yield node.lineno
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(str(p.value) for p in ast.walk(node.format_spec) if isinstance(p, ast.Constant))
            if DATE_CODES.search(spec):
                yield node.lineno


def dates_in_template(source: str) -> list[str]:
    """Expressions that write a date by hand, outside the attributes that are meant for machines."""
    shown = IN_DATETIME.sub("", source)
    return [text for text in re.findall(r"\{\{.*?\}\}", shown, re.DOTALL) if DATED.search(text)]
