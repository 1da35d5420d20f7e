"""The requests that are measured: a letter handed in and its page looked at; and the yardstick's two."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.load import Answer, Connection

Request = tuple[str, str, Mapping[str, str], bytes]

TAKEN = {"bare": 201, "ours": 303}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = "The lamp near number 12 has been dark for three weeks and the pavement is broken there. " * 6
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
NUMBER = re.compile(r"\b(20\d\d-\d{7}-\d)\b")
CODE = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{4}(?:[ -][0-9A-HJKMNP-TV-Z]{4}){3})\b")


def bare_submit(_n: int) -> Request:
    """The yardstick's letter: the same text in its own five fields."""
    letter = {"dept": "roads", "subject": "Broken lamp", "name": "Carl", "email": "carl@example.org", "body": TEXT}
    return "POST", "/submit", FORM, urlencode(letter).encode()


def bare_page(_n: int) -> Request:
    """The yardstick's page."""
    return "GET", "/page", {}, b""


@dataclass
class Citizen:
    """A visitor with the form's token and a letter of their own to look at."""

    cookies: str
    form: dict[str, str]
    tracked: str = ""
    tracking: str = ""

    @classmethod
    async def arrives(cls, port: int) -> Citizen:
        """Open the form, send a first letter, read the receipt, and open the letter's page with number and code."""
        connection = Connection(port)
        page = await connection.ask("GET", "/en/write")
        citizen = cls(page.cookies(), dict(HIDDEN.findall(page.body.decode())))
        number, code = await citizen._first(connection)
        track = await connection.ask("GET", "/en/track", {"Cookie": citizen.cookies})
        token = dict(HIDDEN.findall(track.body.decode()))
        sent = urlencode(token | {"number": number, "code": code}).encode()
        opened = await connection.ask("POST", "/en/track", FORM | {"Cookie": citizen.cookies}, sent)
        citizen.tracked = f"{citizen.cookies}; {opened.cookies()}"
        citizen.tracking = opened.headers["location"][0]
        looked = await connection.ask("GET", citizen.tracking, {"Cookie": citizen.tracked})
        if number not in looked.body.decode():
            raise RuntimeError(f"the letter's page did not open: {opened.status}, then {looked.status}")
        connection.close()
        return citizen

    async def _first(self, connection: Connection) -> tuple[str, str]:
        method, path, headers, body = self.submit(0)
        taken: Answer = await connection.ask(method, path, headers, body)
        where = taken.headers["location"][0]
        receipt = await connection.ask("GET", where, {"Cookie": f"{self.cookies}; {taken.cookies()}"})
        number, code = NUMBER.search(receipt.body.decode()), CODE.search(receipt.body.decode())
        if not (number and code):
            raise RuntimeError(f"no receipt: {taken.status}, then {receipt.status}")
        return number[1], code[1]

    def submit(self, _n: int) -> Request:
        """A letter nobody has sent before, from the form as it was opened."""
        letter = self.form | {
            "once": secrets.token_urlsafe(24),
            "kind": "help",
            "subject": "Broken lamp",
            "text": TEXT,
            "name": "Carl",
            "email": "carl@example.org",
            "identity": "named",
            "language": "en",
            "wants_reply": "yes",
        }
        return "POST", "/en/write", FORM | {"Cookie": self.cookies}, urlencode(letter).encode()

    def page(self, _n: int) -> Request:
        """The page of their first letter."""
        return "GET", self.tracking, {"Cookie": self.tracked}, b""
