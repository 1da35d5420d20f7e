"""Letters that went the whole way to the public, and where they can be met there."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from mailbox_service.base import clock
from mailbox_service.tickets.life import handle, publish, reply, route
from mailbox_service.tickets.life.publish import Copy

COPY = Copy("地铁站的电梯坏了", "二号线的电梯坏了，税务局旁边。", "电梯已修好。")


async def a_published_letter(citizen, copy=COPY, *, topic="streets", decided=True, **more):
    """A letter that went the whole way; answers its number and the public id."""
    facts = {"language": "zh", "written_in": "zh", "publication_consent": True} | more
    facts["topic_id"] = citizen.town.topics[topic]

    def go(session):
        town, now = citizen.town, clock.now()
        number = town.letter(session, "电梯", now=now, **facts)
        for who, verb, *arguments in (
            ("karl", route.route, town.offices["roads"]),
            ("dora", handle.sign_for),
            ("dora", reply.submit_reply, "电梯已修好。"),
            ("hugo", reply.approve, 1),
            *((("finn", reply.translate_reply, 1, "Mended."),) if facts["language"] != "zh" else ()),
            ("karl", publish.propose_publication, copy, "of use"),
            *((("kim", publish.decide_publication, True),) if decided else ()),
        ):
            town.act(session, number, who, verb, *arguments, now=clock.now())
        return number, town.case(session, number).publications[-1].public_id

    return await citizen.site.db.writing(go)


async def everywhere(citizen, public_id, word="电梯"):
    """Where the letter can be met: its own page, list, search, feed, sitemap."""
    own = await citizen.get(f"/en/published/{public_id}")
    others = {
        "list": "/en/published",
        "search": f"/en/published?q={word}",
        "both": f"/en/search?q={word}",
        "feed": "/en/published.atom",
        "sitemap": "/sitemap.xml",
    }
    found = {name: public_id in (await citizen.get(path)).text for name, path in others.items()}
    return {"page": own.status_code == 200} | found
