"""A page of demonstrations alone: the mails that would have left."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.demo import mail

doors: list[HTTPRouteHandler] = [mail.start, mail.mails, mail.one_mail]
