"""Turning a template and its facts into a page or a mail, in one of the four languages.

    render = Renderer(settings.zone)
    render("public/home.html", "ja", {"letters": letters})

Every visible word comes from the catalogues, every date and number from `base.language`. What a
page may say is decided before it comes here.
"""

from mailbox_service.render.environment import Renderer, templates_folder

__all__ = ["Renderer", "templates_folder"]
