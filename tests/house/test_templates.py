"""Every template is used, and every template that is used exists."""

from __future__ import annotations

import ast
import re
from functools import cache

from jinja2 import Environment, meta

from tests.house.source import CODE, TEMPLATES, files, python, strings_in

NAME = re.compile(r"[a-z][\w-]*(/[\w.-]+)+\.(html|txt|svg|xml)")
FOLDERS = {"layouts", "parts", "public", "staff", "manager", "admin", "mail"}


def test_every_template_that_is_named_exists():
    missing = {name for name in named_in_code() | named_in_templates() if name.split("/")[0] in FOLDERS} - templates()

    assert sorted(missing) == []


def test_every_template_is_used():
    used = named_in_code() | named_in_templates()
    patterns = list(composed_in_code())

    unused = {name for name in templates() - used if not any(pattern.fullmatch(name) for pattern in patterns)}

    assert sorted(unused) == []


def test_every_mail_belongs_to_a_notice():
    notices = {name.split("/")[1] for name in templates() if name.startswith("mail/") and name.count("/") == 2}

    assert sorted(notices - strings_in(CODE)) == []


def test_every_mail_has_a_subject_and_both_bodies():
    mails = {name for name in templates() if name.startswith("mail/") and name.count("/") == 2}
    folders = {name.rsplit("/", 1)[0] for name in mails}
    needed = {f"{folder}/{part}" for folder in folders for part in ("subject.txt", "body.txt", "body.html")}

    assert sorted(needed - mails) == []


@cache
def templates():
    return {path.relative_to(TEMPLATES).as_posix() for path in files() if path.is_relative_to(TEMPLATES)}


def named_in_code():
    return {text for text in strings_in(CODE) if NAME.fullmatch(text)}


@cache
def named_in_templates():
    environment = Environment(extensions=["jinja2.ext.i18n"])
    return {
        str(name)
        for template in templates()
        for name in meta.find_referenced_templates(environment.parse((TEMPLATES / template).read_text("utf-8")))
    }


def composed_in_code():
    """Names put together while running, `f"mail/{notice}/body.html"`, as patterns."""
    for _, tree in python(CODE):
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.-]+" for part in node.values
                ]
                if "/" in (pattern := "".join(parts)):
                    yield re.compile(pattern)
