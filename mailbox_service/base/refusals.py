"""A "no" in the domain's words, which the doors turn into a sentence in the reader's language.

A refusal is an answer, not a fault: it is raised by the rules, caught in one place per door,
and its sentence stands under `refused.<code>` in every catalogue.
"""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a refusal is the domain's word, not an error
    """The act is not done, and nothing is stored.

    `code` names the reason ("reply.empty"); `facts` fill the placeholders of its sentence.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
