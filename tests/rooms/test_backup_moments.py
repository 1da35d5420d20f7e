"""A backup that takes its time: the database is changed meanwhile, and the disk fails."""

from __future__ import annotations

import sqlalchemy as sa

from mailbox_service import migrations
from mailbox_service.backup import manifest
from mailbox_service.base.files import Files
from tests.databases import rows
from tests.rooms.kept import backup, bring_back


async def test_a_backup_names_the_shape_its_copy_has_when_the_city_is_migrated_meanwhile(post, fresh, tmp_path):
    had = migrations.head()

    def say(line: str) -> None:
        if line.startswith("Files"):
            with rows(post.db.url) as session:
                session.connection().execute(sa.text("update alembic_version set version_num = '0099_later'"))

    made = await backup(post, tmp_path / "backup", say)

    assert made.migration == had
    assert (await bring_back(fresh, tmp_path / "backup")).chain.broken is None


async def test_a_file_that_the_disk_can_not_read_is_named_and_the_rest_is_saved(post, fresh, tmp_path):
    first, second = sorted(Files(post.settings.files_dir).keys())
    bad = manifest.place(post.settings.files_dir, first)
    bad.unlink()
    bad.symlink_to("/proc/self/mem")  # reading its beginning is an input/output error

    made = await backup(post, tmp_path / "backup")

    assert made.missing == [first]
    await bring_back(fresh, tmp_path / "backup")
    assert list(Files(fresh.files_dir).keys()) == [second]
