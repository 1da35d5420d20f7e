"""What a public page is looked at for in a real browser: axe, markup, languages, reflow, targets, focus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCRIPT = Path(__file__).with_name("looking.js").read_text("utf-8")
MOST_STOPS = 150
INTERACTIVE = {"a", "button", "input", "select", "textarea", "label", "summary"}
POINTS = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "headers", "form")

_axe = Axe()


def accessible(page: Page) -> list[str]:
    """What axe finds, a line for each rule and place."""
    found = _axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    return [
        f"axe {rule['id']}: {rule['help']}: {node['html'][:160]} {_contrast(node)}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def _contrast(node: dict[str, Any]) -> str:
    data = node["any"][0].get("data") if node.get("any") else None
    return f"({data.get('contrastRatio')})" if isinstance(data, dict) and "contrastRatio" in data else ""


def look(page: Page, what: str) -> list[str]:
    """One of the questions of looking.js."""
    page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(f"looking.{what}()")
    return found


def reachable(page: Page) -> list[str]:
    """Tab through the page: everything that takes the focus shows it, and nothing lies over it."""
    page.evaluate(SCRIPT)
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    faults: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.down("Tab")  # again and again, as when it is held
        stop = page.evaluate("looking.focused()")
        if stop is None:
            page.keyboard.up("Tab")
            return faults
        faults += stop["faults"]
    return [*faults, f"more than {MOST_STOPS} stops, or the focus is caught"]


# --- The markup as it came ---------------------------------------------------------------------


def valid(source: str) -> list[str]:
    """What is wrong with a page's markup: as the standard's parser sees it, then what it doesn't look at."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(source)
    faults = [f"line {at[0]}: {code} {facts}" for at, code, facts in parser.errors]
    nodes = [node for node in tree.iter() if isinstance(node.tag, str)]
    return [*faults, *_ids(nodes), *_headings(nodes), *_nested(tree, None), *_frame(tree, nodes)]


def _ids(nodes: list[Element]) -> Iterator[str]:
    ids = Counter(node.get("id") for node in nodes if node.get("id") is not None)
    yield from (f'id="{name}" {count} times' for name, count in ids.items() if count > 1 or not name or " " in name)
    for node in nodes:
        for attribute in POINTS:
            if attribute == "for" and node.tag != "label":
                continue
            for name in (node.get(attribute) or "").split():
                if name not in ids:
                    yield f'{node.tag} {attribute}="{name}" leads nowhere'
        href = node.get("href") or ""
        if node.tag == "a" and href.startswith("#") and href[1:] not in ids:
            yield f"{href} leads nowhere"


def _headings(nodes: list[Element]) -> Iterator[str]:
    levels = [int(node.tag[1]) for node in nodes if node.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    for before, level in pairwise(levels):
        if level > before + 1:
            yield f"h{level} follows h{before}"


def _nested(node: Element, within: Element | None) -> Iterator[str]:
    if node.tag in INTERACTIVE and node.get("type") != "hidden":
        if within is not None and not (within.tag == "label" and node.tag == "input"):
            yield f"{node.tag} within {within.tag}"
        within = node
    for child in node:
        yield from _nested(child, within)


def _frame(tree: Element, nodes: list[Element]) -> Iterator[str]:
    if not tree.get("lang"):
        yield "the page names no language"
    if not (tree.findtext("head/title") or "").strip():
        yield "no title"
    yield from (f"style in the markup of {node.tag}" for node in nodes if node.get("style") is not None)
    yield from (f"{name} in {node.tag}" for node in nodes for name in node.keys() if name.startswith("on"))  # noqa: SIM118
