"""The settings of mail that comes in: how it reaches us, and what is taken."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ArrivingMail(BaseSettings):
    """Which doors mail comes in by. Without any of them set, `mailbox mail receive` still takes a message."""

    letters_by_mail_to: str = Field(default="", pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")
    mail_max_mb: int = Field(default=25, ge=1, le=100)
    mail_trusted_authserv_id: str = ""
    mails_from_address_per_hour: int = Field(default=20, ge=1)
    held_mail_days: int = Field(default=90, ge=7, le=3650)
    lmtp_listen: str = Field(default="", pattern=r"^((\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):[0-9]{1,5})?$")
    imap_host: str = ""
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = Field(default="INBOX", pattern=r"^[ -~]{1,200}$")
    imap_move_to: str = Field(default="", pattern=r"^[ -~]{0,200}$")
    imap_every_seconds: int = Field(default=60, ge=5, le=3600)
    imap_timeout_seconds: int = Field(default=30, ge=1, le=300)

    @property
    def mail_max_bytes(self) -> int:
        """How large a message may be to be taken."""
        return self.mail_max_mb * 1024 * 1024
