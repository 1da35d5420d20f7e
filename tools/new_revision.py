"""Draft the next migration from the difference between the tables and an empty migrated database."""

from __future__ import annotations

import re
import sys
import tempfile

from alembic import command

from mailbox_service import migrations


def main(name: str) -> int:
    """Write versions/NNNN_name.py and note it as the head. Read it before you commit it."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,26}", name):
        print("Say what it does in at most 27 letters: make revision name=add_rating")
        return 1
    number = len(list((migrations.HERE / "versions").glob("*.py"))) + 1
    revision = f"{number:04}_{name}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        migrations.upgrade(url)
        settings = migrations.config(url)
        settings.set_main_option("file_template", "%%(rev)s")
        command.revision(settings, name.replace("_", " ").capitalize(), autogenerate=True, rev_id=revision)
    (migrations.HERE / "head.txt").write_text(revision + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
