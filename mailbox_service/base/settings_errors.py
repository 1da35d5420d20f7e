"""What is wrong with the settings, in plain words for whoever started the service."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

PREFIX = "MAILBOX_"
SECRETS = ("secret", "database_url", "smtp_password", "imap_password")  # never printed, and may lie in files


class SettingsError(Exception):
    """The settings can't be used. `problems` has one plain sentence for each wrong or missing value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["The settings can't be used:", *(f"  {problem}" for problem in problems)]))
        self.problems = problems


class Unreadable:
    """Stands for a value whose file can't be read, so that it is reported beside all other problems."""

    def __init__(self, why: str) -> None:
        self.why = why


def sentences(wrong: ValidationError) -> list[str]:
    """One sentence for each problem, the same one not twice."""
    errors = [error for error in wrong.errors(include_url=False) if error["type"] != "default_factory_not_called"]
    return list(dict.fromkeys(_sentence(dict(error)) for error in errors))


def _sentence(error: dict[str, Any]) -> str:
    """One problem in plain words. The value itself is shown unless it could be a secret."""
    field = str(error["loc"][0]) if error["loc"] else ""
    name = PREFIX + field.upper()
    if isinstance(error["input"], Unreadable):
        return error["input"].why
    if error["type"] == "extra_forbidden":
        return f'{name} is not a setting; remove "{field}" from the configuration file.'
    if error["type"] == "missing":
        return f"{name} is missing: at least 32 random characters, kept outside the database."
    said = _complaint(error)
    given = "" if field in SECRETS or not isinstance(error["input"], str | int) else f' (it is "{error["input"]}")'
    return f"{name} {said}{given}."


def _complaint(error: dict[str, Any]) -> str:
    limits = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(limits["error"])
        case "ip_v4_network" | "ip_v6_network":
            return "must list networks like 10.0.0.0/8 or 2001:db8::/32"
        case "int_parsing" | "int_type" | "int_from_float":
            return "must be a whole number"
        case "bool_parsing" | "bool_type":
            return "must be true or false"
        case "greater_than_equal":
            return f"must be at least {limits['ge']}"
        case "less_than_equal":
            return f"must be at most {limits['le']}"
        case "literal_error":
            return f"must be one of {limits['expected']}"
        case "too_short" | "string_too_short":
            return f"must have at least {limits['min_length']} characters"
        case "string_pattern_mismatch":
            return "must be a mail address like mailbox@city.example"
    return f"is not usable: {error['msg'][0].lower()}{error['msg'][1:]}"
