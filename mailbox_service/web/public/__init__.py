"""The citizens' pages: write a letter, find it again, take part in its life, judge the reply."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.public import (
    about,
    acts,
    contact,
    guidance,
    home,
    letter,
    rate,
    receipt,
    search,
    switch,
    track,
    write,
    write_fitting,
)

doors: list[HTTPRouteHandler] = [
    switch.start,
    switch.choose_size,
    home.home,
    about.privacy,
    about.accessibility,
    guidance.guidance,
    guidance.section,
    guidance.article,
    guidance.judge,
    search.search,
    write.write,
    write.in_steps,
    write.send,
    write_fitting.fitting,
    receipt.receipt,
    track.track,
    track.find,
    track.link,
    track.ask_to_stop,
    track.stop,
    letter.letter,
    letter.leave,
    rate.rate,
    rate.judge,
    contact.contact,
    contact.correct,
    acts.ask,
    acts.do,
]
