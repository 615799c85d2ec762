"""What the console calls kinds, categories and states of DNA profiles, and what officers do with them."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.model.dna import (
    BatchState,
    Disposition,
    EliminationState,
    ProfileCategory,
    ProfileKind,
    SampleState,
    UpgradeState,
)
from egnatia.model.events import EventKind
from egnatia.model.states import Evidence, RefusalReason, SubjectKind

_EVENTS: dict[StrEnum, str] = {
    EventKind.DNA_PROFILES_IMPORTED: N_("DNA profiles imported"),
    EventKind.DNA_PROFILE_LINKED: N_("DNA profile linked to a case"),
    EventKind.DNA_PROFILE_VIEWED: N_("DNA profile viewed"),
    EventKind.DNA_PROFILE_ERASED: N_("DNA profile erased"),
    EventKind.DNA_SAMPLE_DESTROYED: N_("DNA sample destroyed"),
    EventKind.DNA_MATCH_DROPPED: N_("Match that does not hold dropped"),
    EventKind.DNA_ELIMINATED: N_("Trace held back: somebody here may have left it"),
    EventKind.DNA_ELIMINATION_DECIDED: N_("Held trace decided on"),
    EventKind.DNA_BATCH_PROPOSED: N_("Batch of DNA enquiries proposed"),
    EventKind.DNA_BATCH_APPROVED: N_("Batch of DNA enquiries approved"),
    EventKind.DNA_BATCH_REFUSED: N_("Batch of DNA enquiries refused"),
    EventKind.DNA_STANDING_OPENED: N_("Standing DNA comparison ordered"),
    EventKind.DNA_STANDING_APPROVED: N_("Standing DNA comparison approved"),
    EventKind.DNA_STANDING_ENDED: N_("Standing DNA comparison ended"),
    EventKind.DNA_OPINION_GIVEN: N_("Opinion on a DNA candidate given"),
    EventKind.DNA_DISPOSED: N_("DNA candidate closed without a hit"),
    EventKind.DNA_UPGRADE_ASKED: N_("More loci asked for"),
    EventKind.DNA_UPGRADE_RECEIVED: N_("Request for more loci received"),
    EventKind.DNA_UPGRADE_ANSWERED: N_("Request for more loci answered"),
    EventKind.DNA_MORE_LOCI_RECEIVED: N_("More loci received"),
    EventKind.DNA_MARKED: N_("Trace marked as matched by a partner"),
}
_SUBJECTS: dict[StrEnum, str] = {
    SubjectKind.DNA_PERSON: N_("DNA profiles of persons"),
    SubjectKind.DNA_TRACE: N_("DNA profiles of traces"),
}
_REASONS: dict[StrEnum, str] = {
    RefusalReason.PROFILE_KIND_NOT_GRANTED: N_("The grant does not allow profiles of this kind."),
    RefusalReason.PROFILE_TOO_SMALL: N_("The profile has too few loci for these rules."),
    RefusalReason.PROFILE_RULES_DIFFER: N_("The two sides compare DNA by different rules."),
    RefusalReason.PROFILE_ELIMINATED: N_(
        "The trace may be of somebody who worked with it, or of a victim; it is held."
    ),
    RefusalReason.PROFILE_KNOWN_HERE: N_("The trace agrees with a person whom this node knows."),
}
_EVIDENCE: dict[StrEnum, str] = {
    Evidence.DNA_FULL: N_("Every compared locus is the same"),
    Evidence.DNA_WILDCARD: N_("A wildcard stands for an allele that was not read"),
    Evidence.DNA_MICRO_VARIANT: N_("One allele differs by a micro-variant"),
    Evidence.DNA_ONE_ALLELE_OFF: N_("One allele differs"),
}
_KINDS: dict[StrEnum, str] = {
    ProfileKind.PERSON: N_("Person of known identity"),
    ProfileKind.TRACE: N_("Open trace"),
    ProfileKind.MIXTURE: N_("Mixture of several people"),
    ProfileKind.REMAINS: N_("Unidentified remains"),
    ProfileKind.MISSING: N_("Missing person's own profile"),
    ProfileKind.RELATIVE: N_("Relative of a missing person"),
    ProfileKind.VICTIM: N_("Victim"),
    ProfileKind.ELIMINATION: N_("Kept only to find contamination"),
}
_CATEGORIES: dict[StrEnum, str] = {
    ProfileCategory.CONVICTED: N_("Convicted person"),
    ProfileCategory.SUSPECT: N_("Suspected person"),
    ProfileCategory.VOLUNTEER: N_("Volunteer, for one case"),
    ProfileCategory.CRIME_SCENE: N_("Trace of a scene"),
    ProfileCategory.UNIDENTIFIED_REMAINS: N_("Remains of nobody known"),
    ProfileCategory.MISSING_PERSON: N_("Person who is missed"),
    ProfileCategory.RELATIVE: N_("Relative, to find a missing person only"),
    ProfileCategory.VICTIM: N_("Victim of an offence"),
    ProfileCategory.STAFF: N_("Laboratory staff"),
    ProfileCategory.POLICE: N_("Police at the scene"),
    ProfileCategory.MANUFACTURER: N_("Manufacturer of consumables"),
}
_SAMPLES: dict[StrEnum, str] = {
    SampleState.HELD: N_("The sample is kept"),
    SampleState.DESTROYED: N_("The sample was destroyed"),
    SampleState.NEVER_HELD: N_("There was never a sample here"),
}
_DISPOSITIONS: dict[StrEnum, str] = {
    Disposition.CONFIRMED: N_("Confirmed: the same source"),
    Disposition.MORE_LOCI: N_("Undecided until more loci are typed"),
    Disposition.EXCLUDED: N_("Excluded: further loci differ"),
    Disposition.ADVENTITIOUS: N_("Agreement by chance"),
    Disposition.DUPLICATE: N_("Known already under another number"),
    Disposition.TWIN: N_("An identical twin cannot be excluded"),
    Disposition.CONTAMINATION: N_("Contamination"),
    Disposition.NO_VALUE: N_("It holds, and nothing is to be investigated"),
}
_PROGRESS: dict[StrEnum, str] = {
    UpgradeState.WAITING: N_("More loci are waited for"),
    UpgradeState.ANSWERED: N_("More loci came"),
    UpgradeState.DECLINED: N_("No more loci can be had"),
    EliminationState.OPEN: N_("Held until somebody decides"),
    EliminationState.CONTAMINATION: N_("Contamination: it never leaves"),
    EliminationState.CLEARED: N_("Cleared by two people"),
    BatchState.PROPOSED: N_("Proposed, two people decide"),
    BatchState.HALF_APPROVED: N_("Approved by one of two"),
    BatchState.APPROVED: N_("Approved by both"),
    BatchState.ASKED: N_("The partner was asked"),
    BatchState.REFUSED: N_("Refused: what was left is never asked"),
}
DNA_PHRASES: tuple[Mapping[StrEnum, str], ...] = (
    _EVENTS,
    _SUBJECTS,
    _REASONS,
    _EVIDENCE,
    _KINDS,
    _CATEGORIES,
    _SAMPLES,
    _DISPOSITIONS,
    _PROGRESS,
)
