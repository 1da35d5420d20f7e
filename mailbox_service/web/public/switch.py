"""Another language, another text size: as links, and as buttons of a form whose text must survive them."""

from __future__ import annotations

from litestar import Response, get
from litestar.exceptions import NotFoundException

from mailbox_service.base.language import LANGUAGES
from mailbox_service.web import pages
from mailbox_service.web.forms import Form
from mailbox_service.web.site import SIZES, YEAR_SECONDS, Visit


@get("/")
async def start(request: Visit) -> Response[bytes]:
    """To the first page in the language chosen before, or the browser's."""
    answer = pages.see_other(f"/{request.preferred_language}")
    answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer


@get("/{lang:str}/size/{size:str}")
async def choose_size(request: Visit) -> Response[bytes]:
    """Keep the text size, and go back to the page it was chosen on."""
    request.require_language()
    size = request.word("size")
    if size not in SIZES:
        raise NotFoundException
    request.keep("size", size, YEAR_SECONDS)
    home = f"/{request.lang}"
    return pages.see_other(pages.local(request.query_params.get("back", home), home))


def follow(visit: Visit, form: Form) -> Response[bytes] | None:
    """What a switch pressed within a form asks for.

    Another language sends the browser, form and all, to the same page there (307). A size is kept;
    the caller then shows its page again with what was typed, as after arriving by a language switch.
    """
    kind, _, wanted = form.line("switch").partition(":")
    if kind == "size" and wanted in SIZES:
        visit.keep("size", wanted, YEAR_SECONDS)
    if kind != "lang" or wanted not in LANGUAGES or wanted == visit.lang:
        return None
    visit.keep("language", wanted, YEAR_SECONDS)
    answer = pages.see_other(pages.in_language(visit.path, wanted))
    answer.status_code = 307
    return answer
