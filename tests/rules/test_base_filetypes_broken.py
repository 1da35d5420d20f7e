"""A document whose packed parts are damaged is no document, and nobody's fault."""

from __future__ import annotations

import io
import zipfile

import pytest

from mailbox_service.base.filetypes import type_of

PACKED = {"deflated": zipfile.ZIP_DEFLATED, "lzma": zipfile.ZIP_LZMA, "bzip2": zipfile.ZIP_BZIP2}
AT = 30 + len("mimetype")  # where the part's bytes begin


@pytest.mark.parametrize("how", PACKED)
def test_a_damaged_part_is_refused(how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", PACKED[how]) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    damaged = bytearray(out.getvalue())
    damaged[AT : AT + 12] = b"\xff" * 12

    assert type_of(io.BytesIO(bytes(damaged)), "letter.odt") is None
