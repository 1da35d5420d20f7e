"""The enumerated words of a ticket's rows. Their readings in four languages stand in the catalogue `words`."""

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands (DOMAIN §3)."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_CITIZEN = "awaiting_citizen"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    SPAM = "spam"


class Kind(StrEnum):
    """What a letter is. A report is of misconduct; "something is broken" is help."""

    ENQUIRY = "enquiry"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    HELP = "help"
    REPORT = "report"
    PRAISE = "praise"


class Channel(StrEnum):
    """How a letter came in."""

    WEB = "web"
    MAIL = "mail"
    API = "api"
    PHONE = "phone"
    COUNTER = "counter"
    PAPER = "paper"


class Identity(StrEnum):
    """How the citizen wants to be known. Hidden is from the handling department, not only from the public."""

    NAMED = "named"
    HIDDEN = "hidden"
    ANONYMOUS = "anonymous"


class RoundReason(StrEnum):
    """What began a round."""

    RECEIPT = "receipt"
    REOPENING = "reopening"
    REVIEW = "review"


class Outcome(StrEnum):
    """How a round ended."""

    ANSWERED = "answered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


class ReviewOutcome(StrEnum):
    """What a review found."""

    UPHELD = "upheld"
    CHANGED = "changed"


class Share(StrEnum):
    """Whether an office leads or co-handles."""

    LEAD = "lead"
    CO = "co"


class AssignmentEnd(StrEnum):
    """Why an office's part ended. Only `completed` keeps the office's sight of the ticket."""

    COMPLETED = "completed"
    RETURNED = "returned"
    REROUTED = "rerouted"


class MessageKind(StrEnum):
    """What a message between citizen and city is. Letter, addition and answer come from the citizen."""

    LETTER = "letter"
    ADDITION = "addition"
    ANSWER = "answer"
    QUESTION = "question"
    INFORMATION = "information"


class ReplyState(StrEnum):
    """A version of a reply: being checked, sent back with remarks, or sent to the citizen."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    SENT = "sent"


class Step(StrEnum):
    """The steps before a reply goes out, in this order."""

    HEAD = "head"
    APPROVER = "approver"
    TRANSLATION = "translation"


class ProposalKind(StrEnum):
    """What one person proposes and another decides."""

    DECLINE = "decline"
    TRANSFER = "transfer"
    RETURN = "return"
    EXTEND = "extend"
    REOPEN = "reopen"
    REVIEW = "review"
    PUBLISH = "publish"
    UNRESTRICT = "unrestrict"
    ERASE = "erase"


class ProposalOutcome(StrEnum):
    """What became of a proposal. It lapses when the ticket ends before anybody decided."""

    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Satisfaction(StrEnum):
    """The citizen's verdict on a reply."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    DISSATISFIED = "dissatisfied"


class Part(StrEnum):
    """The part somebody plays in one ticket's life: the letters of DOMAIN's table of acts."""

    CITIZEN = "C"
    CLERK = "K"
    OFFICER = "O"
    HEAD = "H"
    CO_OFFICER = "X"
    APPROVER = "A"
    TRANSLATOR = "T"
    MANAGER = "M"
    DESK = "R"
    SYSTEM = "S"


class ActorKind(StrEnum):
    """Who acts: a member of staff, the citizen who wrote, or the service itself."""

    STAFF = "staff"
    CITIZEN = "citizen"
    SYSTEM = "system"
