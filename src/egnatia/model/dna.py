"""What agreements and records say of DNA profiles; what is in a profile, only the engine knows."""

from dataclasses import dataclass
from enum import StrEnum


class ProfileKind(StrEnum):
    """What a profile is of. Rules say which kinds may be compared with which."""

    PERSON = "person"
    TRACE = "trace"
    MIXTURE = "mixture"
    REMAINS = "remains"
    MISSING = "missing"
    RELATIVE = "relative"
    VICTIM = "victim"
    ELIMINATION = "elimination"


OPEN_KINDS = frozenset({ProfileKind.TRACE, ProfileKind.MIXTURE, ProfileKind.REMAINS})
"""Of which nobody knows whose they are; before one leaves it is held against the guarded."""
GUARDED_KINDS = frozenset({ProfileKind.ELIMINATION, ProfileKind.VICTIM})
"""Of whoever may have touched a trace, and of victims: held against traces here and searched for nobody."""


@dataclass(frozen=True, slots=True)
class DnaTerms:
    """What a grant on `dna_person` or `dna_trace` says besides: by which rules, with what, and how much at once.

    Attributes:
        rules: id of the rule set by which both ends compare.
        asked_with: kinds of the asking partner's profiles that may be sent: persons and traces apart (requirement FOR-02).
        batch_max: profiles that one authorised batch may hold; 0 where batches are not granted.
        automatic: whether every new profile of the asking partner may be compared without an officer's act for each.
        held: profiles that the answering partner holds, as the agreement says; None where it does not.
        own_rules: the rule set itself, where the agreement has one of its own; None for a shipped one.
    """

    rules: str
    asked_with: tuple[ProfileKind, ...]
    batch_max: int = 0
    automatic: bool = False
    held: int | None = None
    own_rules: str | None = None


class ProfileCategory(StrEnum):
    """Why a profile is kept, which decides for how long (ENFSI, DNA database management, categories and retention)."""

    CONVICTED = "convicted"
    SUSPECT = "suspect"
    VOLUNTEER = "volunteer"
    """Given with consent for one case."""
    CRIME_SCENE = "crime_scene"
    UNIDENTIFIED_REMAINS = "unidentified_remains"
    MISSING_PERSON = "missing_person"
    RELATIVE = "relative"
    """Given with consent to find a missing person, and for nothing else."""
    VICTIM = "victim"
    STAFF = "staff"
    POLICE = "police"
    MANUFACTURER = "manufacturer"
    """Of consumables: with staff and police what a trace may have been touched by."""


class SampleState(StrEnum):
    """Where the sample is from which a profile was made: its life is another than the profile's."""

    HELD = "held"
    DESTROYED = "destroyed"
    NEVER_HELD = "never_held"


class Disposition(StrEnum):
    """What a qualified examiner finds of a DNA candidate (ENFSI, dispositioning)."""

    CONFIRMED = "confirmed"
    MORE_LOCI = "more_loci"
    """Undecided until more loci are typed."""
    EXCLUDED = "excluded"
    """More loci were typed and do not agree."""
    ADVENTITIOUS = "adventitious"
    DUPLICATE = "duplicate"
    """Known already: the same person or trace under another number."""
    TWIN = "twin"
    CONTAMINATION = "contamination"
    NO_VALUE = "no_value"
    """It holds, and nothing is to be investigated."""


class UpgradeState(StrEnum):
    """Where a request for more loci stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"


class EliminationState(StrEnum):
    """What became of a trace that agrees with somebody who may have touched it."""

    OPEN = "open"
    CONTAMINATION = "contamination"
    """It is theirs: it never leaves this node."""
    CLEARED = "cleared"
    """Two people found that it is not; it may be asked about."""


class BatchState(StrEnum):
    """Where a batch of DNA questions stands; it is asked after two approvals."""

    PROPOSED = "proposed"
    HALF_APPROVED = "half_approved"
    APPROVED = "approved"
    ASKED = "asked"
    REFUSED = "refused"
