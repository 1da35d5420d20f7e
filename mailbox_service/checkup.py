"""What `mailbox check` looks at before a city opens its mailbox: each finding is a plain sentence."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from mailbox_service import migrations
from mailbox_service.backup import mark
from mailbox_service.base import clock
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import JobRun
from mailbox_service.city import find
from mailbox_service.city.tables import RoleName
from mailbox_service.mail import imap, smtp

NEEDED = (RoleName.CLERK, RoleName.OFFICER, RoleName.HEAD)
HOURLY, QUIET = "tidy", timedelta(hours=2, minutes=30)  # a job that begins every hour, whatever there is to do


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and the sentence."""

    well: bool
    says: str


async def look(settings: Settings) -> list[Finding]:
    """Everything, in the order in which it has to be put right."""
    found = [*database(settings), files(settings), *erasures(settings), *scanner(settings), await mail(settings)]
    return [*found, *arriving(settings), address(settings), *await mailbox(settings)]


def database(settings: Settings) -> list[Finding]:
    """Whether it is reached, has the shape this version needs, and holds a city with people."""
    try:
        if mark.state(settings.database_url) in (mark.State.BEGUN, mark.State.LOADED):
            return [Finding(False, "The database is only half restored: run `mailbox restore` once more.")]
        at, needed = migrations.current(settings.database_url), migrations.head()
        if at != needed:
            return [Finding(False, f"The database is at {at or 'nothing'}, not at {needed}: run `mailbox migrate`.")]
        engine = migrations.engine_for(settings.database_url)
        with Session(engine) as session:
            found = [Finding(True, f"The database is reached and at {needed}."), *_city(session), *_work(session)]
        engine.dispose()
    except (SQLAlchemyError, OSError) as wrong:
        return [Finding(False, f"The database can't be reached: {plain(wrong)}")]
    return found


def _city(session: Session) -> list[Finding]:
    found = []
    if not find.policies(session) or not find.offices(session):
        found.append(Finding(False, "The city has no offices or promises yet: run `mailbox seed`."))
    lacking = [role.value for role in NEEDED if not find.holders(session, role)]
    if lacking:
        found.append(Finding(False, f"Nobody is {', '.join(lacking)} yet: run `mailbox people add`."))
    return found or [Finding(True, "The city has offices, promises and people.")]


def _work(session: Session) -> list[Finding]:
    """Whether the jobs run: without them no mail leaves and no deadline is kept. A city that never ran has none yet."""
    run = session.get(JobRun, HOURLY)
    if run is None or run.last_started_at is None or run.last_started_at > clock.now() - QUIET:
        return []
    since = f"{run.last_started_at:%Y-%m-%d %H:%M} UTC"
    return [Finding(False, f"No job has run since {since}: is `mailbox serve` or `mailbox work` up?")]


def erasures(settings: Settings) -> list[Finding]:
    """Whether the list can be written that each erased letter is put on first: else none is erased."""
    place = settings.erasures_file
    near = next(one for one in (place, *place.absolute().parents) if one.exists())
    if os.access(near, os.W_OK) and near.is_dir() is (near != place):
        return []
    return [Finding(False, f"The list of erasures {place} can't be written: no letter is erased.")]


def scanner(settings: Settings) -> list[Finding]:
    """Whether the virus scanner is there: else every file is refused."""
    if not settings.virus_scanner:
        return []
    try:
        command = shlex.split(settings.virus_scanner)[0]
    except (ValueError, IndexError):
        return [Finding(False, "MAILBOX_VIRUS_SCANNER can't be read as a command: every file is refused.")]
    if shutil.which(command) is None:
        return [Finding(False, f"The virus scanner {command} is not there: every file is refused.")]
    return [Finding(True, f"Files are given to {command}.")]


def files(settings: Settings) -> Finding:
    """Whether attachments can be stored."""
    try:
        settings.files_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.files_dir) as probe:
            probe.write(b"probe")
            os.fsync(probe.fileno())
    except OSError as wrong:
        return Finding(False, f"The folder {settings.files_dir} can't be written: {wrong.strerror}.")
    return Finding(True, f"The folder {settings.files_dir} can be written.")


async def mail(settings: Settings) -> Finding:
    """Whether the mail server answers, and takes the user and password."""
    if not settings.smtp_host:
        return Finding(False, "MAILBOX_SMTP_HOST is not set: no mail leaves.")
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        result = await smtp.check(settings)
    except TimeoutError:
        result = smtp.Result(smtp.Answer.UNREACHABLE, "timeout")
    if result.answer is smtp.Answer.ACCEPTED:
        return Finding(True, f"The mail server {where} answers.")
    return Finding(False, f"The mail server {where} does not answer as it should ({result.code}).")


def arriving(settings: Settings) -> list[Finding]:
    """Whether what citizens write by mail can reach us, and is asked whether it is theirs."""
    doors = [name for name, where in (("LMTP", settings.lmtp_listen), ("IMAP", settings.imap_host)) if where]
    if not (settings.letters_by_mail_to or settings.mail_reply_to or doors):
        return []
    way = " and ".join(doors) or "`mailbox mail receive`"
    found = [Finding(True, f"Mail comes in by {way}; letters to {settings.letters_by_mail_to or 'no address'}.")]
    if not settings.mail_trusted_authserv_id:
        says = "MAILBOX_MAIL_TRUSTED_AUTHSERV_ID is not set: senders of mail that comes in are believed."
        found.append(Finding(False, says))
    return found


async def mailbox(settings: Settings) -> list[Finding]:
    """Whether the mailbox elsewhere lets us in and has the folder."""
    if not settings.imap_host:
        return []
    where = f"{settings.imap_folder} on {settings.imap_host}:{settings.imap_port}"
    try:
        await imap.check(settings)
    except (OSError, imap.ImapError, imap.ProtocolError) as wrong:
        return [Finding(False, f"The mailbox {where} can't be read ({type(wrong).__name__}).")]
    return [Finding(True, f"The mailbox {where} can be read.")]


def address(settings: Settings) -> Finding:
    """Whether citizens can reach the service as their browsers want it."""
    parts = urlsplit(settings.public_url)
    if parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost"):
        return Finding(True, f"Citizens open {settings.public_url}.")
    return Finding(False, f"MAILBOX_PUBLIC_URL is {settings.public_url}: letters would travel unencrypted; use https.")


def plain(wrong: BaseException) -> str:
    """The first line of what went wrong, without the statement."""
    said = getattr(wrong, "orig", None) or wrong
    return f"{str(said).strip().splitlines()[0] if str(said).strip() else type(said).__name__}."
