"""What a letter's form asks, and what makes an answer good; the same for the one page, the steps and the check page.

All a visitor has filled in travels in the form itself, so nothing typed is kept here before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailbox_service.base import tokens
from mailbox_service.web import csrf, forms, uploads
from mailbox_service.web.letter_form import LetterForm as LetterForm
from mailbox_service.web.letter_form import mail_address as mail_address
from mailbox_service.web.letter_form import phone_number as phone_number
from mailbox_service.web.letter_form import topic_id as topic_id
from mailbox_service.web.letter_form import written_in as written_in
from mailbox_service.web.page import Problem
from mailbox_service.web.site import Visit

TRAP = "website"  # a field people don't see and programs fill in
LINES = (
    *("kind", "topic", "subject", "name", "email", "phone", "identity", "language", "wants_reply", "consent"),
    "after",  # the ended letter that this one goes on
)
FRESH = {"identity": "named", "wants_reply": "yes"}

PAGE, CHECK = "page", "check"  # the one page; the check page
FIELDS: Mapping[str, Sequence[str]] = {
    "kind": ("kind", "topic"),
    "letter": ("subject", "text"),
    "files": ("files",),
    "you": ("identity", "name", "email", "phone", "language", "wants_reply", "consent"),
    CHECK: (),
}

# --- What is filled in so far ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a visitor has filled in so far, and where they are.

    `step` is the view they see: the one page, a step, or the check page. `way` is what *Change* leads
    back to, `changing` a step that leads to the check page again. `once` tells this letter from all
    others, `begun` when its form was opened, `checked` that the check page was shown.
    """

    typed: Mapping[str, str]
    step: str
    once: str
    way: str = PAGE
    changing: bool = False
    begun: str = ""
    checked: str = ""
    trapped: bool = False

    @classmethod
    def fresh(cls, visit: Visit, step: str) -> Sheet:
        """An empty one."""
        after = tokens.read_number(visit.query_params.get("after", "")) or ""
        typed = {**dict.fromkeys((*LINES, "text"), ""), **FRESH, "language": visit.lang, "after": after}
        way = PAGE if step == PAGE else "steps"
        return cls(typed, step, tokens.fresh_token(), way, begun=csrf.stamp(visit, "begun"))

    @classmethod
    def of(cls, form: forms.Form) -> Sheet:
        """What was sent, for the checks and to be shown again. A form without its own mark gets one."""
        typed = {name: form.line(name) for name in LINES} | {"text": form.text("text").strip("\n")}
        step, once = form.line("step"), form.line("once")
        return cls(
            typed,
            step if step in FIELDS else PAGE,
            once if 16 <= len(once) <= 64 else tokens.fresh_token(),
            "steps" if form.line("way") == "steps" else PAGE,
            form.line("changing") == "yes",
            form.line("begun")[:100],
            form.line("checked")[:100],
            bool(form.raw(TRAP)),
        )

    def at(self, step: str) -> Sheet:
        """The same, at another view. The one page and the steps are remembered as the way here."""
        way = self.way if step == CHECK else PAGE if step == PAGE else "steps"
        return replace(self, step=step, way=way)

    def anew(self) -> Sheet:
        """The same words as another letter."""
        return replace(self, once=tokens.fresh_token(), checked="")

    def holder(self, visit: Visit) -> str:
        """Whose the files are that wait for this letter."""
        return uploads.holder(visit, self.once)

    def carried(self) -> dict[str, str]:
        """The fields that this view doesn't show, for the form to bring back unseen."""
        shown = {name for names in FIELDS.values() for name in names} if self.step == PAGE else FIELDS[self.step]
        unseen = {name: value for name, value in self.typed.items() if value and name not in shown}
        own = {
            "step": self.step,
            "way": self.way,
            "once": self.once,
            "begun": self.begun,
            "checked": self.checked,
            "changing": "yes" if self.changing else "",
        }
        return unseen | {name: value for name, value in own.items() if value}


async def good(visit: Visit, sheet: Sheet) -> tuple[LetterForm | None, list[Problem]]:
    """The letter as it can be sent, or every problem at once in the order of the fields."""
    said, problems = forms.filled(LetterForm, sheet.typed, visit.lang, visit.site.settings)
    if sheet.typed["topic"] and not await _is_topic(visit, topic_id(sheet.typed["topic"])):
        problems = [*problems, forms.problem(visit.lang, "topic", "wrong")]
    if sheet.trapped:
        problems = [*problems, forms.problem(visit.lang, TRAP, "not_empty")]
    return said, problems


async def _is_topic(visit: Visit, chosen: int | None) -> bool:
    return any(topic.id == chosen for topic in await visit.site.topics.used(visit.site.db))


def among(problems: Sequence[Problem], step: str) -> list[Problem]:
    """The problems of one view's own fields."""
    return [problem for problem in problems if step == PAGE or problem.field in (*FIELDS[step], TRAP)]


def first_wrong(problems: Sequence[Problem]) -> str:
    """The first step that has a problem."""
    wrong = {problem.field for problem in problems}
    return next((step for step, names in FIELDS.items() if wrong.intersection(names)), "letter")


def steps(visit: Visit) -> list[str]:
    """The short steps in their order, the check page last; without that of files when none are taken."""
    return [step for step in FIELDS if step != "files" or visit.site.settings.upload_max_files]


def there(visit: Visit, sheet: Sheet) -> Sheet:
    """The sheet at a step this city has: who comes from that of files where none are taken is at the letter's."""
    return sheet if sheet.step in (PAGE, *steps(visit)) else sheet.at("letter")
