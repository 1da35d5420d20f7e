"""A picture without its metadata: a programme that copies standard input to standard output.

    python -m mailbox_service.base.pictures jpg < photo.jpg > clean.jpg

It runs once for each picture, with bounded memory and time, so that a hostile file harms nobody. The
pixels stay as they are: only the blocks that tell where, when and by what a picture was taken are left
out (`picture_blocks`). A picture that its metadata says to turn is turned, with Pillow, before that.
"""

from __future__ import annotations

import io
import mmap
import resource
import signal
import sys
import warnings
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import get_sampling

from mailbox_service.base import picture_blocks as blocks
from mailbox_service.base.filetypes import TOO_MANY_PIXELS
from mailbox_service.base.picture_heif import without_metadata

SECONDS = 50
MOST_BYTES = 1_500_000_000  # of memory
MOST_PIXELS = 100_000_000
BROKEN = 2
FORMATS = {"jpg": ["JPEG", "MPO"], "png": ["PNG"], "gif": ["GIF"], "webp": ["WEBP"]}
_AS_IT_WAS = ("icc_profile", "transparency", "gamma", "dpi")


class TooLarge(Exception):  # noqa: N818
    """More pixels than we open."""


def clean(ending: str, source: bytes | mmap.mmap, sink: BinaryIO) -> None:
    """Write the picture without its metadata.

    Raises:
        TooLarge: more pixels than a camera has.
        OSError, ValueError, SyntaxError, IndexError: it isn't a whole picture.
    """
    if ending == "heic":
        sink.writelines(without_metadata(source))
        return
    turned = _turned(ending, source)
    if turned is not None:
        source = turned
    sink.writelines(blocks.WALKS[ending](source))


def _turned(ending: str, source: bytes | mmap.mmap) -> bytes | None:
    """The picture as it should be seen; None when it lies right already."""
    file: Any = io.BytesIO(source) if isinstance(source, bytes) else source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about damaged metadata, which goes anyway
        picture = Image.open(file, formats=FORMATS[ending])
        if picture.width * picture.height > MOST_PIXELS:
            raise TooLarge
        way = picture.getexif().get(ExifTags.Base.Orientation, 1)
        if way not in range(2, 9) or (ending != "jpg" and getattr(picture, "n_frames", 1) > 1):
            return None
        return _drawn_again(ending, picture)


def _drawn_again(ending: str, picture: Image.Image) -> bytes:
    how: dict[str, object] = {name: picture.info[name] for name in _AS_IT_WAS if name in picture.info}
    if ending == "jpg":  # the same tables: no step coarser than it was
        how |= {"qtables": picture.quantization, "subsampling": max(0, get_sampling(picture))}  # type: ignore[attr-defined]
    if ending == "webp":
        how |= {"quality": 95}
    out = io.BytesIO()
    ImageOps.exif_transpose(picture).save(out, "JPEG" if ending == "jpg" else ending.upper(), **how)
    return out.getvalue()


def main() -> int:
    """Clean what comes in; ends with 0, or with why it can't be done."""
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    Image.MAX_IMAGE_PIXELS = None  # we have our own limit, and a sentence for it
    try:
        with mmap.mmap(sys.stdin.fileno(), 0, access=mmap.ACCESS_READ) as source:
            clean(sys.argv[1], source, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except TooLarge:
        return TOO_MANY_PIXELS
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, MemoryError, UnidentifiedImageError):
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
