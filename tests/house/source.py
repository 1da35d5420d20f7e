"""The house's own files, read once for the tests about it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ROOT / "mailbox_service"
TEMPLATES = ROOT / "templates"
TESTS = ROOT / "tests"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, in a commit."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    return tuple(sorted(path for name in set(listed) if name and (path := ROOT / name).is_file()))


def python(*folders: Path) -> Iterator[tuple[str, ast.Module]]:
    """The name and the syntax tree of each Python file in the folders."""
    for path in files():
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders):
            yield name_of(path), tree_of(path)


def name_of(path: Path) -> str:
    """The path as one says it from the project's folder."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


@cache
def strings_in(*folders: Path) -> set[str]:
    """Every string that stands whole in the code of the folders."""
    return {text for _, tree in python(*folders) for node in ast.walk(tree) for text in _string(node)}


def called(node: ast.Call) -> str:
    """The last name of what is called: "commit" for `session.commit()`."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _string(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
