"""How an item of information may be handled: one label for all national schemes, whose every field has an order.

A label says what others may do with an item; it never says how good the item is. How good its source and its content
are is a grading, which is kept beside the label as its own scheme wrote it (requirement INT-01).

Each closed list stands from the loosest value to the strictest. `agreements.handling` compares and merges labels.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose


class Scope(StrEnum):
    """The largest circle that an item may reach, whoever is named in it."""

    PUBLIC = "public"
    COMMUNITIES = "communities"
    """Every community that exchanges with another one, but not the public."""
    CONNECTED = "connected"
    """The task force and the communities that are directly connected with it."""
    TASK_FORCE = "task_force"


class Onward(StrEnum):
    """To whom a holder may pass the item on."""

    FREE = "free"
    AUDIENCE_ONLY = "audience_only"
    """To the audience; to anybody else only with the originator's token."""
    ASK_ORIGINATOR = "ask_originator"
    """To nobody without the originator's token, not even within the audience (Europol H2)."""
    NONE = "none"
    """To nobody. The originator gives no token either."""


class EvidenceUse(StrEnum):
    """Whether the item may stand in judicial proceedings."""

    FREE = "free"
    ASK = "ask"
    """Only with the originator's consent (Europol H1)."""


class ActionLimit(StrEnum):
    """What may be done on the strength of the item."""

    OVERT = "overt"
    COVERT_USE = "covert_use"
    COVERT_DEVELOPMENT = "covert_development"
    NONE = "none"


class Sanitisation(StrEnum):
    """Who may make a version that does not show the source."""

    DELEGATED = "delegated"
    """The holder, by delegated authority."""
    CONSULT = "consult"
    """The holder after asking the originator."""


class ConsentState(StrEnum):
    """Where a request to an originator stands."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    """One officer of the originator proposes to consent; a second has to decide."""
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hold the item: everybody inside all three limits.

    Attributes:
        scope: the largest circle.
        orgs: the organisations named, by partner code; None names none and leaves the circle as it is.
        persons: opaque references of the persons named; None names none.
    """

    scope: Scope = Scope.TASK_FORCE
    orgs: frozenset[str] | None = None
    persons: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """The canonical label.

    Attributes:
        originators: whose consent counts; one for an item, several for what was merged from items of several.
        audience: who may hold it.
        onward: to whom a holder may pass it on.
        evidence_use: whether it may stand in proceedings.
        action: what may be done on the strength of it.
        sanitisation: who may make a sanitised version.
        purposes: for what it may be used.
        review_on: the day by which it has to be looked at again.
        erase_on: the day on which it has to be gone.
        conditions: what else was demanded, in the originator's words; all of them hold.
    """

    originators: frozenset[PartnerCode]
    audience: Audience = Audience()
    onward: Onward = Onward.AUDIENCE_ONLY
    evidence_use: EvidenceUse = EvidenceUse.FREE
    action: ActionLimit = ActionLimit.OVERT
    sanitisation: Sanitisation = Sanitisation.DELEGATED
    purposes: frozenset[Purpose] = frozenset(Purpose)
    review_on: date | None = None
    erase_on: date | None = None
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grading:
    """How good source and content are, as the national scheme wrote it; never converted on the way (INT-01).

    Attributes:
        scheme: the scheme's name, such as `3x5x2`.
        source: its code for the source.
        information: its code for the information.
    """

    scheme: str
    source: str
    information: str
