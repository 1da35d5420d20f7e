"""How long a function, a file and a template may be at most. An exception is named here with its reason."""

from __future__ import annotations

import ast

from tests.house.source import CODE, ROOT, TEMPLATES, files, name_of, python

FUNCTION_LINES = 40
FILE_LINES = 300
TEMPLATE_LINES = 80

LONGER_FUNCTIONS: dict[str, str] = {}
LONGER_FILES: dict[str, str] = {
    "mailbox_service/static/css/site.css": "one sheet is one request, and a slow line counts requests",
}
LONGER_TEMPLATES: dict[str, str] = {}

STEPS = "mailbox_service/migrations/versions/"  # a step lists what it makes, however long the list


def test_functions_are_short():
    lengths = {
        f"{name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in python(CODE, ROOT / "tests", ROOT / "benchmarks", ROOT / "tools")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not name.startswith(STEPS)
    }

    assert longer_than(FUNCTION_LINES, lengths) == set(LONGER_FUNCTIONS)


def test_files_are_short():
    lengths = {name_of(path): lines(path) for path in files() if path.suffix in {".py", ".js", ".css"}}
    lengths = {name: length for name, length in lengths.items() if not name.startswith(STEPS)}

    assert longer_than(FILE_LINES, lengths) == set(LONGER_FILES)


def test_templates_are_short():
    lengths = {name_of(path): lines(path) for path in files() if path.is_relative_to(TEMPLATES)}

    assert longer_than(TEMPLATE_LINES, lengths) == set(LONGER_TEMPLATES)


def longer_than(most, lengths):
    return {name for name, length in lengths.items() if length > most}


def lines(path):
    return len(path.read_text("utf-8").splitlines())
