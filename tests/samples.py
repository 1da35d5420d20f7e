"""Small files of every type, made here: so small that nothing need be kept beside the tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

GPS = {1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 9.0)}
XMP = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>Linden Street</x:xmpmeta>"
SECRETS = (b"Secret", b"Linden Street", b"Exif")


def picture(kind: str = "JPEG", *, turned: int = 1, size: tuple[int, int] = (64, 32), mode: str = "RGB") -> bytes:
    """A picture that says where and by what it was taken; its left half is red."""
    drawn = Image.new(mode, size, "blue" if mode != "L" else 40)
    drawn.paste("red" if mode != "L" else 200, (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Secret maker", turned
    exif.get_ifd(0x8825).update(GPS)
    more: dict[str, object] = {"exif": exif.tobytes()}
    if kind == "JPEG":
        more |= {"quality": 90, "comment": b"Secret comment"}
    if kind == "WEBP":
        more |= {"lossless": True, "xmp": b"<x:xmpmeta>Linden Street</x:xmpmeta>"}
    out = io.BytesIO()
    drawn.save(out, kind, **({} if kind == "GIF" else more))
    return out.getvalue()


def jpeg_with_everything() -> bytes:
    """A JPEG with XMP, a comment, a colour profile, and a second file hung behind it."""
    plain = picture()
    profile = b"\xff\xe2" + struct.pack(">H", 2 + 14 + 4) + b"ICC_PROFILE\x00\x01\x01" + b"prof"
    xmp = b"\xff\xe1" + struct.pack(">H", 2 + len(XMP)) + XMP
    return plain[:2] + profile + xmp + plain[2:] + b"Secret film behind the picture"


def png_with_texts() -> bytes:
    """A PNG with a text, EXIF and a chunk of somebody's own."""
    plain = picture("PNG")
    return plain[:33] + chunk(b"tEXt", b"Comment\x00Secret") + chunk(b"prVt", b"Secret") + plain[33:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def gif() -> bytes:
    """A GIF that moves, with a comment."""
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=0, duration=80, comment=b"Secret")
    return out.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of ISO media."""
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def heic() -> bytes:
    """The bones of a telephone's picture: a coded image and its EXIF."""
    infe = [
        box(b"infe", b"\2\0\0\0", struct.pack(">HH", n, 0), kind, b"\0") for n, kind in ((1, b"hvc1"), (2, b"Exif"))
    ]
    iinf = box(b"iinf", b"\0\0\0\0", struct.pack(">H", 2), *infe)
    ftyp = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(start: int) -> bytes:
        places = [struct.pack(">HHHII", n, 0, 1, at, length) for n, at, length in ((1, start, 5), (2, start + 5, 11))]
        iloc = box(b"iloc", b"\0\0\0\0", b"\x44\x00", struct.pack(">H", 2), *places)
        return box(b"meta", b"\0\0\0\0", iinf, iloc)

    start = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(start) + box(b"mdat", b"image" + b"Exif Secret")


def archive(**parts: str) -> bytes:
    """A ZIP with these parts; "__" in a name stands for a slash, "_dot_" for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


def office(part: str) -> bytes:
    """A newer office document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(part, "<document/>")
    return out.getvalue()


def ole(*names: str) -> bytes:
    """An older office document: one sector of table, one of directory."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHH", header, 26, 3, 0xFFFE, 9)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *([0xFFFFFFFF] * 126))
    directory = b"".join(_entry(name) for name in ("Root Entry", *names)).ljust(512, b"\0")
    return bytes(header) + fat + directory


def _entry(name: str) -> bytes:
    words = name.encode("utf-16-le") + b"\0\0"
    return (words.ljust(64, b"\0") + struct.pack("<H", len(words))).ljust(128, b"\0")


def mp3() -> bytes:
    """Two frames of 417 bytes."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 2


TAKEN: dict[str, bytes] = {
    "jpg": picture(), "png": picture("PNG"), "gif": gif(), "webp": picture("WEBP"), "heic": heic(),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "rtf": b"{\\rtf1\\ansi A letter.}",
    "docx": office("word/document.xml"), "xlsx": office("xl/workbook.xml"), "pptx": office("ppt/presentation.xml"),
    "odt": archive(mimetype="application/vnd.oasis.opendocument.text"),
    "ods": archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "odp": archive(mimetype="application/vnd.oasis.opendocument.presentation"),
    "hwpx": archive(mimetype="application/hwp+zip"),
    "doc": ole("WordDocument"), "xls": ole("Workbook"), "ppt": ole("PowerPoint Document"),
    "hwp": ole("FileHeader", "DocInfo"),
    "mp3": mp3(), "m4a": box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom"), "wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(20),
    "ogg": b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead" + bytes(10), "amr": b"#!AMR\n" + bytes(30),
    "mp4": box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41"), "mov": box(b"ftyp", b"qt  \0\0\0\0qt  "),
    "webm": bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d") + bytes(50),
    "3gp": box(b"ftyp", b"3gp4\0\0\0\0isom3gp4"), "txt": b"The lamp is dark.\n",
}  # fmt: skip

REFUSED: dict[str, bytes] = {
    "web page": b"<!DOCTYPE html><html><script>alert(1)</script>",
    "web page after a blank": b"\n\n  <html>",
    "web page behind words": b"Hello <script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg with a head": b"<?xml version='1.0'?><svg/>",
    "utf-16 web page": "\ufeff<html><script>".encode("utf-16-le"),
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET['c']);",
    "programme": b"MZ\x90\x00" + bytes(200) + b"PE\0\0" + bytes(200),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(100),
    "zip": archive(letter_dot_txt="words"),
    "empty zip": b"PK\x05\x06" + bytes(18),
    "jar": archive(**{"META-INF__MANIFEST_dot_MF": "x", "a_dot_class": "y"}),
    "document with macros": archive(**{"[Content_Types]_dot_xml": "x", "word__document_dot_xml": "y",
                                       "word__vbaProject_dot_bin": "z"}),
    "old document with macros": ole("WordDocument", "Macros"),
    "installer": ole("Property", "!_StringData"),
    "broken zip": b"PK\x03\x04" + bytes(300),
    "broken container": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
    "avif": box(b"ftyp", b"avif\0\0\0\0mif1avif"),
    "matroska": bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f3810842828b6d6174726f736b61") + bytes(50),
    "avi": b"RIFF\x24\0\0\0AVI LIST" + bytes(40),
    "tar": b"letter.txt".ljust(257, b"\0") + b"ustar\x0000" + bytes(248),
    "gzip": b"\x1f\x8b\x08" + bytes(30),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(30),
    "seven zip": b"7z\xbc\xaf\x27\x1c" + bytes(30),
    "bytes": bytes(range(256)) * 4,
    "nul in text": b"words\x00words",
    "tiff": b"II*\x00" + bytes(40),
}  # fmt: skip
