"""Whichever lists of erasures a restore is told of, the city's own counts."""

from __future__ import annotations

from mailbox_service.base import clock, erasures
from tests.doors.test_cli import environment, mailbox
from tests.doors.test_cli_backup import city, letters

__all__ = ["city", "environment", "mailbox"]  # fixtures


def test_our_own_list_counts_beside_that_of_another_node(city, mailbox, tmp_path):
    mailbox("backup", f"{tmp_path}/b")
    first, second = letters(city)
    own, others = tmp_path / "own.txt", tmp_path / "others.txt"
    erasures.add(own, [first.id], clock.now())
    erasures.add(others, [second.id], clock.now())

    back = mailbox("restore", f"{tmp_path}/b", "--erasures", str(others), MAILBOX_ERASURES_FILE=str(own),
                   MAILBOX_DATA_DIR=f"{tmp_path}/new")  # fmt: skip

    assert (back.code, "Emptied again: 2 letters" in back.out) == (0, True)
    assert [ticket.subject for ticket in letters(tmp_path / "new")] == ["", ""]
