"""Who commits, what may stand in a commit, and what no file may say."""

from __future__ import annotations

import ast
import re

from tests.house.source import CODE, ROOT, TESTS, called, files, name_of, python

COMMITS = {"mailbox_service/base/db.py"}
BINARY = {".png", ".ico", ".jpg", ".jpeg", ".gif", ".pdf", ".zip", ".docx", ".heic", ".webp", ".eml"}
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org")
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|root|home/\w+|Users/\w+)/")
UNFINISHED = re.compile(
    r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|Not" + r"ImplementedError|not " + r"implemented", re.IGNORECASE
)


def test_only_the_database_commits():
    found = {
        name
        for name, tree in python(CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "commit"
    }

    assert found - COMMITS == set()


def test_no_file_names_a_registry_or_a_machine():
    found = [
        f"{name_of(path)}: {match}"
        for path, text in texts()
        for match in [*MACHINE_PATH.findall(text), *(host for host in REGISTRIES if host in text)]
    ]

    assert found == []


def test_the_locks_say_what_but_not_where_from():
    lines = [line for lock in ROOT.glob("requirements*.lock") for line in lock.read_text("utf-8").splitlines()]

    assert [line for line in lines if "://" in line or " @ " in line or line.startswith("-")] == []


def test_nothing_is_left_unfinished():
    assert [f"{name_of(path)}: {match}" for path, text in texts() for match in UNFINISHED.findall(text)] == []


def test_no_test_is_skipped():
    found = [
        f"{name}:{node.lineno}"
        for name, tree in python(TESTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip"}
    ]

    assert found == []


def test_no_exception_is_swallowed_in_silence():
    found = [
        f"{name}:{node.lineno}"
        for name, tree in python(CODE, TESTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
    ]

    assert found == []


def texts():
    for path in files():
        if path.suffix not in BINARY:
            yield path, path.read_text("utf-8")
