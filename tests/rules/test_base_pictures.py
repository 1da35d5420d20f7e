"""Metadata goes, the picture stays."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile

import pytest
from PIL import Image, ImageChops

from mailbox_service.base import filetypes, pictures
from tests import samples
from tests.samples import picture


def cleaned(ending, source):
    out = io.BytesIO()
    pictures.clean(ending, source, out)
    return out.getvalue()


def pixels(data):
    return Image.open(io.BytesIO(data)).convert("RGBA")


@pytest.mark.parametrize(
    ("ending", "source"),
    [
        ("jpg", samples.jpeg_with_everything()),
        ("png", samples.png_with_texts()),
        ("gif", samples.gif()),
        ("webp", picture("WEBP")),
        ("heic", samples.heic()),
    ],
)
def test_nothing_of_where_and_by_what_stays(ending, source):
    assert any(secret in source for secret in samples.SECRETS)

    clean = cleaned(ending, source)

    names = [secret for secret in samples.SECRETS if secret in clean]
    assert names == ([b"Exif"] if ending == "heic" else [])  # its list of items still names one, now empty


@pytest.mark.parametrize(
    ("ending", "source"),
    [
        ("jpg", samples.jpeg_with_everything()),
        ("jpg", picture(mode="L")),
        ("jpg", picture(mode="CMYK")),
        ("png", samples.png_with_texts()),
        ("webp", picture("WEBP")),
    ],
)
def test_not_a_pixel_changes(ending, source):
    clean = cleaned(ending, source)

    assert ImageChops.difference(pixels(clean), pixels(source)).getbbox() is None
    assert not Image.open(io.BytesIO(clean)).getexif()


def test_the_colour_profile_stays():
    assert Image.open(io.BytesIO(cleaned("jpg", samples.jpeg_with_everything()))).info["icc_profile"] == b"prof"


def test_a_progressive_photo_stays_whole():
    drawn = Image.effect_noise((200, 200), 80).convert("RGB")
    out = io.BytesIO()
    drawn.save(out, "JPEG", progressive=True, comment=b"Secret")

    clean = cleaned("jpg", out.getvalue())

    assert b"Secret" not in clean
    assert ImageChops.difference(pixels(clean), pixels(out.getvalue())).getbbox() is None


@pytest.mark.parametrize(("ending", "kind"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
@pytest.mark.parametrize("turned", [3, 6, 8])
def test_a_picture_that_was_to_be_turned_is_turned(ending, kind, turned):
    clean = Image.open(io.BytesIO(cleaned(ending, picture(kind, turned=turned))))

    assert clean.size == ((64, 32) if turned == 3 else (32, 64))
    assert not clean.getexif()
    red_at = {3: (60, 16), 6: (16, 3), 8: (16, 60)}[turned]
    pixel = clean.convert("RGB").getpixel(red_at)
    assert isinstance(pixel, tuple)
    red, _, blue = pixel
    assert red > 200 > 60 > blue


def test_a_turned_photo_keeps_its_quality():
    source = picture(turned=6)

    clean = cleaned("jpg", source)

    tables = [getattr(Image.open(io.BytesIO(data)), "quantization", None) for data in (source, clean)]
    assert tables[0] == tables[1]


def test_a_film_of_pictures_still_moves():
    film = Image.open(io.BytesIO(cleaned("gif", samples.gif())))

    assert getattr(film, "n_frames", 1) == 3


def test_a_heif_picture_keeps_its_size_and_its_image():
    source = samples.heic()

    clean = cleaned("heic", source)

    assert len(clean) == len(source)
    assert clean.endswith(b"image" + bytes(11))


def test_a_heif_picture_with_more_items_than_we_read_is_refused_rather_than_kept_uncleaned():
    listed = samples.heic().replace(b"\x44\x00" + b"\0\2", b"\x44\x00" + b"\xff\xff")

    assert run("heic", listed).returncode == pictures.BROKEN


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "webp", "heic"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_picture_cut_off_ends_as_broken(ending, share):
    source = samples.TAKEN[ending]

    assert run(ending, source[: int(len(source) * share)]).returncode == pictures.BROKEN


def test_a_picture_of_too_many_pixels_is_not_opened():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")

    assert len(out.getvalue()) < 1_000_000
    assert run("png", out.getvalue()).returncode == filetypes.TOO_MANY_PIXELS


def test_the_programme_writes_the_clean_picture():
    done = run("jpg", samples.jpeg_with_everything())

    assert (done.returncode, done.stdout) == (0, cleaned("jpg", samples.jpeg_with_everything()))


def run(ending, data):
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        command = [sys.executable, "-m", "mailbox_service.base.pictures", ending]
        return subprocess.run(command, stdin=source, capture_output=True, check=False, timeout=60)
