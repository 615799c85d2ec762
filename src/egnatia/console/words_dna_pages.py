"""What the console calls the findings at a locus, the states of the queue and the steps of the funnel of DNA hits."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.console.dna_sides import Finding
from egnatia.enquiries.dna.dispositions import QueueState
from egnatia.enquiries.dna.funnel import Stage

_FINDINGS: dict[StrEnum, str] = {
    Finding.DIFFERENT: N_("both alleles differ"),
    Finding.ONE_OFF: N_("one allele differs"),
    Finding.NONE: N_("no allele is shared"),
    Finding.LOW: N_("one allele is shared"),
    Finding.MICRO_VARIANT: N_("the same but for a micro-variant"),
    Finding.WILDCARD: N_("the same where both were read"),
    Finding.MODERATE: N_("one side has all that the other has"),
    Finding.FULL: N_("the same"),
    Finding.HIGH: N_("the same alleles"),
    Finding.SEX_DIFFERS: N_("the sex marker differs; it does not count"),
    Finding.SEX_SAME: N_("the same sex marker; it does not count"),
    Finding.ONLY_ONE: N_("only one side has it"),
}
_QUEUE: dict[StrEnum, str] = {
    QueueState.SECOND: N_("One opinion is there, the second is missing"),
    QueueState.FIRST: N_("No opinion yet"),
    QueueState.DIFFERED: N_("Two opinions differ: a third is missing"),
    QueueState.MORE_LOCI: N_("More loci were asked for"),
    QueueState.UNSETTLED: N_("Three opinions settled nothing: ask for more loci"),
    QueueState.DISPOSED: N_("Decided by two examiners"),
    QueueState.WITHDRAWN: N_("Withdrawn"),
}
_STAGES: dict[StrEnum, str] = {
    Stage.CANDIDATE: N_("Candidates"),
    Stage.VALIDATED: N_("Confirmed by two examiners"),
    Stage.REQUESTED: N_("Core data requested"),
    Stage.RELEASED: N_("Core data released"),
    Stage.OUTCOME: N_("Outcome recorded"),
}
DNA_PAGE_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_FINDINGS, _QUEUE, _STAGES)
