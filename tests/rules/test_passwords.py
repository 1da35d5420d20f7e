"""What may become a password."""

from __future__ import annotations

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.city import passwords


def refused(password: str) -> str:
    try:
        passwords.check(password, name="李小明", email="xiaoming@qinghe.example")
    except Refused as said:
        return said.code
    return ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "password.short"),
        ("ｅｌｅｖｅｎｃｈａｒｓ", "password.short"),
        ("four herons " * 20, "password.long"),
        ("xiaoming-xiaoming", "password.yours"),
        ("ＸＩＡＯＭＩＮＧ12345", "password.yours"),
        ("李小明李小明李小明李小明", "password.yours"),
        ("password1234", "password.common"),
        ("123456789012", "password.common"),
        ("qwertyuiop[]", "password.common"),
        ("aaaaaaaaaaaaaaaa", "password.common"),
        ("four herons in the canal", ""),
        ("运河里的四只白鹭飞走了吗", ""),
        ("admin of seven grey canals", ""),
        ("tz4k-9wqm-3hvx", ""),
    ],
)
def test_a_password_is_long_and_nothing_others_would_try(password: str, why: str) -> None:
    assert refused(password) == why


def test_a_password_is_the_same_however_it_was_typed() -> None:
    assert passwords.same("Ｆｏｕｒ　ｈｅｒｏｎｓ") == passwords.same("Four herons")
