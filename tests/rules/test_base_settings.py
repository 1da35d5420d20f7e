"""What the service may be started with, and what it says when it can't."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailbox_service.base.settings import Settings, SettingsError, read_settings

DOCS = Path(__file__).parent.parent.parent / "docs" / "settings.md"
SECRET = "a-secret-of-more-than-32-characters"


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MAILBOX_")]:
        monkeypatch.delenv(name)


def test_a_secret_is_all_one_must_say(monkeypatch):
    monkeypatch.setenv("MAILBOX_SECRET", SECRET)

    settings = read_settings()

    assert settings.database_url == "sqlite:///data/mailbox.db"
    assert settings.is_sqlite
    assert not settings.https
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.city_name["ko"] == "칭허시"
    assert SECRET not in repr(settings)


def test_as_many_files_as_may_come_may_each_be_of_the_largest_size(monkeypatch):
    monkeypatch.setenv("MAILBOX_SECRET", SECRET)

    settings = read_settings()

    assert settings.upload_max_files * settings.upload_max_file_mb <= settings.upload_max_letter_mb
    assert settings.upload_max_letter_mb < settings.uploads_mb_per_address_per_hour


def test_without_a_secret_nothing_starts():
    with pytest.raises(SettingsError, match="MAILBOX_SECRET is missing"):
        read_settings()


def test_every_wrong_value_is_named_at_once(monkeypatch):
    wrong = {
        "MAILBOX_SECRET": "short",
        "MAILBOX_DATABASE_URL": "mysql://user:password@host/db",
        "MAILBOX_PORT": "abc",
        "MAILBOX_PUBLIC_URL": "mailbox.example",
        "MAILBOX_CITY_ZONE": "Moon/Tranquility",
        "MAILBOX_CITY_NAME": '{"en": "Qinghe", "fr": "Qinghe"}',
        "MAILBOX_SERVICE_NAME": '{"en": "Mailbox"}',
        "MAILBOX_SPONSORS": "[{",
        "MAILBOX_TRUSTED_PROXIES": "10.0.0.0/8, 1.2.3.999",
        "MAILBOX_DEMO": "perhaps",
        "MAILBOX_LOG_LEVEL": "loud",
        "MAILBOX_MAIL_FROM": "nobody",
        "MAILBOX_SUBJECT_MAX_CHARACTERS": "1",
        "MAILBOX_SMTP_TIMEOUT_SECONDS": "9999",
        "MAILBOX_SMTP_PASSWORD_FILE": "/nowhere/password",
        "MAILBOX_CONFIG": "/nowhere/mailbox.toml",
        "MAILBOX_SMPT_HOST": "mail.example",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        read_settings()

    named = {problem.split()[0] for problem in refused.value.problems}
    assert named == set(wrong)
    assert "did you mean MAILBOX_SMTP_HOST" in str(refused.value)
    assert "user:password" not in str(refused.value)
    assert "short" not in str(refused.value)


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text(SECRET + "\n")
    monkeypatch.setenv("MAILBOX_SECRET_FILE", str(tmp_path / "secret"))

    settings = read_settings()

    assert settings.secret.get_secret_value() == SECRET


def test_variables_win_over_the_file_and_the_file_over_defaults(monkeypatch, tmp_path):
    (tmp_path / "mailbox.toml").write_text(
        f'secret = "{SECRET}"\nport = 8100\nhost = "0.0.0.0"\ntrusted_proxies = ["10.0.0.0/8"]\n'
        'public_url = "https://mailbox.example/"\n[city_name]\nen = "A"\nzh = "B"\nja = "C"\nko = "D"\n'
    )
    monkeypatch.setenv("MAILBOX_CONFIG", str(tmp_path / "mailbox.toml"))
    monkeypatch.setenv("MAILBOX_PORT", "8200")

    settings = read_settings()

    assert (settings.port, settings.host) == (8200, "0.0.0.0")
    assert settings.city_name == {"en": "A", "zh": "B", "ja": "C", "ko": "D"}
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8"]
    assert settings.public_url == "https://mailbox.example"
    assert settings.https


def test_an_unknown_name_in_the_file_is_refused(monkeypatch, tmp_path):
    (tmp_path / "mailbox.toml").write_text(f'secret = "{SECRET}"\nprot = 8100\n')
    monkeypatch.setenv("MAILBOX_CONFIG", str(tmp_path / "mailbox.toml"))

    with pytest.raises(SettingsError, match='remove "prot"'):
        read_settings()


def test_one_name_serves_every_language(monkeypatch):
    monkeypatch.setenv("MAILBOX_SECRET", SECRET)
    monkeypatch.setenv("MAILBOX_CITY_NAME", "Qinghe")

    assert set(read_settings().city_name.values()) == {"Qinghe"}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name):
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith(f"| `MAILBOX_{name.upper()}` |")]

    assert len(rows) == 1
    default = Settings.model_fields[name].default
    if isinstance(default, str | int) and default not in ("", True, False):
        assert f"`{default}`" in rows[0]
