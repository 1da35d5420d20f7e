"""What each process of the web server answers with; the server calls one of these as the process begins."""

from __future__ import annotations

from litestar import Litestar

from mailbox_service.app import create_app
from mailbox_service.base.settings import read_settings
from mailbox_service.serve import write_log


def doors_and_jobs() -> Litestar:
    """The application of a process that also works."""
    return _application(worker=True)


def doors() -> Litestar:
    """The application of a process that only answers."""
    return _application(worker=False)


def _application(*, worker: bool) -> Litestar:
    settings = read_settings()
    write_log(settings)
    return create_app(settings, worker=worker)
