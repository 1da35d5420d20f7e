"""The citizens' pages: write a letter, find it again, take part in its life, judge the reply."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

doors: list[HTTPRouteHandler] = []
