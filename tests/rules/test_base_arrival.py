"""A file that came in is kept clean under its own name, or refused, and then nothing of it stays."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from mailbox_service.base import arrival
from mailbox_service.base.files import Files
from mailbox_service.base.refusals import Refused
from mailbox_service.web.arriving import Arrivals
from mailbox_service.web.multipart import BadForm
from tests import samples


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


def bomb():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


def settle(files, data, name="photo.jpg", **more):
    with files.begin() as incoming:
        incoming.write(data)
        return arrival.settle(files, incoming, name, **more)


def test_a_photo_is_kept_without_what_it_says_of_its_maker(files):
    came = settle(files, samples.jpeg_with_everything(), "C:\\photos\\Lamp.png")

    kept = b"".join(files.pieces(came.stored))
    assert (came.name, came.content_type, came.size) == ("Lamp.jpg", "image/jpeg", len(kept))
    assert not any(secret in kept for secret in samples.SECRETS)


@pytest.mark.parametrize(
    ("data", "scanner", "code"),
    [
        (b"", "", "upload.empty"),
        (b"<svg/>", "", "upload.type"),
        (samples.picture()[:300], "", "upload.picture"),
        (bomb(), "", "upload.pixels"),
        (b"words", "sh -c 'exit 1'", "upload.infected"),
        (b"words", "sh -c 'exit 70'", "upload.unchecked"),
        (samples.picture(), "sh -c 'exit 1'", "upload.infected"),
    ],
)
def test_what_is_refused_is_named_and_not_kept(files, tmp_path, data, scanner, code):
    with pytest.raises(Refused) as no:
        settle(files, data, virus_scanner=scanner)

    assert no.value.code == code
    assert str(no.value.facts["file"]).startswith("photo.")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_scanner_that_hangs_leaves_the_file_unchecked(files, monkeypatch):
    monkeypatch.setattr("mailbox_service.base.scanner.SECONDS", 0.2)

    with pytest.raises(Refused) as no:
        settle(files, b"words", virus_scanner="sleep 5")

    assert no.value.code == "upload.unchecked"


def test_a_file_is_thrown_away_as_soon_as_it_is_too_large(files, tmp_path):
    with Arrivals(files, limit=1024 * 1024, most=2) as arrivals:
        one = arrivals.begin(b"film.mp4", welcome=True)
        for _ in range(5):
            one.write(b"x" * 300_000)

        assert one.refused is not None
        assert (one.refused.code, one.refused.facts) == ("upload.large", {"file": "film.mp4", "limit": "1 MB"})
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_no_more_files_are_written_than_may_come(files):
    with Arrivals(files, limit=10, most=1) as arrivals:
        first, second = (arrivals.begin(name, welcome=True) for name in (b"a", b"b"))

        assert first.incoming is not None
        assert second.incoming is None
        assert second.refused is not None
        assert second.refused.code == "upload.many"


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a\x00b"])
def test_a_name_that_is_no_text_is_a_broken_form(files, name):
    with Arrivals(files, limit=10, most=1) as arrivals, pytest.raises(BadForm):
        arrivals.begin(name, welcome=True)
