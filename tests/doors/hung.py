"""The application for tests: its two hundred doors are hung once, for that takes longer than most tests do."""

from __future__ import annotations

from copy import copy
from functools import cache
from pathlib import Path

from litestar import Litestar
from litestar.datastructures import State
from pydantic import SecretStr

from mailbox_service.app import create_app, open_site
from mailbox_service.base.settings import Settings


def open_app(settings: Settings) -> Litestar:
    """What `create_app` makes of these settings, but for the worker: the same doors around a site of its own."""
    app = copy(_doors())
    app.state = State({"site": open_site(settings)})
    return app


@cache
def _doors() -> Litestar:
    nowhere = Path("/nowhere")
    return create_app(Settings(database_url=f"sqlite:///{nowhere}/db", data_dir=nowhere, secret=SecretStr("s" * 40)))
