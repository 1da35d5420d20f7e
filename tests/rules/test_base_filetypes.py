"""What a file is, whatever it is called; and what it is called then."""

from __future__ import annotations

import io
import struct

import pytest

from mailbox_service.base import filetypes
from mailbox_service.base.filetypes import TYPES, clean_name, type_of, with_ending
from tests import samples


@pytest.mark.parametrize("ending", samples.TAKEN)
def test_what_citizens_send_is_known_by_its_content(ending):
    assert type_of(io.BytesIO(samples.TAKEN[ending]), "nameless") == TYPES[ending]


@pytest.mark.parametrize("what", samples.REFUSED)
def test_what_could_run_or_hide_something_is_not_taken(what):
    assert type_of(io.BytesIO(samples.REFUSED[what]), "photo.jpg") is None


def test_every_type_has_a_sample():
    assert set(TYPES) - {"csv"} == set(samples.TAKEN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_text_in_the_encodings_people_use(encoding):
    assert type_of(io.BytesIO("路灯坏了。\r\n请修理。".encode(encoding))) == TYPES["txt"]


@pytest.mark.parametrize(("text", "encoding"), [("街灯が消えています。", "cp932"), ("가로등이 꺼졌습니다.", "cp949"),
                                                ("街灯が消えています。", "iso2022_jp"), ("路燈", "big5")])  # fmt: skip
def test_a_text_is_text_in_the_neighbours_encodings(text, encoding):
    assert type_of(io.BytesIO(text.encode(encoding))) == TYPES["txt"]


def test_a_table_is_told_from_other_text_by_its_name():
    assert type_of(io.BytesIO(b"a,b\n1,2\n"), "Lamps.CSV") == TYPES["csv"]


def test_a_zip_with_a_huge_list_of_parts_is_not_opened():
    document = bytearray(samples.TAKEN["docx"])
    end = document.rfind(b"PK\x05\x06")
    struct.pack_into("<I", document, end + 12, 900_000_000)

    assert type_of(io.BytesIO(bytes(document))) is None


def test_an_ole_directory_that_leads_in_a_circle_ends():
    looped = bytearray(samples.ole("Nothing of ours"))
    struct.pack_into("<I", looped, 512 + 4, 1)

    assert type_of(io.BytesIO(bytes(looped))) is None


def test_the_beginning_alone_makes_no_text():
    long = b"words " * 200_000 + b"\x00\x01\x02"

    assert type_of(io.BytesIO(long)) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("C:\\Users\\carl\\photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("街灯 の写真.JPG", "街灯 の写真.JPG"),
        ("  a \t b .pdf ", "a b .pdf"),
        ("in\u202egpj.exe", "ingpj.exe"),
        ("bad\r\nSet-Cookie: x.jpg", "badSet-Cookie x.jpg"),
        ('a"b<c>.png', "abc.png"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("한" * 300, "한" * 120),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert clean_name(sent) == kept


@pytest.mark.parametrize(
    ("name", "is_a", "kept"),
    [
        ("photo.jpg", "jpg", "photo.jpg"),
        ("photo.JPEG", "jpg", "photo.JPEG"),
        ("photo.png", "jpg", "photo.jpg"),
        ("photo.heic", "jpg", "photo.jpg"),
        ("photo", "png", "photo.png"),
        ("notes.bat", "txt", "notes.bat.txt"),
        ("report.final", "docx", "report.final.docx"),
        (".png", "jpg", ".png.jpg"),
        ("talk.mp4", "m4a", "talk.mp4"),
    ],
)
def test_a_name_gets_the_ending_of_what_the_file_is(name, is_a, kept):
    assert with_ending(name, TYPES[is_a]) == kept


def test_browsers_are_shown_only_pictures_of_their_own():
    assert {"image/jpeg", "image/png", "image/gif", "image/webp"} == filetypes.SHOWN_BY_BROWSERS
