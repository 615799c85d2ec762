"""What may stand in each message about DNA: the fields of Regulation (EU) 2024/982 art. 9, and what a grant is judged by.

Who asks, when, and the question's number stand in the envelope. Beyond the article there are only the grant, the purpose
and the offence, without which nobody could say whether the question is allowed, by which rules both compare, and among how
many profiles, without which nobody could say what chance gives. No case, no officer, no justification.
"""

from typing import Annotated, Any

import msgspec

from egnatia.enquiries.messages import MAX_REFS, Body, GrantText, IdText, RefText
from egnatia.model.states import Offence, Purpose, RefusalReason, ReplyResult

DNA_ENQUIRY = "dna_enquiry"
DNA_REPLY = "dna_reply"
DNA_UPGRADE = "dna_upgrade"
DNA_MORE_LOCI = "dna_more_loci"

HashText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
LocusText = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class DnaEnquiryBody(Body, frozen=True):
    """Step 1, asked: one profile.

    Attributes:
        number: by which the asking partner knows it towards this one.
        identified: whether the asking partner knows whose it is.
        profile: reference data, checked by the engine (`engines.dna.formats.reference_data`).
        rules: hash of the rules by which the asking partner compares.
    """

    grant: GrantText
    purpose: Purpose
    offence: Offence
    number: RefText
    identified: bool
    profile: dict[str, Any]
    rules: HashText


class DnaMatchBody(Body, frozen=True):
    """One profile that agrees: its number, whether it is known whose it is, and the profile itself."""

    number: RefText
    identified: bool
    profile: dict[str, Any]


class DnaReplyBody(Body, frozen=True):
    """Step 1, answered: one, several or none, by the rules that the grant names; or refused with its one reason.

    `number` is the asked profile's, repeated, so that an answer can be laid beside its question. `searched` is how many
    profiles it was compared with, rounded up to two digits, and `rules` by which; a refusal has neither.
    """

    result: ReplyResult
    number: RefText
    matches: Annotated[list[DnaMatchBody], msgspec.Meta(max_length=MAX_REFS)] = msgspec.field(default_factory=list)
    reason: RefusalReason | None = None
    searched: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] | None = None
    rules: HashText | None = None


class DnaUpgradeBody(Body, frozen=True):
    """More loci are asked for of a profile that was returned in this conversation."""

    upgrade: IdText
    number: RefText
    loci: Annotated[list[LocusText], msgspec.Meta(min_length=1, max_length=24)]


class DnaMoreLociBody(Body, frozen=True):
    """The answer of a laboratory's officer: the profile with what was typed since, or none where nothing can be."""

    upgrade: IdText
    number: RefText
    profile: dict[str, Any] | None = None
