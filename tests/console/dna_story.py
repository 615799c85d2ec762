"""DNA candidates in every state at Albania's console: a series with an alias, a near match, opinions of one and of two."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.enquiries.dna_rows import Cases

from egnatia.model.dna import Disposition, ProfileKind
from egnatia.model.ids import CandidateId, PartnerCode
from egnatia.model.states import Role
from egnatia.store.tables import dna_mark

ALB = PartnerCode("ALB")
CASE, OTHER_CASE = "DUR-2025-0417", "VLO-2025-0031"
NUMBER = "DNA-0T9QZC4M7YV2KD8XH1R5S3EBNA"
TRACE, SECOND_TRACE, PERSON, ALIAS = "ALB-T-2025-0012", "ALB-T-2025-0044", "ALB-P-1001", "ALB-P-1002"
OPINION = {
    "disposition": "confirmed",
    "reasons": "Both typings were laid side by side, locus by locus.",
    "qualification": "DNA examiner, level 2",
}


@dataclass(frozen=True, slots=True)
class DnaStory:
    """References of the candidates by what they wait for."""

    fresh: str
    second: str
    near: str
    disposed: str
    withdrawn: str

    def paths(self) -> dict[str, str]:
        return {
            "/dna/candidates/{id}": f"/dna/candidates/{self.fresh}",
            "/dna/series/{id}": f"/dna/series/{self.disposed}",
        }


def number(at: int) -> str:
    """A partner's number, as random as they look."""
    return f"{NUMBER[:-2]}{at:02d}"


def examiners(force: Any) -> tuple[Any, Any]:
    """Albania's two examiners; the second is hired when she is needed first."""
    if (ALB, "alb-examiner-2") not in force.officers:
        force.hire(ALB, "alb-examiner-2", {Role.EXAMINER})
    return force.officers[ALB, "alb-examiner"], force.officers[ALB, "alb-examiner-2"]


def tell_dna(force: Any) -> DnaStory:
    """A serial case, a near match, candidates that wait, one that was withdrawn."""
    first, second = examiners(force)
    made: DnaStory = force.nodes[ALB].commit(lambda tx: _told(Cases(tx), first, second, force.clock))
    return made


def _told(cases: Cases, first: Any, second: Any, clock: Callable[[], Any]) -> DnaStory:
    now, person = clock(), ProfileKind.PERSON
    cases.profile(TRACE)
    cases.profile(SECOND_TRACE)
    cases.profile(PERSON, person, "P-77")
    cases.profile(ALIAS, person, "P-77")
    cases.tx.execute(dna_mark.insert(), {"ref": TRACE, "partner": "GBR", "at": now})

    def hit(*who: str, **more: Any) -> CandidateId:
        found = cases.candidate(*who, at=now - timedelta(days=2), **more)
        for officer in (first, second):
            cases.opinion(officer, found, Disposition.CONFIRMED, now)
        return found

    series = hit(TRACE, "GBR", number(1))
    hit(SECOND_TRACE, "GBR", number(1), case=OTHER_CASE)
    hit(TRACE, "MKD", number(2), identified=False, deviation="18 23")
    hit(PERSON, "MKD", number(3), kind=person, identified=False)
    hit(ALIAS, "XKX", number(4), kind=person, identified=False)
    hit(PERSON, "GBR", number(1), kind=person)
    fallen = hit(TRACE, "MNE", number(5))
    cases.fall(fallen, now)
    chance = cases.candidate(TRACE, "MNE", number(10), at=now)
    for officer in (first, second):
        cases.opinion(officer, chance, Disposition.ADVENTITIOUS, now)
    waits = cases.candidate(SECOND_TRACE, "XKX", number(6), at=now)
    cases.opinion(first, waits, Disposition.CONFIRMED, now)
    near = cases.candidate(SECOND_TRACE, "MKD", number(7), at=now - timedelta(days=3), deviation="18 23")
    fresh = cases.candidate(TRACE, "XKX", number(8), at=now)
    more = cases.candidate(TRACE, "XKX", number(9), at=now)
    cases.upgrade(more)
    return DnaStory(fresh, waits, near, series, fallen)
