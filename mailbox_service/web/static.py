"""Style sheets, scripts and icons under names that hold their content's digest, kept by browsers for ever.

Modules that import each other keep their plain names, which must be asked for anew each time.
Every file is packed once, when the service starts.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: what it holds, its type, its digest, and the same packed; b"" when packing gains nothing."""

    content: bytes
    type: str
    digest: str
    packed: bytes = b""


class Assets:
    """Every file of the folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = _read(folder)
        self._named = {self._address(name, asset): name for name, asset in self._files.items()}

    def href(self, name: str) -> str:
        """The address of a file: /static/css/site.3f2a9c10.css. Fails loudly for a file that isn't there."""
        return f"/static/{self._address(name, self._files[name])}"

    def find(self, path: str) -> tuple[Asset, bool] | None:
        """The file under that path, and whether the path held its digest."""
        if name := self._named.get(path):
            return self._files[name], True
        asset = self._files.get(path)
        return (asset, False) if asset else None

    @staticmethod
    def _address(name: str, asset: Asset) -> str:
        stem, _, ending = name.rpartition(".")
        return f"{stem}.{asset.digest}.{ending}"


def _read(folder: Path) -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            packed = gzip.compress(content, 9, mtime=0)
            smaller = packed if len(packed) < len(content) * 0.9 else b""
            found[path.relative_to(folder).as_posix()] = Asset(content, TYPES[path.suffix], digest, smaller)
    return found


def takes_packed(request: Request[Any, Any, Any]) -> bool:
    """Whether the browser unpacks gzip."""
    wanted = (request.headers.get("accept-encoding") or "").lower().split(",")
    return any(way.partition(";")[0].strip() == "gzip" and not _NEVER.search(way) for way in wanted)


_NEVER = re.compile(r"q\s*=\s*0(\.0*)?\s*$")


@get("/static/{path:path}", sync_to_thread=False)
def static(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """One file, or that the browser has it already."""
    assets: Assets = request.app.state.site.assets
    found = assets.find(str(request.path_params["path"]).lstrip("/"))
    if found is None:
        raise NotFoundException
    asset, for_ever = found
    tag = f'"{asset.digest}"'
    headers = {"ETag": tag, "Cache-Control": FOR_EVER if for_ever else ASK_AGAIN, "Vary": "Accept-Encoding"}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response(b"", status_code=304, headers=headers, media_type=asset.type)
    if asset.packed and takes_packed(request):
        return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.type)
    return Response(asset.content, headers=headers, media_type=asset.type)
