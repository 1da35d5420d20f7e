"""An article's Markdown never becomes more than headings, lists, tables, weight and links."""

from __future__ import annotations

import re

import pytest

from mailbox_service.guidance.markdown import MOST_CHARACTERS, TAGS, plain, rendered
from tests import seconds

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
ALLOWED = re.compile(r'( (href|id|start|rel|class|role|tabindex|aria-label)="[^"<>]*")*')

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)' onclick=x>y</a>",
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<iframe src=//evil></iframe>",
    "<!-- --><b onmouseover=x>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](//evil.example)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    '[x](https://a.example "onclick=x")',
    "[x](https://a.example/\"onclick='y')",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>`\n\n```html onload=x\n<script>\n```",
    "<div>\n\n*a*\n\n</div>",
    "\0<script>",
    "| <img src=x> |\n|---|\n| [x](javascript:y) |",
]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_acts_gets_through(text):
    html = str(rendered(text).html)

    tags = TAG.findall(html)

    assert {name for _, name, _ in tags} <= TAGS | {"div"}
    assert [rest for _, _, rest in tags if not ALLOWED.fullmatch(rest)] == []
    assert not re.search(r'href="(?!https?://|mailto:|tel:|/(?!/)|#)', html)


def test_a_script_is_shown_as_the_characters_it_is_made_of():
    assert "&lt;script&gt;" in rendered("<script>alert(1)</script>").html


def test_a_picture_becomes_its_description():
    html = rendered("Before ![a *map* of the city](https://evil.example/x.png) after").html

    assert html == "<p>Before a map of the city after</p>\n"


def test_a_wide_table_scrolls_within_itself_and_says_what_it_is():
    html = rendered('| A "b" | <c> |\n|---|---|\n| 1 | 2 |\n\n| d |\n|---|\n| 3 |').html

    label = "A &#34;b&#34;, &lt;c&gt;"

    assert f'<div class="scrolls" role="region" tabindex="0" aria-label="{label}"><table>' in html
    assert (html.count("<div"), html.count("</table></div>")) == (2, 2)


def test_a_link_gives_nothing_away():
    assert 'href="https://a.example" rel="noopener noreferrer"' in rendered("[there](https://a.example)").html


def test_a_link_to_a_page_of_ours_stays():
    assert 'href="/ja/write"' in rendered("[手紙](/ja/write)").html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# One\n# Two", ["h2", "h2"]),
        ("## One\n### Two", ["h2", "h3"]),
        ("### Deep\n# High\n###### Deepest", ["h2", "h2", "h3"]),
        ("# a\n## b\n### c\n#### d\n##### e", ["h2", "h3", "h4", "h4", "h4"]),
        ("Title\n=====\nPart\n----", ["h2", "h3"]),
    ],
)
def test_headings_begin_below_the_title_and_leave_no_level_out(text, levels):
    assert re.findall(r"<(h\d)", rendered(text).html) == levels


def test_the_outline_names_the_parts():
    read = rendered("## What you *need*\n### More\n## Costs & `fees`")

    assert [(part.id, part.text) for part in read.outline] == [
        ("part-1", "What you need"),
        ("part-2", "Costs & fees"),
    ]
    assert '<h2 id="part-2">Costs &amp; <code>fees</code></h2>' in read.html


@pytest.mark.parametrize("text", [">" * 20_000, "- " * 15_000, "*" * 30_000, "[" * 30_000, "`" * 29_999, "<a " * 9_000])
def test_endless_nesting_costs_little_and_breaks_nothing(text):
    taken = seconds.of_processor(lambda: rendered.__wrapped__(text[:MOST_CHARACTERS]))

    assert taken < 5
    assert rendered(text[:MOST_CHARACTERS]).html.count("<blockquote>") <= 20


def test_the_words_alone_are_what_is_searched():
    text = "## Costs\n\n**Nothing**, see [the hall](/en/x).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```"

    assert plain(text).split() == ["Costs", "Nothing,", "see", "the", "hall.", "a", "b", "1", "2", "code"]
