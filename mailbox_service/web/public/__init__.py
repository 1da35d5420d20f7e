"""The citizens' pages: write a letter, find it again, take part in its life, judge the reply."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from mailbox_service.web.public import acts, contact, home, letter, rate, receipt, switch, track, write

doors: list[HTTPRouteHandler] = [
    switch.start,
    switch.choose_size,
    home.home,
    home.privacy,
    home.accessibility,
    write.write,
    write.send,
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
