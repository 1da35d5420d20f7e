"""What a page is made of, as templates/layouts/page.html asks for it. Every text is in the page's language already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Link(NamedTuple):
    """A section, a tab, a way on. `how_many` is written ("1,234"); "" is none."""

    text: str
    href: str
    current: bool = False
    how_many: str = ""


class Alternate(NamedTuple):
    """The same page in another language."""

    code: str
    name: str
    tag: str
    href: str
    current: bool


class Size(NamedTuple):
    """A text size, and the address that chooses it."""

    code: str
    href: str
    current: bool


class Problem(NamedTuple):
    """What is wrong with one field; `field` "" when it belongs to no control."""

    field: str
    text: str


class Footer(NamedTuple):
    """The words at the foot; "" or () leaves a part out. `records_lang` is a language tag where it isn't the page's."""

    sponsors: str = ""
    records: str = ""
    records_lang: str = ""
    phone: str = ""
    links: tuple[Link, ...] = ()


class Viewer(NamedTuple):
    """Who is signed in, where the sign-out form goes, and whether single keys act."""

    name: str
    office: str
    sign_out: str
    shortcuts: bool = True


class Option(NamedTuple):
    """One answer of a choice; `lang` when its label is in another language than the page."""

    value: str
    label: str
    hint: str = ""
    lang: str = ""


class Group(NamedTuple):
    """Answers under a heading, in a select."""

    label: str
    options: Sequence[Option]


class Banner(NamedTuple):
    """Above all else: whose page this is (on a phone only of a demonstration), and the city's own sections."""

    text: str = ""
    is_demo: bool = False
    links: tuple[Link, ...] = ()
    label: str = ""


NO_BANNER = Banner()


class Ways(NamedTuple):
    """Where a frame leads: home, to other languages, to the sections."""

    home: str
    alternates: tuple[Alternate, ...]
    nav: tuple[Link, ...] = ()


class Page(NamedTuple):
    """The frame around one page's content. `form_id` names the form whose text must survive a switch.

    `nav` leads about the service, the banner about the city. `address` is the whole one, for a printed page.
    """

    lang: str
    lang_tag: str
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
    dir: str = "ltr"
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
