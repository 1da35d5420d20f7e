"""How PostgreSQL's own tools are told where the database is."""

from __future__ import annotations

import os

from mailbox_service.backup import postgresql


def test_certificates_named_in_the_address_reach_the_tools(tmp_path, monkeypatch):
    tool, said = tmp_path / "pg_dump", tmp_path / "said"
    tool.write_text(f'#!/bin/sh\necho "$PGSSLMODE $PGSSLROOTCERT $PGSSLCERT $PGSSLKEY" > {said}\n', "utf-8")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = "sslmode=verify-full&sslrootcert=/etc/ca.pem&sslcert=/etc/me.pem&sslkey=/etc/me.key"

    postgresql.dump(f"postgresql+psycopg://me@db.example/city?{asked}", tmp_path / "dump", "a snapshot")

    assert said.read_text("utf-8") == "verify-full /etc/ca.pem /etc/me.pem /etc/me.key\n"
