"""A letter's whole way in a real browser, clicked by a citizen and the city's people, with and without scripts."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from sqlmodel import select

from mailbox_service.tickets.tables import Rating, Ticket
from tests import samples
from tests.browser.mailbox import Mailbox, text_of
from tests.browser.office import Office
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import CODE, NUMBER, House

OpenContext = Callable[..., BrowserContext]
PHOTO: FilePayload = {"name": "정류장 バス停.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg_with_everything()}
PAPER: FilePayload = {"name": "timetable.pdf", "mimeType": "application/pdf", "buffer": samples.TAKEN["pdf"]}
NOTE: FilePayload = {"name": "answer.txt", "mimeType": "text/plain", "buffer": "7番 7번".encode()}
ENTER = ":not(.enter)"


@dataclass(frozen=True)
class Words:
    """What a citizen types, and what the page says when it is over."""

    subject: str
    text: str
    answer: str
    translation: str
    search: str
    asked: str
    closed: str


WORDS = {
    "ko": Words("버스 시간표", "안녕하세요. 7번 버스의 주말 첫차가 몇 시에 출발하는지 알고 싶습니다.",
                "시청 앞 정류장입니다.", "주말 첫차는 6시에 출발합니다.", "시간표", "확인이 필요합니다", "답변 완료"),
    "ja": Words("バスの時刻表", "こんにちは。週末の7番バスの始発は何時に出ますか。教えてください。",
                "市役所前の停留所です。", "週末の始発は6時に出発します。", "時刻", "確認したいことがあります", "完了"),
}  # fmt: skip


@dataclass
class Carl:
    """A citizen with a phone. Every step leaves the page where it led."""

    page: Page
    house: House
    lang: str
    scripts: bool
    mails: Mailbox
    number: str = ""
    code: str = ""

    @property
    def words(self) -> Words:
        """What he types."""
        return WORDS[self.lang]

    def go(self, path: str) -> None:
        """Open a page of his language."""
        self.page.goto(f"http://127.0.0.1:{self.house.port}/{self.lang}{path}")

    def says(self) -> str:
        """What the page says."""
        return self.page.inner_text("main")

    def press(self, selector: str = "main form button.first") -> None:
        """Press a button and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.click(selector)


@pytest.fixture
def carl(house: House, smtp_server: PostOffice, new_context: OpenContext, request: pytest.FixtureRequest) -> Carl:
    lang, scripts = request.param
    context = new_context(java_script_enabled=scripts, viewport={"width": 375, "height": 700})
    context.set_default_timeout(15_000)
    return Carl(context.new_page(), house, lang, scripts, Mailbox(house, smtp_server, f"{lang}@example.org"))


WAYS = {"ko-plain": ("ko", False), "ja-scripts": ("ja", True), "ko-scripts": ("ko", True), "ja-plain": ("ja", False)}


@pytest.mark.parametrize("carl", WAYS.values(), indirect=True, ids=WAYS)
def test_a_letter_goes_its_whole_way(carl: Carl, new_context: OpenContext) -> None:
    content = carl.lang == "ja"
    begins_with_an_error(carl)
    switches_language_and_size(carl)
    checks_and_sends_twice(carl)
    assert carl.code in text_of(carl.mails.next())
    tracks_with_a_code_as_people_type_it(carl)

    office = Office(carl.house, new_context, carl.scripts, carl.number)
    office.route()
    office.ask("请问在哪一站上车？")
    answers_with_a_file(carl)
    office.reply("您好。周末首班车6点发车。")
    office.translate(carl.lang, carl.words.translation)
    rates_in_two_clicks(carl, "satisfied" if content else "dissatisfied")

    opens_it_among_my_letters(carl)
    takes_everything_away(carl)
    office.publish()
    finds_it_published_and_takes_it_back(carl, new_context)
    if not content:
        asks_to_handle_it_again(carl)
    assert carl.words.closed in carl.says()
    assert letters(carl.house) == 1


def letters(house: House) -> int:
    with rows(house.url) as session:
        return len(session.exec(select(Ticket.id)).all())


def begins_with_an_error(carl: Carl) -> None:
    """From the first page to the form, filled in but for the subject: an error, and nothing is lost."""
    carl.go("")
    carl.press("main a[href$='/write']")
    page = carl.page
    page.check("[name=kind][value=enquiry]")
    page.fill("[name=text]", carl.words.text)
    page.set_input_files("[name=files]", [PHOTO, PAPER])
    page.fill("[name=name]", "Carl")
    page.fill("[name=email]", carl.mails.address)
    page.check("[name=consent]")
    carl.press(f"button[name=act][value=send]{ENTER}")

    expect(page.locator("#problems a[href='#f-subject']")).to_be_visible()
    expect(page.locator("[name=subject]")).to_have_attribute("aria-invalid", "true")
    is_all_there(carl)


def is_all_there(carl: Carl) -> None:
    page = carl.page
    expect(page.locator("[name=kind][value=enquiry]")).to_be_checked()
    expect(page.locator("[name=text]")).to_have_value(carl.words.text)
    expect(page.locator(".upload .file-name")).to_have_text([PHOTO["name"], PAPER["name"]])
    expect(page.locator("[name=email]")).to_have_value(carl.mails.address)
    expect(page.locator("[name=consent]")).to_be_checked()


def switches_language_and_size(carl: Carl) -> None:
    for switch in ("lang:en", "size:l", f"lang:{carl.lang}"):
        carl.press(f"button[name=switch][value='{switch}']")
        is_all_there(carl)
    assert f"/{carl.lang}/write" in carl.page.url
    expect(carl.page.locator("html")).to_have_attribute("data-size", "l")


def checks_and_sends_twice(carl: Carl) -> None:
    """Over the check page, with a double click; then reload, back and again: it is one letter."""
    page = carl.page
    page.fill("[name=subject]", carl.words.subject)
    carl.press(f"button[name=act][value=check]{ENTER}")
    assert letters(carl.house) == 0
    for said in (carl.words.subject, carl.words.text, PHOTO["name"], PAPER["name"], carl.mails.address):
        assert said in carl.says()
    again = page.evaluate("Object.fromEntries(new FormData(document.querySelector('main form')))")

    with page.expect_navigation(url="**/receipt**"):
        page.dblclick(f"button[name=act][value=send]{ENTER}")
    said = carl.says()
    number, code = NUMBER.search(said), CODE.search(said)
    assert number, said
    assert code, said
    carl.number, carl.code = number[1], code[1]
    expect(page.locator(".qr svg")).to_be_visible()

    page.reload()
    assert carl.code not in carl.says()
    address = f"http://127.0.0.1:{carl.house.port}/{carl.lang}/write"
    assert carl.number in page.request.post(address, form=again | {"act": "send"}).text()  # the same receipt
    assert letters(carl.house) == 1


def tracks_with_a_code_as_people_type_it(carl: Carl) -> None:
    carl.go("/track")
    carl.page.fill("[name=number]", f" {carl.number} ")
    carl.page.fill("[name=code]", " ".join(carl.code.lower()))
    carl.press()
    assert carl.number in carl.page.url
    expect(carl.page.locator("main .file-name")).to_have_text([PHOTO["name"], PAPER["name"]])


def answers_with_a_file(carl: Carl) -> None:
    """From the mail's link: an empty answer is refused, and the file stays for the next try."""
    carl.page.context.clear_cookies()
    carl.page.goto(carl.mails.link("to=answer", carl.words.asked))
    carl.press()
    expect(carl.page.locator("#problems")).to_be_visible()
    carl.page.set_input_files("[name=files]", [NOTE])
    carl.page.fill("[name=text]", carl.words.answer)
    carl.press()
    assert carl.words.answer in carl.says()
    assert NOTE["name"] in carl.says()


def rates_in_two_clicks(carl: Carl, verdict: str) -> None:
    """One click in the mail, one on the page, which the scanner before did not press; no cookie is needed."""
    carl.page.context.clear_cookies()
    carl.page.goto(carl.mails.link(f"choice={verdict}"))
    assert letters_rated(carl.house) == 0
    expect(carl.page.locator(f"[name=satisfaction][value={verdict}]")).to_be_checked()
    if verdict == "dissatisfied":
        carl.page.fill("[name=text]", carl.words.text)
    carl.press()
    assert letters_rated(carl.house) == 1
    assert carl.words.translation in carl.says()
    assert "周末首班车6点发车" in carl.says()


def letters_rated(house: House) -> int:
    with rows(house.url) as session:
        return len(session.exec(select(Rating.id)).all())


def opens_it_among_my_letters(carl: Carl) -> None:
    carl.page.context.clear_cookies()
    carl.go("/my-letters")
    carl.page.fill("[name=email]", carl.mails.address)
    carl.press()
    carl.page.goto(carl.mails.link("/my-letters/"))
    assert carl.words.subject in carl.says()
    carl.press(f"button[name=open][value='{carl.number}']")
    assert carl.page.url.endswith(f"/letters/{carl.number}")


def takes_everything_away(carl: Carl) -> None:
    carl.go(f"/letters/{carl.number}/takeaway")
    with carl.page.expect_download() as waited:
        carl.page.click("main form button.first")
    with zipfile.ZipFile(waited.value.path()) as archive:
        assert archive.testzip() is None
        names, told = archive.namelist(), archive.read("letter.txt").decode()
        assert json.loads(archive.read("letter.json"))
        assert archive.read(f"files/{PAPER['name']}") == PAPER["buffer"]
        assert b"Linden Street" not in archive.read(f"files/{PHOTO['name']}")
    assert {f"files/{file['name']}" for file in (PHOTO, PAPER, NOTE)} | {"letter.txt", "letter.json"} == set(names)
    for said in (carl.words.text, carl.words.answer, carl.words.translation, "周末首班车6点发车", "请问在哪一站上车"):
        assert said in told


def finds_it_published_and_takes_it_back(carl: Carl, new_context: OpenContext) -> None:
    """A stranger finds it by a word of two characters or more; the writer takes it back, and it is gone."""
    stranger = new_context(java_script_enabled=False).new_page()
    search = f"http://127.0.0.1:{carl.house.port}/{carl.lang}/published?q={carl.words.search}"
    stranger.goto(search)
    found = stranger.locator("main a[href*='/published/']")
    assert found.count() == 1, stranger.inner_text("main")
    found.click()
    shown, published = stranger.inner_text("main"), stranger.url
    assert carl.words.subject in shown
    assert carl.number not in shown
    assert "Carl" not in shown

    carl.go(f"/letters/{carl.number}")
    carl.press("a[href$='/unpublish']")
    carl.press()
    answer = stranger.goto(published)
    assert answer
    assert answer.status == 410
    stranger.goto(search)
    assert found.count() == 0


def asks_to_handle_it_again(carl: Carl) -> None:
    carl.press("a[href$='/reopen']")
    carl.page.fill("[name=text]", carl.words.text)
    carl.press()
    assert "?done=reopen" in carl.page.url
    expect(carl.page.locator("a[href$='/reopen']")).to_have_count(0)
