"""Attachments' bytes: whole or not at all, and never outside their folder."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import time

import pytest

from mailbox_service.base.files import Files
from mailbox_service.base.refusals import Refused


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


def test_what_is_stored_comes_back(files):
    stored = files.store([b"one ", b"two"])

    with files.open(stored.key) as file:
        assert file.read() == b"one two"
    assert b"".join(files.pieces(stored.key)) == b"one two"
    assert (stored.size, stored.sha256) == (7, hashlib.sha256(b"one two").hexdigest())
    assert list(files.keys()) == [stored.key]


def test_the_same_bytes_are_two_files(files):
    first, second = files.store([b"same"]), files.store([b"same"])

    files.remove(first.key)

    assert b"".join(files.pieces(second.key)) == b"same"


def test_a_file_that_is_not_kept_leaves_nothing(files, tmp_path):
    with files.begin() as incoming:
        incoming.write(b"half")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_broken_upload_leaves_nothing(files, tmp_path):
    def breaking():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        files.store(breaking())

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "/etc/passwd", "", "ab", "A" * 32, "0" * 32 + "/x", "0" * 32 + "\n"]
)
def test_a_key_opens_nothing_outside_the_folder(files, key):
    for act in (files.open, files.remove, lambda key: list(files.pieces(key))):
        with pytest.raises(Refused) as refused:
            act(key)
        assert refused.value.code == "files.gone"


def test_a_removed_file_is_gone(files):
    key = files.store([b"x"]).key

    assert files.remove(key)

    assert not files.remove(key)
    with pytest.raises(Refused, match=r"files\.gone"):
        files.open(key)


def test_young_files_are_left_alone_when_orphans_are_looked_for(files, tmp_path):
    stored = files.store([b"x"])

    assert list(files.keys(older_than_seconds=60)) == []

    path = next(path for path in tmp_path.rglob(stored.key))
    os.utime(path, (time.time() - 120, time.time() - 120))
    assert list(files.keys(older_than_seconds=60)) == [stored.key]


def test_what_a_crash_left_is_swept_away(files):
    left = files.begin()
    left.write(b"half")

    assert files.sweep(older_than_seconds=60) == 0
    assert files.sweep(older_than_seconds=-1) == 1
    left.discard()


FULL_DISK = """
import sys
from pathlib import Path
from mailbox_service.base.files import Files
from mailbox_service.base.refusals import Refused

files = Files(Path(sys.argv[1]))
incoming = files.begin()
incoming._file.close()
incoming._file = open("/dev/full", "wb", buffering=16)
try:
    with incoming:
        incoming.write(b"x" * 1000)
        incoming.keep()
except Refused as refused:
    print(refused.code)
"""


NO_LONGER_FILES = """
import resource, sys
from pathlib import Path
from mailbox_service.base.files import Files
from mailbox_service.base.refusals import Refused

was = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, was[1]))
try:
    Files(Path(sys.argv[1])).store([b"x" * 1000])
except Refused as refused:
    print(refused.code)
resource.setrlimit(resource.RLIMIT_FSIZE, was)
"""


@pytest.mark.parametrize("script", [FULL_DISK, NO_LONGER_FILES], ids=["full", "limited"])
def test_a_full_disk_is_a_refusal_and_leaves_nothing(tmp_path, script):
    said = subprocess.run(
        [sys.executable, "-B", "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout

    assert said == "files.full\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_other_faults_of_the_disk_are_not_hidden(files, tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")

    with pytest.raises(OSError, match=r"exists|Not a directory") as fault:
        files.store([b"x"])

    assert fault.value.errno in (errno.EEXIST, errno.ENOTDIR)


def test_there_is_room(files):
    assert files.free_bytes() > 0
