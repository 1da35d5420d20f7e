"""/manager/definitions: what every figure counts, what is left out, and how it is kept honest."""

from __future__ import annotations

from litestar import Response

from mailbox_service.base.language import say
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.manager import asking, room, tables
from mailbox_service.web.manager.figures import GROUP_NAMES
from mailbox_service.web.manager.offices import RANKED_FROM
from mailbox_service.web.manager.room import Block
from mailbox_service.web.manager.tables import GROUPS, GROWS_BY, GROWS_FROM

PATH = "/manager/definitions"


async def show(desk: Desk) -> Response[bytes]:
    """Every definition, in the groups of the page of all figures.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked, lang = asking.asked(desk), desk.lang
    general = [
        (say(lang, "Which letters"), say(lang, "definition.scope")),
        (say(lang, "Median and p90"), say(lang, "definition.days")),
        (say(lang, "Rank"), say(lang, "figures.place", least=RANKED_FROM)),
        (say(lang, "Grows"), say(lang, "figures.change", least=GROWS_FROM, percent=f"{GROWS_BY:.0%}")),
    ]
    blocks = [Block(say(lang, "For all figures"), meanings=general)]
    blocks += [
        Block(say(lang, GROUP_NAMES[name]), meanings=tables.meanings(lang, tables.wanted(*group)))
        for name, group in GROUPS.items()
    ]
    return await room.show(asked, PATH, blocks, form=False)


doors = [hang("GET", PATH, show)]
