"""Every step of the database follows another, can be taken back, and ends at the tables of the code."""

from __future__ import annotations

import ast

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from mailbox_service import migrations
from tests.house.source import tree_of

STEPS = migrations.HERE / "versions"
HEAD_FILE = migrations.HERE / "head.txt"
LONGEST_NAME = 32  # what alembic_version holds


def steps():
    return list(ScriptDirectory.from_config(migrations.config("")).walk_revisions())


def test_the_steps_form_one_chain():
    found = steps()

    assert len(found) == len(list(STEPS.glob("*.py")))
    assert all(step.down_revision is None or isinstance(step.down_revision, str) for step in found)
    assert [step.revision for step in found][:1] == [migrations.head()]


def test_a_step_is_called_what_its_file_is_called():
    names = {step.revision: step.path for step in steps()}

    assert [path for revision, path in names.items() if not path.endswith(f"/{revision}.py")] == []
    assert [revision for revision in names if len(revision) > LONGEST_NAME] == []


def test_the_head_file_makes_two_branches_conflict():
    assert HEAD_FILE.read_text("utf-8").strip() == migrations.head()


def test_a_step_does_not_know_the_code_which_will_change():
    modules = {(path.stem, module) for path in STEPS.glob("*.py") for module in imported(tree_of(path))}

    assert {(step, module) for step, module in modules if module.startswith("mailbox_service")} == set()


def test_the_steps_end_at_the_tables_of_the_code(database_url):
    command.check(migrations.config(database_url))

    assert migrations.current(database_url) == migrations.head()


def test_every_step_can_be_taken_back_and_again(database_url):
    migrations.downgrade(database_url, len(steps()))
    assert migrations.current(database_url) is None

    migrations.upgrade(database_url)
    command.check(migrations.config(database_url))


def test_more_steps_than_there_are_can_not_be_taken_back(sqlite_url):
    with pytest.raises(CommandError):
        migrations.downgrade(sqlite_url, len(steps()) + 1)


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
