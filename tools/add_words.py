"""Adds translations to the four catalogues: one line each on standard input, parted by tabs.

    file <TAB> msgid <TAB> en <TAB> zh <TAB> ja <TAB> ko

`file` is a catalogue's name without ".po" (public, staff, refusals …). `en` stays empty where the
msgid is the English sentence itself. A plural is written "one || many" as msgid (and as en, if it
has one); the other languages need one form. "\\n" is a line break. An entry that exists is
replaced. Lines with a wrong number of parts, an empty translation or placeholders that differ are
refused and named; the others are stored. Two runs at once wait for each other.

    printf 'public\\tWrite a letter\\t\\t我要写信\\t手紙を書く\\t민원 쓰기\\n' | python tools/add_words.py
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

LOCALES = Path(__file__).parent.parent / "mailbox_service" / "locales"
FOLDERS = {"en": "en", "zh": "zh_Hans", "ja": "ja", "ko": "ko"}
PLURALS = {"en": "nplurals=2; plural=(n != 1);"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Line = tuple[str, str, dict[str, str]]  # file, msgid, translations by language


def add_words(lines: Iterable[str], locales: Path = LOCALES) -> list[str]:
    """Merge the lines into the catalogues; answers the problems of those that were refused."""
    good: list[Line] = []
    problems: list[str] = []
    for place, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip().replace("\\n", "\n") for part in line.rstrip("\n").split("\t")]
        if why := _problem(parts):
            problems.append(f"line {place}: {why}: {line.strip()[:80]}")
        else:
            good.append((parts[0], parts[1], dict(zip(FOLDERS, parts[2:], strict=True))))
    with _alone(locales):
        for file in sorted({line[0] for line in good}):
            for lang, folder in FOLDERS.items():
                _merge(locales / folder / f"{file}.po", lang, [line for line in good if line[0] == file])
    return problems


def _problem(parts: list[str]) -> str | None:
    if len(parts) != 6:
        return f"{len(parts)} parts instead of 6"
    file, msgid, english, *others = parts
    if not re.fullmatch(r"[a-z0-9_]+", file) or not msgid:
        return "no file or no msgid"
    if not all(others):
        return "a translation is missing"
    asked = set(_PLACEHOLDER.findall(english or msgid))
    for text in others:
        if (found := set(_PLACEHOLDER.findall(text))) != asked and not ("||" in msgid and found < asked):
            return f"placeholders differ ({', '.join(sorted(found ^ asked))})"
    return None


def _merge(path: Path, lang: str, lines: list[Line]) -> None:
    catalogue = Catalog(locale=FOLDERS[lang])
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=FOLDERS[lang])
    for _, msgid, said in lines:
        if said[lang]:
            _put(catalogue, msgid, said[lang])
    if len(catalogue):
        _write(path, lang, catalogue)


def _put(catalogue: Catalog, msgid: str, text: str) -> None:
    if "||" in msgid:
        one, many = (part.strip() for part in msgid.split("||"))
        forms = [part.strip() for part in text.split("||")]
        catalogue.delete((one, many))
        catalogue.add((one, many), forms if len(forms) == catalogue.num_plurals else forms[-1:])
    else:
        catalogue.delete(msgid)
        catalogue.add(msgid, text)


def _write(path: Path, lang: str, catalogue: Catalog) -> None:
    body = BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {FOLDERS[lang]}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS.get(lang, "nplurals=1; plural=0;")}\\n"\n\n'
    )
    aside = path.with_suffix(".new")
    aside.write_text(header + body.getvalue().decode().strip("\n") + "\n", "utf-8")
    aside.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: another run waits here."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    refused = add_words(sys.stdin)
    print("\n".join(refused) or "Added.")
    sys.exit(1 if refused else 0)
