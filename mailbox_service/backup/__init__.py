"""Backup and restore: the database as of one moment with the files it names, and the way back from it.

`make` writes a folder that holds no secret; `restore` makes a running city of it again, without the letters
that were erased since. `postgresql` calls that database's own tools.
"""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]  # a line to whoever watches


class BackupError(ValueError):
    """Why it can't be done. The text is the sentence."""
