"""How each language is written: own punctuation, no typed space beside Han, no guessed particle, no raised voice."""

from __future__ import annotations

import re

import pytest

from tests.house.catalogue_checks import forms
from tests.house.catalogues import messages

HAN = "\u3040-\u30ff\u3400-\u9fff"
HALF_WIDTH = rf"[{HAN}][,;:!?()]|[,;!?()][{HAN}]|[{HAN}]\.(?!\w)"
TYPED_SPACE = rf"[{HAN}] +[A-Za-z0-9%#]|[A-Za-z0-9)] +[{HAN}]"
NOT_SO = {
    "en": (r"!",),
    "zh": (HALF_WIDTH, TYPED_SPACE, r"[!！]", r"贵(?!重)|特此"),
    "ja": (HALF_WIDTH, TYPED_SPACE, r"[!！]"),
    "ko": (r"%\(\w+\)s(?:이|가|을|를|은|는|으로|로|과|와)(?![가-힣])", r"[，。、：；！？（）]", r"!"),
}
ALLOWED = {"Dear %(name)s,", "Markdown: ## for a heading, - for a list, **for weight**, [words](https://…) for a link."}


@pytest.mark.parametrize("lang", NOT_SO)
def test_every_sentence_is_written_as_its_language_is(lang):
    wrong = [
        f"{file}: {text}"
        for msgid, found in messages(lang).items()
        for file, message in found
        for text in forms(message)
        if msgid not in ALLOWED and badly_written(lang, text)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Done!"),
        ("zh", "期限:明天"),
        ("zh", "请填写 PDF 文件"),
        ("zh", "贵部门"),
        ("ja", "送信しました."),
        ("ja", "手紙 %(number)s"),
        ("ko", "%(office)s이 처리합니다"),
        ("ko", "%(body)s으로 이송"),
        ("ko", "보냈습니다。"),
    ],
)
def test_what_is_badly_written_is_found(lang, text):
    assert badly_written(lang, text)


def badly_written(lang, text):
    return any(re.search(pattern, text) for pattern in NOT_SO[lang])
