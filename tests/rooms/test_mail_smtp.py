"""Speaking to real servers: in secret, with a password, over many mails, and what each of their answers means."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from mailbox_service.mail import envelope, smtp
from mailbox_service.mail.envelope import Message
from mailbox_service.mail.smtp import Answer, Connection, Sending
from tests.rooms.post import settings_for

BODY = b"Subject: x\r\n\r\nx\r\n"


class Server(SMTP):
    """aiosmtpd, which offers reports and answers as it is told: by command, one answer after the other."""

    def __init__(self, house, **more):
        super().__init__(house, **more)
        self.house = house
        house.servers.append(self)

    async def smtp_MAIL(self, arg):  # noqa: N802
        self.house.said.append(f"MAIL {arg}")
        if told := self.house.answer("MAIL"):
            return await self.told(told)
        return await super().smtp_MAIL(arg.split(" RET=")[0] if arg else arg)

    async def smtp_RCPT(self, arg):  # noqa: N802
        self.house.said.append(f"RCPT {arg}")
        if told := self.house.answer("RCPT"):
            return await self.told(told)
        return await super().smtp_RCPT(arg.split(" NOTIFY=")[0] if arg else arg)

    async def smtp_DATA(self, arg):  # noqa: N802
        if told := self.house.answer("DATA"):
            return await self.told(told)
        return await super().smtp_DATA(arg)

    async def told(self, answer):
        """Say it; hang up after 421, or instead of "drop"."""
        if answer == "drop":
            self.transport.abort()
            return
        await self.push(answer)
        if answer.startswith("421"):
            self.transport.close()


class House:
    """What the server was told and is to answer."""

    def __init__(self, dsn=False):
        self.dsn, self.servers, self.said, self.taken = dsn, [], [], []
        self.answers = {"MAIL": [], "RCPT": [], "DATA": []}

    def answer(self, command):
        return self.answers[command].pop(0) if self.answers[command] else ""

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]] if self.dsn else responses

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.taken.append(envelope)
        return "250 taken"


@asynccontextmanager
async def listening(house, *, implicit=None, **more):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(house, **more), "127.0.0.1", 0, ssl=implicit)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for each in house.servers:
        if each.transport is not None:
            each.transport.abort()
    await asyncio.sleep(0.01)  # their tasks see it


def sending(to="carl@example.org", name="1a", utf8=False):
    return Sending("letters+abc@qinghe.example", Message(to, BODY, utf8), name)


async def sent(settings, to="carl@example.org"):
    async with Connection(settings) as connection:
        return await connection.send(sending(to))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that vouches for itself: its file and its key's."""
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "cert.pem", folder / "key.pem"
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", "-x509", *kind, *named], check=True, capture_output=True)
    return paths


def context_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_leaves_in_secret_with_the_password(certificate, security):
    def knows(_server, _session, _envelope, _mechanism, said):
        return AuthResult(success=said == LoginPassword(b"city", b"pass"), handled=False)

    house, context = House(), context_of(certificate)
    how = {"tls_context": context} if security == "starttls" else {"implicit": context}
    facts = {"smtp_security": security, "smtp_ca_file": certificate[0], "smtp_user": "city"}
    async with listening(house, auth_required=True, authenticator=knows, auth_require_tls=False, **how) as port:
        right, wrong = (settings_for(port, **facts, smtp_password=word) for word in ("pass", "guess"))
        taken, refused = await sent(right), await sent(wrong)

    assert taken.answer is Answer.ACCEPTED
    assert (refused.answer, refused.code) == (Answer.UNREACHABLE, "535")
    assert len(house.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_nothing_is_said_to_a_server_nobody_vouches_for_or_in_the_open(certificate, security):
    house, context = House(), context_of(certificate)
    how = {"tls_context": context} if security == "starttls" else {"implicit": context}
    answers = []
    for server in (how, {}):
        async with listening(house, **server) as port:
            answers.append((await sent(settings_for(port, smtp_security=security, smtp_timeout_seconds=1))).answer)

    assert answers == [Answer.UNREACHABLE] * 2
    assert house.taken == house.said == []


async def test_one_connection_takes_many_mails_and_is_then_changed(monkeypatch):
    monkeypatch.setattr(smtp, "PER_CONNECTION", 3)
    house = House()
    async with listening(house) as port, Connection(settings_for(port)) as connection:
        answers = Counter([(await connection.send(sending())).answer for _ in range(7)])

    assert answers == {Answer.ACCEPTED: 7}
    assert len(house.servers) == 3


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
@pytest.mark.parametrize("answer", ["421 enough for now", "drop"])
async def test_a_server_that_ends_the_connection_between_mails_gets_the_mail_by_another(command, answer):
    house = House()
    async with listening(house) as port, Connection(settings_for(port)) as connection:
        await connection.send(sending())
        house.answers[command] = [answer]
        second = await connection.send(sending())

    assert second.answer is Answer.ACCEPTED
    assert (len(house.taken), len(house.servers)) == (2, 2)


async def test_a_server_that_asks_everybody_to_come_later_is_no_mails_fault():
    house = House()
    house.answers["MAIL"] = ["421 closing"]
    async with listening(house) as port, Connection(settings_for(port)) as connection:
        result = await connection.send(sending())

    assert (result.answer, result.code) == (Answer.UNREACHABLE, "421")


@pytest.mark.parametrize(
    ("command", "said", "answer", "code"),
    [
        ("RCPT", "550 no such user", Answer.NO_SUCH_ADDRESS, "550"),
        ("RCPT", "550 5.1.1 no such user", Answer.NO_SUCH_ADDRESS, "550 5.1.1"),
        ("RCPT", "552 5.2.2 mailbox full", Answer.NO_SUCH_ADDRESS, "552 5.2.2"),
        ("RCPT", "554 5.7.1 relaying denied", Answer.REFUSED, "554 5.7.1"),
        ("RCPT", "550 5.7.1 blocked", Answer.REFUSED, "550 5.7.1"),
        ("RCPT", "554 no", Answer.REFUSED, "554"),
        ("RCPT", "450 4.2.0 greylisted", Answer.TEMPORARY, "450 4.2.0"),
        ("MAIL", "553 5.7.1 not your address", Answer.TEMPORARY, "553 5.7.1"),
        ("MAIL", "552 5.3.4 too big", Answer.REFUSED, "552 5.3.4"),
        ("MAIL", "451 later", Answer.TEMPORARY, "451"),
        ("DATA", "554 spam", Answer.REFUSED, "554"),
        ("DATA", "452 disk full", Answer.TEMPORARY, "452"),
        ("DATA", "drop", Answer.TEMPORARY, "SMTPServerDisconnected"),
    ],
)
async def test_what_a_server_says_is_understood_and_the_next_mail_goes_on(command, said, answer, code):
    house = House()
    house.answers[command] = [said]
    async with listening(house) as port, Connection(settings_for(port)) as connection:
        result = await connection.send(sending())
        after_it = await connection.send(sending())

    assert (result.answer, result.code) == (answer, code)
    assert result.of_address == (command == "RCPT")
    assert after_it.answer is Answer.ACCEPTED


async def test_reports_are_asked_for_where_they_are_offered():
    for dsn, asked in ((True, True), (False, False)):
        house = House(dsn)
        async with listening(house) as port, Connection(settings_for(port)) as connection:
            await connection.send(sending("carl+city=x@example.org"))
        mail, rcpt = house.said

        assert mail.startswith("MAIL FROM:<letters+abc@qinghe.example> SIZE=")
        assert ("RET=HDRS ENVID=1a" in mail) is asked
        assert ("NOTIFY=FAILURE,DELAY ORCPT=rfc822;carl+2Bcity+3Dx@example.org" in rcpt) is asked


@pytest.mark.parametrize("offered", [True, False])
async def test_an_address_in_another_script_goes_where_the_server_can(offered):
    house, to = House(), envelope.routed("用户@例子.example")
    async with listening(house, enable_SMTPUTF8=offered) as port, Connection(settings_for(port)) as connection:
        result = await connection.send(sending(to, utf8=True))
        plain = await connection.send(sending(envelope.routed("carl@例子.example")))

    assert result.answer is (Answer.ACCEPTED if offered else Answer.NO_SUCH_ADDRESS)
    assert plain.answer is Answer.ACCEPTED
    assert house.taken[-1].rcpt_tos == ["carl@xn--fsqu00a.example"]


async def test_a_server_that_greets_and_says_no_more_holds_nobody_longer_than_the_timeout():
    over = asyncio.Event()

    async def silent(_reader, writer):
        writer.write(b"220 here\r\n")
        await over.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port, loop = server.sockets[0].getsockname()[1], asyncio.get_running_loop()
    begun = loop.time()
    async with Connection(settings_for(port, smtp_timeout_seconds=1)) as connection:
        result = await connection.send(sending())
    took = loop.time() - begun
    over.set()
    server.close()
    await asyncio.sleep(0.01)

    assert (result.answer, result.code) == (Answer.UNREACHABLE, "timeout")
    assert took < 3


async def test_the_server_can_be_asked_whether_it_is_there(smtp_server):
    there = await smtp.check(settings_for(smtp_server.port))
    away = await smtp.check(settings_for(1))

    assert there.answer is Answer.ACCEPTED
    assert away.answer is Answer.UNREACHABLE
