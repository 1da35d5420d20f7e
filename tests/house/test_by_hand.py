"""Plurals and dates come from the catalogues and from `base.language`, and no word stands in a template itself."""

from __future__ import annotations

import ast

import pytest

from tests.house import by_hand
from tests.house.catalogues import said
from tests.house.source import CODE, TEMPLATES, files, name_of, python

NEVER_ONE = {  # counted, and never one; or the number is not the noun's
    "%(count)s of %(limit)s files": "the limit, a setting, is five and more",
    "%(office)s translates it by %(date)s.": "an office, not a number",
    "At most %(limit)s characters.": "hundreds",
}
FOR_MACHINES = {  # dates that programs read: attributes, addresses, feeds, files
    "mailbox_service/city/changing.py": "the audit log",
    "mailbox_service/city/calendars.py": "what a change of the calendar keeps of its days",
    "mailbox_service/city/calendar_file.py": "a calendar's file",
    "mailbox_service/city/deputies.py": "the audit log",
    "mailbox_service/tickets/statistics/published.py": "the audit log",
    "mailbox_service/tickets/statistics/state.py": "when figures were checked, kept as JSON",
    "mailbox_service/web/admin/policies.py": "what a field for a date begins with",
    "mailbox_service/mail/report.py": "?period=2026-06",
    "mailbox_service/render/csv_file.py": "a spreadsheet's date",
    "mailbox_service/render/filters.py": "the filter `iso`, for the attribute datetime",
    "mailbox_service/tickets/life/clock.py": "the days of pauses, kept as JSON",
    "mailbox_service/mail/specimen.py": "a fact of an event",
    "mailbox_service/mail/watch.py": "the key by which the outbox is paged",
    "mailbox_service/tickets/find/places.py": "the key by which a queue is paged",
    "mailbox_service/web/manager/published.py": "/manager/published/2026-06",
    "mailbox_service/web/manager/letters.py": "the key by which letters behind a number are paged",
    "mailbox_service/web/manager/promises.py": "the attribute datetime",
    "mailbox_service/web/periods.py": "?period=2026-02",
    "mailbox_service/web/public/feeds.py": "Atom and the sitemap",
    "mailbox_service/web/public/letter.py": "the attribute datetime",
    "mailbox_service/web/public/open_data.py": "the open data",
    "mailbox_service/web/public/performance.py": "?month=2026-06",
    "mailbox_service/web/public/published.py": "?month=2026-02",
    "mailbox_service/web/public/story.py": "the attribute datetime",
    "mailbox_service/web/public/takeaway_letter.py": "letter.json",
    "mailbox_service/web/staff/deputies.py": "what a field for a date begins with",
    "mailbox_service/web/staff/due.py": "the attribute datetime",
    "mailbox_service/web/staff/enter.py": "what a field for a date begins with",
    "mailbox_service/web/staff/post.py": "what a field for a date begins with",
    "mailbox_service/web/staff/story.py": "the attribute datetime",
}
NO_WORDS = {  # letters between the tags that nobody reads
    "templates/layouts/staff.html: staff": "a class",
    "templates/mail/answered/body.txt: &choice=satisfied": "an address",
    "templates/mail/answered/body.txt: &choice=partly": "an address",
    "templates/mail/answered/body.txt: &choice=dissatisfied": "an address",
}
ROOMS = tuple(CODE / room for room in ("web", "mail", "render", "desk", "guidance", "tickets", "city", "jobs"))


def test_no_plural_is_made_in_code():
    assert [f"{name}:{line}" for name, tree in python(CODE) for line in by_hand.plurals_in_code(tree)] == []


def test_no_plural_is_made_in_a_template():
    assert in_templates(by_hand.plurals_in_template) == []


def test_whatever_is_counted_is_said_of_one_and_of_many():
    assert set(by_hand.plurals_said(said())) == set(NEVER_ONE)


def test_every_word_of_a_template_goes_through_the_catalogues():
    assert set(in_templates(by_hand.words_in_template)) == set(NO_WORDS)


def test_dates_are_written_by_hand_for_machines_only():
    assert {name for name, tree in python(*ROOMS) if any(by_hand.dates_in_code(tree))} == set(FOR_MACHINES)


def test_no_template_writes_a_date():
    assert in_templates(by_hand.dates_in_template) == []


def in_templates(check):
    found = ((name_of(path), path.read_text("utf-8")) for path in files() if path.is_relative_to(TEMPLATES))
    return [f"{name}: {what}" for name, source in found for what in check(source)]


# --- The checks find what they are there to find ----------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        'f"{n} letter" + ("" if n == 1 else "s")',
        "f'letter{\"s\" if n != 1 else str()}'",
        '"one letter" if n == 1 else "many letters"',
        'say(lang, "A day") if 1 == n else say(lang, "Some days")',
        '"is" if few else "are"',
    ],
)
def test_a_plural_made_in_code_is_found(code):
    assert list(by_hand.plurals_in_code(ast.parse(code))) == [1]


def test_a_choice_that_counts_nothing_is_left_alone():
    assert list(by_hand.plurals_in_code(ast.parse('"soon" if left <= 1 else "fine"'))) == []


@pytest.mark.parametrize(
    "source",
    [
        '{% if n == 1 %}{{ _("%(n)s letter", n=n) }}{% else %}{{ _("%(n)s letters", n=n) }}{% endif %}',
        "{% if 1 != n %}letters{% else %}letter{% endif %}",
        '{{ _("letter") if n == 1 else _("letters") }}',
    ],
)
def test_a_plural_made_in_a_template_is_found(source):
    assert list(by_hand.plurals_in_template(source)) == [1]


def test_a_count_said_without_a_plural_is_found():
    assert by_hand.plurals_said({"%(n)s letters": ("here", None), "%(n)s files": ("here", "x")}) == ["%(n)s letters"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>{{ n }} letters</p>", "letters"),
        ("<p>{{ n }} 封</p>", "封"),
        ('<nav aria-label="Sections">', "Sections"),
        ("{% if n %}\n<li>Nothing here</li>\n{% endif %}", "Nothing here"),
    ],
)
def test_a_word_in_a_template_is_found(source, words):
    assert by_hand.words_in_template(source) == [words]


@pytest.mark.parametrize(
    "code", ['at.strftime("%d")', "on.isoformat()", 'f"{on:%Y-%m-%d}"', 'f"{at:%H:%M}"', "at.ctime()"]
)
def test_a_date_made_in_code_is_found(code):
    assert list(by_hand.dates_in_code(ast.parse(code))) == [1]


@pytest.mark.parametrize("written", ['on.strftime("%d")', "on.isoformat()", "on | iso", 'on.year ~ "-"'])
def test_a_date_made_in_a_template_is_found(written):
    assert by_hand.dates_in_template("<p>{{ " + written + " }}</p>") == ["{{ " + written + " }}"]


def test_a_date_for_machines_is_left_alone():
    assert by_hand.dates_in_template('<time datetime="{{ on|iso }}">{{ on|day }}</time>') == []
