"""The words of others on a citizen's page: each with its own language, and a text beside its translation."""

from __future__ import annotations

from markupsafe import Markup

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.looks import Row
from mailbox_service.tickets.find.citizen import Letter, translation_of
from mailbox_service.web.parts import Both, Half, beside
from mailbox_service.web.public.write_form import written_in

_HERE = "\ue000"  # stands for the quoted words until the sentence around them is safe


def language_of(text: str, known: str, working_language: str) -> str:
    """The code of a text's language: the one kept with it, else what its letters tell; "" when nobody can say."""
    if known in LANGUAGES:
        return known
    return written_in(text) or ("en" if working_language == "en" and not known else "")


def tag(code: str) -> str:
    """What `lang` says of a text in this language; "" for an unknown one."""
    return LANGUAGES[code].tag if code in LANGUAGES else ""


def said_in(lang: str, code: str) -> str:
    """The text's language by name, in the page's words; "" for an unknown one."""
    return say(lang, "Written in: %(language)s", language=say(lang, f"language.{code}")) if code in LANGUAGES else ""


def quoted(text: str, code: str) -> Markup:
    """Somebody's words within a sentence of the page, in their own language."""
    return Markup('<span lang="{}" dir="auto">{}</span>').format(tag(code), text)


def sentence(lang: str, msgid: str, code: str, *, quote: str, name: str = "reason", **facts: str) -> Markup:
    """The sentence with somebody's words in place of `name`, these in the language of that code."""
    around = Markup.escape(say(lang, msgid, zone=None, **facts, **{name: _HERE}))
    return Markup(around.replace(_HERE, quoted(quote, code)))


def both_of_message(lang: str, message: Row, office: str, at: str, working_language: str) -> Both | None:
    """The citizen's words beside what the office read in their place; None when it read these very words."""
    translated = translation_of(message)
    if not translated:
        return None
    into = message.translated_into or working_language
    own = language_of(message.text, message.language, working_language)
    return Both(
        Half(tag(own), say(lang, "What you wrote"), say(lang, f"language.{own}") if own else ""),
        Half(tag(into), say(lang, "Translation"), say(lang, f"language.{into}")),
        beside(message.text, translated),
        say(lang, "The office read this translation: %(office)s, %(at)s.", office=office, at=at),
    )


def both_of_reply(lang: str, reply: Row, letter: Letter, working_language: str) -> Both | None:
    """The reply in the citizen's language beside the text that counts; None when there is only one."""
    theirs, own = reply.own_text or reply.translated or "", letter.head.language
    if not theirs or own == working_language:
        return None
    return Both(
        Half(tag(own), say(lang, "Translation"), say(lang, f"language.{own}") if own in LANGUAGES else ""),
        Half(tag(working_language), say(lang, "Original"), say(lang, f"language.{working_language}")),
        beside(theirs, reply.text),
        say(
            lang,
            "Translation. The %(language)s text is authoritative.",
            language=say(lang, f"language.{working_language}"),
        ),
    )
