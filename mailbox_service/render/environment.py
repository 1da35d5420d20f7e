"""One jinja2 environment per language, its gettext bound when it is built, not for each request."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_eval_context,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup

from mailbox_service.base.language import LANGUAGES, words
from mailbox_service.render.filters import filters_for

SENTENCES = 4_096  # of one language, kept ready
PIECES = 4_096  # of pages, some kilobytes each at most
_HERE = Path(__file__).parent


def templates_folder() -> Path:
    """The templates beside the package in a checkout, inside it when installed."""
    beside = _HERE.parent.parent / "templates"
    return beside if beside.is_dir() else _HERE.parent / "templates"


class Renderer:
    """Renders templates. Safe to share between threads once everything is shared with it.

    `reload` looks at the files' times on each use, for whoever is editing them.
    """

    def __init__(self, zone: ZoneInfo, *, loader: BaseLoader | None = None, reload: bool = False) -> None:
        from_files = loader or FileSystemLoader(templates_folder())
        self._environments = {
            lang: _environment(lang, zone, from_files, _compiled, reload=reload) for lang in LANGUAGES
        }

    def share(self, **names: Any) -> None:
        """Let every template, macros too, use these names: the city's name, an address builder."""
        for environment in self._environments.values():
            environment.globals.update(names)

    def environment(self, lang: str) -> Environment:
        """The language's environment, for adding what one room alone needs."""
        return self._environments[lang]

    def __call__(self, template: str, lang: str, context: object = None) -> str:
        """The template filled with a mapping, or with the fields of a named tuple or a dataclass."""
        return self._environments[lang].get_template(template).render(_names(context))

    def warm(self) -> int:
        """Compile every template now, so that no visitor waits for it; answers how many."""
        names = self._environments["en"].list_templates(extensions=["html", "txt", "svg", "xml"])
        for environment in self._environments.values():
            for name in names:
                environment.get_template(name)
        return len(names)


class _Environment(Environment):
    """Its templates share its names themselves, not a chain of maps: each import of macros compares the names."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def _environment(
    lang: str, zone: ZoneInfo, loader: BaseLoader, compiled: BytecodeCache, *, reload: bool
) -> Environment:
    environment = _Environment(
        loader=loader,
        autoescape=select_autoescape(("html", "svg", "xml")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=compiled,
        auto_reload=reload,
        cache_size=-1,
    )
    said = words(lang)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        said.gettext, said.ngettext, newstyle=True, pgettext=said.pgettext, npgettext=said.npgettext
    )
    environment.globals["_"] = environment.globals["gettext"] = _gettext(said.gettext)
    environment.globals["once"] = once
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(filters_for(lang, zone))
    environment.globals.update(lang=lang, language=LANGUAGES[lang], languages=tuple(LANGUAGES.values()))
    return environment


def _gettext(said: Callable[[str], str]) -> Callable[..., str]:
    """Instead of jinja2's, which looks up and fills each sentence anew, and copies the whole context in a loop."""

    @lru_cache(maxsize=SENTENCES)
    def known(message: str, safe: bool) -> str:
        return Markup(said(message)) if safe else said(message)

    @lru_cache(maxsize=SENTENCES)
    def whole(message: str, safe: bool) -> str:
        return known(message, safe) % {}

    @pass_eval_context
    def gettext(context: EvalContext, message: str, /, **facts: Any) -> str:
        return known(message, context.autoescape) % facts if facts else whole(message, context.autoescape)

    return gettext


@lru_cache(maxsize=PIECES, typed=True)  # what is markup differs from what says the same and is none
def once(macro: Macro, *facts: Hashable) -> str:
    """What the macro draws of these facts; what was drawn before is not drawn again.

    A piece of a page that so many other pages share that drawing it each time would be most of their price. The facts
    must say all that it shows, but for the language: each language has its own macros.
    """
    return macro(*facts)


def _names(context: object) -> Mapping[str, Any]:
    if context is None:
        return {}
    if isinstance(context, Mapping):
        return context
    if isinstance(context, tuple) and hasattr(context, "_asdict"):
        named: dict[str, Any] = context._asdict()
        return named
    if is_dataclass(context) and not isinstance(context, type):
        return {field.name: getattr(context, field.name) for field in fields(context)}
    raise TypeError(f"a template is filled with a mapping or a row of names, not with {type(context).__name__}")


class _Compiled(BytecodeCache):
    """What one language compiled, the other three use too, and every renderer of this process.

    Known by what the template says, not only by its name. Sound because nothing compiled depends on the
    language: words are looked up while rendering, and our filters ask for the context, which keeps jinja2
    from computing them in advance.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[(bucket.key, bucket.checksum)] = bucket.code


_compiled = _Compiled()
