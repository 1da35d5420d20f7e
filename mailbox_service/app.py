"""The service as one ASGI application: opens the house, hangs every door, and says no in the visitor's language."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import Message, Scope

from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.jobs import runner
from mailbox_service.render import Renderer
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.web import admin, demo, errors, manager, on_paper, preview, public, staff
from mailbox_service.web.chosen import Chosen
from mailbox_service.web.front import Front
from mailbox_service.web.site import Site, Visit
from mailbox_service.web.static import Assets, static
from mailbox_service.web.topics import Topics

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Service(Litestar):
    """The application, which answers HEAD with the head of what GET gets."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await super().__call__(scope, receive, send)

        async def send_head(message: Any) -> None:
            if message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        got: Any = {**scope, "method": "GET"}
        await super().__call__(got, receive, send_head)


def create_app(settings: Settings, *, worker: bool = False) -> Litestar:
    """The application. With `worker` it also runs the jobs, as one machine does; else `mailbox work` runs them."""
    site = open_site(settings)

    jobs = _Jobs(site)

    async def open_doors() -> None:
        site.render.warm()  # no visitor waits for a template to be compiled
        if worker:
            jobs.start()

    async def close() -> None:
        await jobs.stop()
        await site.db.close()

    return Service(
        [
            static,
            *public.doors,
            *staff.doors,
            *preview.doors,
            *on_paper.doors,
            *manager.doors,
            *admin.doors,
            *demo.doors,
        ],
        state=State({"site": site}),
        request_class=Visit,
        before_request=_read_choices,
        exception_handlers={Exception: errors.answer},
        before_send=[_finish],
        on_startup=[open_doors],
        on_shutdown=[close],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
        debug=False,
    )


async def _read_choices(visit: Any) -> None:
    """Let the page show what the administrators chose last."""
    await visit.site.chosen.refresh(visit.site.db)


class _Jobs:
    """The jobs' runner beside the doors, when one process does both."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        site = self._site
        self._running = asyncio.create_task(runner.run(site.db, site.settings, site.book, self._stop))

    async def stop(self) -> None:
        """Let what is being done be finished first."""
        self._stop.set()
        if self._running is not None:
            await self._running


def open_site(settings: Settings) -> Site:
    """Everything the doors stand on, opened."""
    assets = Assets()
    render = Renderer(settings.zone)
    render.share(asset=assets.href, kept_years=settings.retention_years)
    return Site(
        settings=settings,
        db=Database(settings.database_url, connections=settings.database_connections),
        book=CityBook(settings.zone, settings.working_language),
        files=Files(settings.files_dir),
        render=render,
        assets=assets,
        topics=Topics(),
        front=Front(),
        chosen=Chosen(settings),
    )


async def _finish(message: Message, scope: Scope) -> None:
    """What every answer leaves with: the headers that protect it, and the cookies its visit has to set."""
    if message["type"] != "http.response.start":
        return
    more = [(b"set-cookie", cookie.header) for cookie in scope["state"].get("cookies", ())]
    if scope["litestar_app"].state.site.settings.https:
        more.append(ONLY_HTTPS)
    message["headers"] = [*message["headers"], *HEADERS, *more]
