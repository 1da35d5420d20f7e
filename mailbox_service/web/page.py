"""What a page is made of, as templates/layouts/page.html asks for it. Every text is in the page's language already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A section, a tab, a way on. `count` is written ("1,234"); "" is none."""

    text: str
    href: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language."""

    code: str
    name: str
    tag: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Size:
    """A text size, and the address that chooses it."""

    code: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field; `field` "" when it belongs to no control."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Footer:
    """The words at the foot; "" or () leaves a part out. `records_lang` is a language tag where it isn't the page's."""

    sponsors: str = ""
    records: str = ""
    records_lang: str = ""
    phone: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in, where the sign-out form goes, and whether single keys act."""

    name: str
    office: str
    sign_out: str
    shortcuts: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice; `lang` when its label is in another language than the page."""

    value: str
    label: str
    hint: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Answers under a heading, in a select."""

    label: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Banner:
    """Above all else: whose page this is (on a phone only of a demonstration), and the city's own sections."""

    text: str = ""
    is_demo: bool = False
    links: tuple[Link, ...] = ()
    label: str = ""


NO_BANNER = Banner()


@dataclass(frozen=True, slots=True)
class Page:
    """The frame around one page's content. `form_id` names the form whose text must survive a switch.

    `nav` leads about the service, the banner about the city. `address` is the whole one, for a printed page.
    """

    lang: str
    lang_tag: str
    dir: str
    title: str
    city_name: str
    service_name: str
    home: str
    path: str
    alternates: tuple[Alternate, ...]
    sizes: tuple[Size, ...]
    size: str
    nav: tuple[Link, ...]
    nav_label: str
    footer: Footer
    csrf: str
    form_id: str | None = None
    form_act: str = ""
    viewer: Viewer | None = None
    notice: str = ""
    problems: Sequence[Problem] = ()
    banner: Banner = NO_BANNER
    address: str = ""

    def problem(self, field: str) -> str:
        """What is wrong with the field; "" when nothing is."""
        return next((problem.text for problem in self.problems if problem.field == field), "")
