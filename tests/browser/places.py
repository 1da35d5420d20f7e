"""Every public page in the states a citizen meets: which template it is, how one gets there, how one sees it is there.

A place is reached as people reach it, by links, typing and pressing; so it can be asked for in any language and size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

ENTER = ":not(.enter):not([name=switch]):not([name=remove]):not([value=upload]):not([value=steps]):not([value=back])"
LETTER = {
    "[name=subject]": "南京路的路灯 A lamp on Nanjing Road",
    "[name=text]": "It has been dark for three days.\n\n请修理。",
    "[name=name]": "Carl 王小明",
    "[name=email]": "carl@example.org",
}


@dataclass(frozen=True)
class Town:
    """Where the service is, and the names by which its letters, links and published letters are asked for."""

    home: str
    numbers: Mapping[str, str]
    tokens: Mapping[str, str]
    published: Mapping[str, str]


@dataclass
class Visitor:
    """Somebody with a browser in one language."""

    page: Page
    town: Town
    lang: str

    def go(self, path: str) -> None:
        """Open a page of this language."""
        self.page.goto(f"{self.town.home}/{self.lang}{path}")

    def letter(self, name: str, act: str = "") -> None:
        """Open a letter as from a mail, then one of its acts."""
        self.go(f"/link/{self.town.tokens[name]}")
        if act:
            self.go(f"/letters/{self.town.numbers[name]}/{act}")

    def fill(self, fields: Mapping[str, str]) -> None:
        """Type."""
        for where, words in fields.items():
            self.page.fill(where, words)

    def press(self, which: str = "") -> None:
        """Press a button of the page's form: the first that sends it, or the named one."""
        with self.page.expect_navigation():
            self.page.click(f"main form[method=post] button{which or ENTER}")

    def send(self, path: str, fields: Mapping[str, str], charset: str = "utf-8") -> None:
        """Send a form that no page offers."""
        with self.page.expect_navigation():
            self.page.evaluate(_SEND, [f"/{self.lang}{path}", dict(fields), charset])


_SEND = """([action, fields, charset]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", acceptCharset: charset});
  form.setAttribute("action", action);
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("textarea"), {name, value}));
  document.body.append(form);
  form.submit();
}"""

Way = Callable[[Visitor], None]


@dataclass(frozen=True)
class Place:
    """A page in a state. `sign` is what only this state shows."""

    name: str
    template: str
    way: Way
    sign: str = "h1"
    status: int = 200


def path(where: str) -> Way:
    return lambda visitor: visitor.go(where)


def letter(name: str, act: str = "") -> Way:
    return lambda visitor: visitor.letter(name, act)


def pressed(way: Way, which: str = "", fields: Mapping[str, str] | None = None) -> Way:
    def go(visitor: Visitor) -> None:
        way(visitor)
        visitor.fill(fields or {})
        visitor.press(which)

    return go


def sent(way: Way, where: str, fields: Mapping[str, str], charset: str = "utf-8") -> Way:
    def go(visitor: Visitor) -> None:
        way(visitor)
        visitor.send(where, fields, charset)

    return go


def written(which: str) -> Way:
    def go(visitor: Visitor) -> None:
        visitor.go("/write")
        visitor.fill(LETTER)
        visitor.page.check("[name=kind][value=help]")
        files = [{"name": "路灯 photo.txt", "mimeType": "text/plain", "buffer": b"A lamp."}]
        visitor.page.set_input_files("[name=files]", files)  # type: ignore[arg-type]
        visitor.press(which)

    return go


def step(place: int) -> Way:
    """The short steps, up to this one."""

    def go(visitor: Visitor) -> None:
        visitor.go("/write/steps")
        if place > 1:
            visitor.page.check("[name=kind][value=help]")
            visitor.press("[value=next]:not(.enter)")
        if place > 2:
            visitor.fill({name: words for name, words in LETTER.items() if name in ("[name=subject]", "[name=text]")})
            visitor.press("[value=next]:not(.enter)")
        for _ in range(3, place):
            visitor.press("[value=next]:not(.enter)")

    return go


def published(lang: str) -> Way:
    return lambda visitor: visitor.go(f"/published/{visitor.town.published[lang]}")


def with_token(where: str, name: str) -> Way:
    return lambda visitor: visitor.go(f"/{where}/{visitor.town.tokens[name]}")


def found(visitor: Visitor) -> None:
    visitor.go(f"/search?q={FOUND[visitor.lang]}")


def too_often(visitor: Visitor) -> None:
    """Ask for a link once more than the network address may (the house allows one an hour)."""
    for _ in range(2):
        visitor.go("/my-letters")
        visitor.fill({"[name=email]": f"{visitor.lang}@example.org"})
        visitor.press()


def offered_while_writing(visitor: Visitor) -> None:
    visitor.go("/write")
    visitor.page.check("[name=kind][value=enquiry]")
    visitor.fill({"[name=subject]": FITS[visitor.lang]})
    visitor.page.locator("[name=text]").press_sequentially(FITS[visitor.lang])
    visitor.page.wait_for_selector(".offers")


def with_a_file(visitor: Visitor) -> None:
    visitor.go("/write")
    files = [{"name": "路灯 photo.txt", "mimeType": "text/plain", "buffer": b"A lamp."}]
    visitor.page.set_input_files("[name=files]", files)  # type: ignore[arg-type]
    visitor.page.click("[value=upload]")
    visitor.page.wait_for_selector("[name=remove]")


FITS = {"en": "bus card airport", "zh": "公交卡怎么办理", "ja": "バスのカード", "ko": "버스 타기 요금 시민카드"}
CHECK, SEND, NEXT = "[value=check]", "[value=send]:not(.enter)", "[value=next]:not(.enter)"
BAD = {"[name=email]": "x"}
WRONG = {"[name=number]": "1", "[name=code]": "1"}
FOUND = {"en": "bus", "zh": "公交", "ja": "バス", "ko": "버스"}
WORDS = {"text": "It has been dark for three days.\n\nPlease repair it."}
HOME = path("")

# Looked at in each language: every template at least once.
PLACES = (
    Place("home", "home", HOME, ".emergency"),
    Place("write, with problems", "write", pressed(path("/write"), SEND), ".problems", 422),
    Place("a step, with problems", "write_steps", pressed(path("/write/steps"), NEXT), ".problems", 422),
    Place("write_fitting", "write_fitting", offered_while_writing, ".offers"),
    Place("check", "check", written(CHECK), "dl.facts"),
    Place("receipt", "receipt", written(SEND), ".qr"),
    Place("track, no match", "track", pressed(path("/track"), "", WRONG), ".problems", 422),
    Place("letter, answered", "letter", letter("answered"), ".sheet.reply"),
    Place("answer, nothing typed", "act", pressed(letter("awaiting_citizen", "answer")), ".problems", 422),
    Place("rate, nothing chosen", "rate", pressed(letter("answered", "rate")), ".problems", 422),
    Place("contact, wrong", "contact", pressed(letter("answered", "contact"), "", BAD), ".problems", 422),
    Place("takeaway", "takeaway", letter("answered", "takeaway"), "button.first"),
    Place("my letters", "my_letters", with_token("my-letters", "my letters"), ".my-letters"),
    Place("an old link", "link", with_token("link", "old"), "a.first", 404),
    Place("published, a search", "published", path("/published?q=%E7%94%B5%E6%A2%AF"), ".results"),
    Place("published letter, Chinese", "published_letter", published("zh"), ".sheet.reply"),
    Place("search", "search", found, ".results"),
    Place("guidance", "guidance", path("/guidance"), ".shelf"),
    Place("a section", "guidance_section", path("/guidance/how_to"), ".entries"),
    Place("article", "article", path("/guidance/qinghe-at-a-glance"), ".article"),
    Place("performance", "performance", path("/performance"), ".headlines"),
    Place("open data", "performance_data", path("/performance/data"), ".fields"),
    Place("privacy", "privacy", path("/privacy"), "#cookies"),
    Place("accessibility", "accessibility", path("/accessibility"), "#aim"),
    Place("error 404", "error", path("/no-such-page"), "h1", 404),
)  # fmt: skip

# Looked at in one language: the other states of the same templates.
STATES = (
    Place("write", "write", path("/write"), "[name=kind]"),
    Place("write, with a file", "write", with_a_file, ".file-name"),
    *(Place(f"step {nth}", "write_steps", step(nth), ".step") for nth in range(1, 5)),
    Place("receipt, again", "receipt", path("/receipt")),
    Place("track", "track", path("/track?number=2026-0000001-0"), "[name=code]"),
    *(Place(f"letter, {name}", "letter", letter(name), ".tag") for name in (
        "received", "assigned", "late", "awaiting_citizen", "in_review", "merged", "restricted", "closed", "unhappy",
        "declined", "transferred", "withdrawn", "erased")),
    *(Place(f"letter, {act}", "act", letter(name, act)) for name, act in (
        ("received", "add"), ("received", "withdraw"), ("awaiting_citizen", "answer"), ("closed", "reopen"),
        ("closed", "review"), ("unhappy", "reopen"), ("closed", "erase"), ("answered", "unpublish"),
        ("answered", "restrict"))),
    Place("rate", "rate", letter("answered", "rate?choice=dissatisfied"), "[checked]"),
    Place("rated, not yet", "rate", letter("received", "rate")),
    Place("contact", "contact", letter("received", "contact"), "[name=email]"),
    Place("my letters, asked", "my_letters", path("/my-letters"), "[name=email]"),
    Place("my letters, wrong", "my_letters", pressed(path("/my-letters")), ".problems", 422),
    Place("my letters, sent", "my_letters", path("/my-letters?sent=1")),
    Place("my letters, old link", "my_letters", with_token("my-letters", "old my letters"), "button.first", 404),
    Place("my letters, broken link", "my_letters", path("/my-letters/x"), "a.first", 404),
    Place("a broken link", "link", path("/link/x"), "a.first", 404),
    Place("stop the mails", "link", with_token("stop", "stop received"), "button.first"),
    Place("published", "published", path("/published"), ".results"),
    Place("published, nothing found", "published", path("/published?q=zzzz"), "[role=status]"),
    *(Place(f"published letter, {lang}", "published_letter", published(lang), ".sheet") for lang in ("en", "ja", "ko")),
    Place("search, nothing found", "search", path("/search?q=zzzz"), "[role=status]"),
    Place("search, not yet", "search", path("/search"), "form.search"),
    Place("performance, another month", "performance", path("/performance?month=2026-03"), ".headlines"),
    Place("article in another language", "article", path("/guidance/only-chinese")),
    Place("article, not helpful", "article", path("/guidance/qinghe-at-a-glance?answered=no")),
    Place("error 400", "error", sent(HOME, "/write", {"text": "路灯"}, "gb18030"), "h1", 400),
    Place("error 403", "error", sent(path("/write"), "/my-letters", WORDS | {"csrf": "x"}), "h1", 403),
    Place("error 405", "error", sent(HOME, "/privacy", {}), "h1", 405),
    Place("error 413", "error", sent(path("/track"), "/track", {"text": "x" * 3_000_000}), "h1", 413),
    Place("error 429", "error", too_often, "h1", 429),
    Place("error 500", "error", pressed(path("/guidance/qinghe-at-a-glance"), "[value=yes]"), "h1", 500),
)  # fmt: skip
