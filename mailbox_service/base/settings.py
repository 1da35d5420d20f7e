"""Every setting of the service: typed, with a default where one is safe, refused loudly where it is wrong.

Read from MAILBOX_* variables, then from files for secrets (MAILBOX_SECRET_FILE …), then from the
TOML file MAILBOX_CONFIG names. What an administrator changes while the service runs (policies,
calendar, topics) is not here. Each setting is explained in docs/settings.md.
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.settings_arriving import (
    ArrivingMail,
)
from mailbox_service.base.settings_defaults import (
    OPEN_DATA_LICENCE,
    OUR_SECTIONS,
    TRUSTED_ROLES,
    Role,
)
from mailbox_service.base.settings_errors import PREFIX, SECRETS, SettingsError, Unreadable, sentences

__all__ = ["PREFIX", "SECRETS", "Settings", "SettingsError", "read_settings"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _from_json(value: object) -> object:
    """JSON when it begins like JSON; any other text is the same name in every language."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError as wrong:
            raise ValueError("is not valid JSON") from wrong
    return dict.fromkeys(LANGUAGES, value)


def _all_languages(names: dict[str, str]) -> dict[str, str]:
    if unknown := [code for code in names if code not in LANGUAGES]:
        raise ValueError(f"knows no language {', '.join(unknown)}; use {', '.join(LANGUAGES)}")
    if missing := [code for code in LANGUAGES if not names.get(code)]:
        raise ValueError(f"lacks a name in {', '.join(missing)}")
    return names


def _section(section: dict[str, str]) -> dict[str, str]:
    """A link in the header: its name in every language, and `href`, where "{lang}" becomes the page's language."""
    href = section.get("href", "")
    if not href.startswith(("/", "https://", "http://")) or href.startswith("//"):
        raise ValueError('needs "href": a web address, or a path that begins with "/"')
    return {"href": href, **_all_languages({code: name for code, name in section.items() if code != "href"})}


def _lines(value: object) -> object:
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


def _records(value: object) -> object:
    """A JSON list of names in every language, or lines that are the same in each."""
    return _from_json(value) if isinstance(value, str) and value.lstrip().startswith("[") else _lines(value)


def _parts(value: object) -> object:
    return [part for part in value.replace(",", " ").split() if part] if isinstance(value, str) else value


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("knows no such time zone; use a name like Asia/Shanghai")
    return name


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError('must be a web address like "https://mailbox.example"')
    return url.rstrip("/")


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError('must begin with "sqlite:///" or "postgresql+psycopg://"')
    return url


Names = Annotated[dict[str, str], NoDecode, BeforeValidator(_from_json), AfterValidator(_all_languages)]
Section = Annotated[dict[str, str], AfterValidator(_section)]
Sections = Annotated[tuple[Section, ...], NoDecode]
NameList = Annotated[tuple[Annotated[dict[str, str], AfterValidator(_all_languages)], ...], NoDecode]
Records = Annotated[tuple[str | Annotated[dict[str, str], AfterValidator(_all_languages)], ...], NoDecode]


class Settings(ArrivingMail, BaseSettings):
    """What the service was started with. Never changes while it runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=False)

    # Where things lie
    data_dir: Path = Path("data")
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default_factory=lambda data: f"sqlite:///{data['data_dir'] / 'mailbox.db'}"
    )
    database_connections: int = Field(default=10, ge=1, le=200)
    secret: SecretStr = Field(min_length=32)

    # Who we are
    public_url: Annotated[str, AfterValidator(_web_address)] = "http://127.0.0.1:8000"
    city_zone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    working_language: Literal["en", "zh", "ja", "ko"] = "zh"
    city_name: Names = {"en": "Qinghe City", "zh": "清河市", "ja": "清河市", "ko": "칭허시"}
    service_name: Names = {
        "en": "Mayor’s Mailbox",
        "zh": "市长信箱",
        "ja": "市長への手紙",
        "ko": "시장에게 바란다",
    }
    sponsors: Annotated[NameList, BeforeValidator(_from_json)] = (
        {
            "en": "General Office of the City Government",
            "zh": "市政府办公室",
            "ja": "市政府弁公室",
            "ko": "시정부 판공실",
        },
        {
            "en": "Foreign Affairs Office",
            "zh": "外事办公室",
            "ja": "外事弁公室",
            "ko": "외사판공실",
        },
    )
    sections: Annotated[Sections, BeforeValidator(_from_json)] = OUR_SECTIONS
    record_numbers: Annotated[Records, BeforeValidator(_records)] = ()
    support_phone: str = "12345"
    privacy_contact: str = ""
    emergency_police: str = "110"
    emergency_fire: str = "119"
    emergency_ambulance: str = "120"

    # Figures for everybody
    figures_published_after_days: int = Field(default=5, ge=1, le=60)
    open_data_licence: Names = OPEN_DATA_LICENCE

    # Mail
    smtp_host: str = ""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_ca_file: Path | None = None
    smtp_connections: int = Field(default=2, ge=1, le=20)
    smtp_timeout_seconds: int = Field(default=30, ge=1, le=300)
    mail_from: str = Field(default="mailbox@localhost", pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    mail_reply_to: str = Field(default="", pattern=r"^([A-Za-z0-9._-]{1,31}@[A-Za-z0-9.-]+)?$")
    mail_shows_text: bool = False
    mails_per_address_per_day: int = Field(default=20, ge=1)
    mails_per_ticket_per_day: int = Field(default=10, ge=1)

    # The web server
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_parts)] = ()

    demo: bool = False

    # Limits
    letters_per_address_per_hour: int = Field(default=600, ge=1)
    letters_before_check_page: int = Field(default=50, ge=1)
    form_min_seconds: int = Field(default=2, ge=0, le=60)
    my_letters_per_address_per_hour: int = Field(default=5, ge=1)
    uploads_mb_per_address_per_hour: int = Field(default=2000, ge=1)
    tracking_tries_per_address_per_hour: int = Field(default=20, ge=1)
    sign_in_tries_per_address_per_hour: int = Field(default=20, ge=1)
    sign_in_tries_per_account_per_hour: int = Field(default=10, ge=1)
    second_factor_for: Annotated[tuple[Role, ...], NoDecode, BeforeValidator(_parts)] = Field(
        default_factory=lambda data: () if data.get("demo") else TRUSTED_ROLES
    )
    staff_session_hours: int = Field(default=12, ge=1, le=168)
    staff_idle_minutes: int = Field(default=60, ge=5, le=1440)
    subject_max_characters: int = Field(default=200, ge=20, le=500)
    text_max_characters: int = Field(default=10_000, ge=500, le=100_000)
    upload_max_files: int = Field(default=5, ge=0, le=50)
    upload_max_file_mb: int = Field(default=20, ge=1, le=500)
    upload_max_letter_mb: int = Field(default=100, ge=1, le=2000)
    virus_scanner: str = ""

    # Keeping and erasing
    retention_years: int = Field(default=5, ge=1, le=100)
    erasures_file: Path = Field(default_factory=lambda data: data["data_dir"] / "erasures.txt")

    # Running
    demo_mail_page: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def https(self) -> bool:
        """Whether citizens reach the service by https; cookies are then secure and bound to the host."""
        return self.public_url.startswith("https:")

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.city_zone)

    @property
    def files_dir(self) -> Path:
        """The folder of attachments."""
        return self.data_dir / "files"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine, which only one process may write."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed in code wins over variables, these over secrets' files, these over the TOML file."""
        return init_settings, env_settings, _SecretFiles(settings_cls), _ConfigFile(settings_cls)


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: naming every wrong, missing or misspelt one at once.
    """
    problems = _misspelt(os.environ)
    nothing: dict[str, Any] = {}
    try:
        settings = Settings(**nothing)
    except ValidationError as wrong:
        problems = [*sentences(wrong), *problems]
    if problems:
        raise SettingsError(problems)
    return settings


class _OurSource(PydanticBaseSettingsSource):
    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False


class _SecretFiles(_OurSource):
    """Values of secrets from the files that MAILBOX_<NAME>_FILE names, without the last line break."""

    def __call__(self) -> dict[str, Any]:
        named = {name: os.environ.get(f"{PREFIX}{name.upper()}_FILE") for name in SECRETS}
        return {name: self._read(name, path) for name, path in named.items() if path}

    def _read(self, name: str, path: str) -> object:
        try:
            return Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as wrong:
            return Unreadable(f"{PREFIX}{name.upper()}_FILE can't be read: {_reason(wrong)}.")


class _ConfigFile(_OurSource):
    """Values from the TOML file; its keys are the settings' names in small letters without the prefix."""

    def __call__(self) -> dict[str, Any]:
        path = os.environ.get(f"{PREFIX}CONFIG")
        if not path:
            return {}
        try:
            return tomllib.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as wrong:
            return {"config": Unreadable(f"{PREFIX}CONFIG names a file that can't be read: {_reason(wrong)}.")}


def _reason(wrong: Exception) -> str:
    return (wrong.strerror or "no such file") if isinstance(wrong, OSError) else str(wrong)


def _misspelt(environ: Any) -> list[str]:
    """Variables that look like a setting and are none: MAILBOX_SMPT_HOST. Other MAILBOX_* may be somebody else's."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    allowed = {*known, f"{PREFIX}CONFIG", *(f"{PREFIX}{name.upper()}_FILE" for name in SECRETS)}
    strange = [name for name in sorted(environ) if name.upper().startswith(PREFIX) and name.upper() not in allowed]
    near = {name: difflib.get_close_matches(name.upper(), known, 1, 0.88) for name in strange}
    return [f"{name} is not a setting; did you mean {found[0]}?" for name, found in near.items() if found]
