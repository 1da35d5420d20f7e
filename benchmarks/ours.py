"""Our service for the benchmarks: the web alone, its jobs switched off, so that a request's cost is its own."""

from __future__ import annotations

from litestar import Litestar

from mailbox_service.app import create_app
from mailbox_service.base.settings import read_settings


def app() -> Litestar:
    """The service as configured by the environment."""
    return create_app(read_settings())
