"""Templates become pages and mails, each in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import DictLoader, UndefinedError

from mailbox_service.base.language import LANGUAGES
from mailbox_service.render import Renderer, templates_folder

ZONE = ZoneInfo("Asia/Shanghai")


def renderer(**templates):
    return Renderer(ZONE, loader=DictLoader({name.replace("_", "."): text for name, text in templates.items()}))


def test_words_follow_the_language_though_the_template_is_compiled_once():
    render = renderer(page_html="{{ _('language.ja') }} {{ 'language.ko'|say }} {{ '2'|word(room='language') }}")

    said = [render("page.html", lang).split()[:2] for lang in LANGUAGES]

    assert said == [["Japanese", "Korean"], ["日文", "韩文"], ["日本語", "韓国語"], ["일본어", "한국어"]]


def test_constants_are_not_fixed_in_the_first_language():
    render = renderer(page_html="{{ {'en': 'Roads', 'zh': '道路'}|name }}")

    assert [render("page.html", lang) for lang in ("en", "zh")] == ["Roads", "道路"]


def test_filters_write_facts():
    render = renderer(
        page_txt="{{ on|day }}|{{ at|day }}|{{ at|clock }}|{{ at|moment }}|{{ n|number }}|{{ s|percent }}"
        "|{{ offices|names }}|{{ code|code }}|{{ on|date }}|{{ on|month }}|{{ on|short_day }}|{{ at|iso }}|{{ n|size }}"
    )
    facts = {
        "on": date(2026, 2, 27),
        "at": datetime(2026, 2, 27, 16, 5, tzinfo=UTC),
        "n": 1234,
        "s": 0.5,
        "offices": [{"en": "Roads", "zh": "道路"}, "Parks"],
        "code": "0123456789ABCDEF",
    }

    assert render("page.txt", "zh", facts).split("|") == [
        "2026年2月27日（星期五）",
        "2026年2月28日（星期六）",
        "00:05",
        "2026年2月28日（星期六）00:05",
        "1,234",
        "50.0%",
        "道路和Parks",
        "0123-4567-89AB-CDEF",
        "2026年2月27日（星期五）",
        "2026年2月",
        "2026年2月27日",
        "2026-02-28T00:05+08:00",
        "1 KB",
    ]


def test_what_a_citizen_typed_is_escaped_in_pages_and_plain_in_texts():
    text = "{{ text|paragraphs }}{{ name|bdi }}{{ _('Dear %(name)s', name=name) }}"
    render = renderer(page_html=text, body_txt="{{ text }}")
    facts = {"text": "one\ntwo\r\n\r\n<script>", "name": "<b>"}

    assert render("page.html", "en", facts) == (
        "<p>one<br>\ntwo</p>\n<p>&lt;script&gt;</p><bdi>&lt;b&gt;</bdi>Dear &lt;b&gt;"
    )
    assert "<script>" in render("body.txt", "en", facts)


def test_a_letters_number_stays_on_one_line():
    said = renderer(page_html="{{ text|unbroken }}")("page.html", "en", {"text": "<Letter> 2026-0000008-5"})

    assert said == '&lt;Letter&gt; <span class="unbroken">2026-0000008-5</span>'


def test_plurals_and_placeholders():
    render = renderer(page_txt="{{ ngettext('%(num)s letter', '%(num)s letters', n) }}")

    assert [render("page.txt", "en", {"n": n}) for n in (1, 2)] == ["1 letter", "2 letters"]


def test_a_sentence_without_facts_is_said_wherever_it_stands():
    macro = "{% macro m(said=_('Urgent')) %}{{ said }}{% endmacro %}"
    text = macro + "{{ m() }}|{{ m(_('Late') ~ '<') }}|{{ _('Urgent') ~ x }}"
    render = renderer(page_html=text, mail_txt=text)

    pages = [render("page.html", lang, {"x": "<"}) for lang in ("en", "zh")]

    assert pages == ["Urgent|Late&lt;|Urgent&lt;", "紧急|已逾期&lt;|紧急&lt;"]
    assert render("mail.txt", "en", {"x": "<"}) == "Urgent|Late<|Urgent<"


def test_a_forgotten_fact_fails_loudly():
    render = renderer(page_html="{{ nobody }}")

    with pytest.raises(UndefinedError):
        render("page.html", "en")


def test_a_page_may_be_a_small_typed_object():
    @dataclass
    class Page:
        title: str

    render = renderer(page_html="{{ title }} {{ lang }} {{ language.tag }} {{ city }}")
    render.share(city="Qinghe")

    assert render("page.html", "zh", Page("T")) == "T zh zh-Hans Qinghe"
    with pytest.raises(TypeError):
        render("page.html", "zh", 5)


def test_every_template_compiles():
    assert templates_folder().name == "templates"
    assert Renderer(ZONE).warm() >= 0


def test_a_language_may_be_given_what_one_room_needs():
    render = renderer(page_html="{{ 'x'|twice }}")
    render.environment("en").filters["twice"] = lambda text: text * 2

    assert render("page.html", "en") == "xx"


def test_what_was_drawn_is_not_drawn_again_and_each_language_has_its_own():
    drawn: list[int] = []

    def note(n):
        drawn.append(n)
        return ""

    render = renderer(
        parts_html="{% macro row(n) %}{{ note(n) }}<b>{{ n }}</b> {{ _('language.ja') }}{% endmacro %}",
        page_html="{% from 'parts.html' import row %}{{ once(row, n) }}{{ once(row, n) }}",
    )
    render.share(note=note)

    pages = [render("page.html", lang, {"n": n}) for lang in ("en", "zh") for n in (1, 2)]

    assert drawn == [1, 2, 1, 2]
    assert pages[0] == "<b>1</b> Japanese<b>1</b> Japanese"
    assert pages[3] == "<b>2</b> 日文<b>2</b> 日文"


def test_what_was_drawn_of_markup_is_not_shown_for_the_same_words():
    render = renderer(
        parts_html="{% macro said(text) %}<p>{{ text }}</p>{% endmacro %}",
        page_html="{% from 'parts.html' import said %}{{ once(said, '<b>'|safe) }}{{ once(said, '<b>') }}",
    )

    assert render("page.html", "en") == "<p><b></p><p>&lt;b&gt;</p>"


def test_sentences_are_filled_safely_within_loops():
    render = renderer(
        page_html="{% for name in names %}{{ _('Select %(number)s', number=name) }} {{ _('100%%') }} {% endfor %}",
        page_txt="{{ _('Select %(number)s', number='<a>') }}",
    )

    assert render("page.html", "en", {"names": ["<a>"]}) == "Select &lt;a&gt; 100% "
    assert render("page.txt", "en") == "Select <a>"
