"""Tables for spreadsheets: whatever is typed stays a text, a number stays a number."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree as Xml

from hypothesis import example, given
from hypothesis import strategies as st

from mailbox_service.render import csv_file, xlsx_file
from mailbox_service.render.workbook import Book, Share, Sheet

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TRIGGERS = tuple("=+-@＝＋－＠\t\r\n")
NASTY = st.text(st.sampled_from("=+-@＝\t\r\n;,\"' <r>&a1\0\ud800\ufeff_x0041道"), max_size=12) | st.text(max_size=20)
nasty_cells = given(st.lists(NASTY, min_size=1, max_size=4))
examples = [
    example(["=1+1"]),
    example(['a;=HYPERLINK("//x")', "b"]),
    example(["<r><t>x</t></r>", "</t></is></c><c><f>1</f></c><c>"]),
    example(["\ud800", "\0=1", " =1", '"=1"', "'=1"]),
]


def nasty(test):
    for each in examples:
        test = each(test)
    return nasty_cells(test)


def book(*rows, heads=("名称", "Count"), **more):
    return Book(
        [Sheet("Offices", heads, rows, **more)], "About", [("Period", "June 2026")], "Meanings", [("Due", "=x")]
    )


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def leaves(content):
    """The rows of each leaf: (kind, text) of each cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = sorted(name for name in packed.namelist() if name.startswith("xl/worksheets/sheet"))
        return [
            [[_cell(cell) for cell in row] for row in Xml.fromstring(packed.read(name)).iter(f"{MAIN}row")]
            for name in names
        ]


def _cell(cell):
    assert cell.find(f"{MAIN}f") is None
    text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
    number = cell.find(f"{MAIN}v")
    return cell.get("t", "n"), text if number is None else number.text


@nasty
def test_no_spreadsheet_computes_what_was_typed_into_a_csv(cells):
    content = csv_file.written(book(cells))

    as_meant = [cell for row in read_csv(content) for cell in row]
    cut_elsewhere = re.split("[;\t\r\n]", content.decode("utf-8-sig"))
    assert [cell for cell in as_meant if cell.startswith(TRIGGERS)] == []
    assert [piece for piece in cut_elsewhere if piece.strip(' "\ufeff').startswith(TRIGGERS)] == []


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n\t;"=+-@＝＋－＠')), min_size=2, max_size=4)
)
def test_a_harmless_text_comes_back_from_a_csv_as_it_was(cells):
    assert read_csv(csv_file.written(book(cells)))[1] == cells


@nasty
def test_every_text_of_an_xlsx_is_a_string_within_its_cell_and_comes_back(cells):
    _first, *row = leaves(xlsx_file.written(book(["row", *cells])))[0][1]

    kept = [cell.encode("utf-8", "replace").decode().replace("\0", "") for cell in cells]
    assert [kind for kind, _ in row] == ["inlineStr" for text in cells if text]
    assert [plain(text) for _, text in row] == [plain(text) for text, cell in zip(kept, cells, strict=True) if cell]


def plain(text):
    """Without what XML and Excel's own escapes change: control characters and line ends, our space after markup."""
    unescaped = re.sub(r"_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), text.replace("_x005F_", "_"))
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_x\w{4}_?|_x005F", "", unescaped).strip()


def test_numbers_shares_and_days_are_what_they_are():
    cells = ("Roads", 1200, 3.5, Share(0.9144), date(2026, 6, 30), None, -7)
    made = book(cells, heads=("Office",) * 7)

    assert read_csv(csv_file.written(made))[1] == ["Roads", "1200", "3.5", "0.9144", "2026-06-30", "", "-7"]
    assert leaves(xlsx_file.written(made))[0][1] == [
        ("inlineStr", "Roads"),
        ("n", "1200"),
        ("n", "3.5"),
        ("n", "0.9144"),
        ("n", "46203"),
        ("n", "-7"),
    ]
    with zipfile.ZipFile(io.BytesIO(xlsx_file.written(made))) as packed:
        assert b"0.0%" in packed.read("xl/styles.xml")


def test_the_file_begins_with_its_head_and_ends_with_period_and_meanings():
    content = csv_file.written(book(("Roads", 3), remarks=("Only the first 1.",)))

    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content) == [
        ["名称", "Count"],
        ["Roads", "3"],
        ["Only the first 1."],
        [],
        ["Period", "June 2026"],
        [],
        ["Meanings"],
        ["Due", "'=x"],
    ]
    table, about = leaves(xlsx_file.written(book(("Roads", 3))))
    assert [text for _, text in table[0]] == ["名称", "Count"]
    assert [[text for _, text in row] for row in about] == [["Period", "June 2026"], ["Meanings"], ["Due", "=x"]]


def test_leaves_of_one_name_and_names_excel_refuses_are_told_apart():
    twice = Sheet("a/b: [late]?", ("x",), [])
    made = Book([twice, twice, Sheet("History", ("x",), []), Sheet("'", ("x",), [])], "About", [])

    with zipfile.ZipFile(io.BytesIO(xlsx_file.written(made))) as packed:
        names = re.findall(rb'<sheet name="([^"]*)"', packed.read("xl/workbook.xml"))

    assert names == [b"a b   late", b"a b   late 2", b"History 2", b"-", b"About"]


def test_a_text_too_long_for_a_cell_is_cut():
    ((_, text),) = leaves(xlsx_file.written(book(("道" * 40_000,))))[0][1]

    assert len(text) == 32_767
