"""DNA that people decide on at Albania's console: traces held back, a batch, a standing order, requests for loci."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.console.dna_story import ALB, SECOND_TRACE, DnaStory, number
from tests.enquiries.dna_rows import ADMIN, Cases, a_profile

from egnatia.enquiries.dna.batches import SEALED_KIND
from egnatia.enquiries.dna.profiles import Intake, store_profiles
from egnatia.enquiries.dna.standing import SEALED_KIND as ORDER_KIND
from egnatia.exchange.protocols import learn_protocol
from egnatia.model.dna import BatchState, EliminationState, ProfileCategory, ProfileKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    answered_enquiry,
    dna_batch,
    dna_batch_item,
    dna_elimination,
    dna_number,
    dna_standing,
    dna_upgrade,
)

BATCH_WHY = "The first comparison with the partner's persons, as the steering group decided."
ORDER_WHY = "New traces of the series on the coast are compared as they come."
REASON = "The laboratory typed both again this morning and laid them side by side."
CASE = "DUR-2025-0417"
CONVERSATION, GIVEN = "00000000-0000-4000-8000-0000000000cc", "DNA-GIVEN0000000000000000001"
LOCI = ("SE33", "D22S1045", "D10S1248")


@dataclass(frozen=True, slots=True)
class Governed:
    """References of what waits for people."""

    held: str
    half: str
    batch: str
    asked_batch: str
    order: str
    begun: str
    came: str
    bare: str
    sent: str
    growing: str

    def paths(self) -> dict[str, str]:
        return {
            "/dna/eliminations/{id}": f"/dna/eliminations/{self.held}",
            "/dna/batches/{id}": f"/dna/batches/{self.batch}",
            "/dna/standing/{id}": f"/dna/standing/{self.order}",
            "/dna/upgrades/{id}": f"/dna/upgrades/{self.came}",
            "/dna/candidates/{id}/upgrade": f"/dna/candidates/{self.growing}/upgrade",
        }


@dataclass(slots=True)
class Rows:
    """Writes rows as the rooms leave them, in a transaction that may come later; each call makes another one."""

    tx: Any
    now: Any
    by: Officer
    count: int = 0

    def _id(self, letter: str) -> str:
        self.count += 1
        return f"{self.count:08d}-0000-4000-8000-00000000000{letter}"

    def held(self, ref: str, against: str, how: str = "prum-ess12: full match", **more: Any) -> str:
        """A trace that agrees with somebody's profile."""
        made = {"id": self._id("1"), "ref": ref, "against": against, "how": how, "log10_ratio": None}
        made |= {"found_at": self.now - timedelta(hours=self.count), "state": EliminationState.OPEN}
        self.tx.execute(dna_elimination.insert(), made | more)
        return str(made["id"])

    def batch(self, refs: list[str], state: BatchState = BatchState.PROPOSED, **more: Any) -> str:
        """A batch with its profiles, none of them asked yet."""
        words = json.dumps({"population": "dna_person", "justification": BATCH_WHY})
        made = self._terms(self._id("2"), words, SEALED_KIND)
        made |= {"state": state, "proposed_by": self.by.id, "proposed_at": self.now + timedelta(seconds=self.count)}
        self.tx.execute(dna_batch.insert(), made | more)
        self.tx.execute(dna_batch_item.insert(), [{"batch_id": made["id"], "ref": ref} for ref in refs])
        return str(made["id"])

    def order(self, **more: Any) -> str:
        """A standing order that looks at changes from the first one on."""
        words = json.dumps({"population": "dna_trace", "justification": ORDER_WHY})
        made = self._terms(self._id("3"), words, ORDER_KIND)
        made |= {"opened_by": self.by.id, "opened_at": self.now + timedelta(seconds=self.count), "up_to": 0}
        self.tx.execute(dna_standing.insert(), made | more)
        return str(made["id"])

    def _terms(self, row_id: str, words: str, kind: str) -> dict[str, Any]:
        sealed = self.tx.seal(words.encode(), kind=kind, at=self.now)
        made = {"id": row_id, "case_ref": CASE, "grant_id": "demo-alb-gbr-dna-person", "partner": "GBR"}
        return made | {"purpose": "investigation", "offence": "burglary", "sealed_id": sealed.id}

    def upgrade(self, direction: str, loci: tuple[str, ...] = LOCI, **more: Any) -> str:
        """A request for more loci."""
        made = {"id": self._id("4"), "direction": direction, "partner": "GBR", "number": number(90 + self.count)}
        made |= {"enquiry_id": "e", "loci": json.dumps(loci), "state": "waiting"}
        self.tx.execute(dna_upgrade.insert(), made | {"asked_at": self.now - timedelta(hours=self.count)} | more)
        return str(made["id"])

    def given(self, ref: str, as_number: str) -> None:
        """A profile of ours that was returned to a partner by a number, which it can ask more loci of."""
        made = {"number": as_number, "agreement": "demo", "partner": "MKD", "ref": ref, "given_at": self.now}
        self.tx.execute(dna_number.insert(), made)
        row = {"asker": "MKD", "enquiry_id": CONVERSATION, "subject": "dna_trace", "purpose": "investigation"}
        row |= {
            "offence": "homicide",
            "answered_at": self.now,
            "result": "hit",
            "refs": json.dumps({"returned": [as_number], "shielded": []}),
        }
        self.tx.execute(answered_enquiry.insert(), row)

    def growing(self, cases: Cases, ref: str) -> str:
        """A candidate whose profile of ours has two loci that the partner's lacks."""
        more = {"SE33": "18 27.2", "D22S1045": "15 16"}
        intake = Intake(ProfileCategory.CRIME_SCENE, "ESSplex", "ISO 17025", "law 1", self.now + timedelta(days=900))
        store_profiles(self.tx, ADMIN, [a_profile(ref, changes=more)], intake, self.now)
        return str(cases.candidate(ref, "MKD", number(60), at=self.now))


def tell_governed(force: Any, dna: DnaStory) -> Governed:
    """One of each in the states that have a page of their own."""
    made: Governed = force.nodes[ALB].commit(lambda tx: _told(tx, force, dna))
    return made


def _told(tx: Transaction, force: Any, dna: DnaStory) -> Governed:
    now, examiner = force.clock(), force.officers[ALB, "alb-examiner"]
    approver, second = (force.officers[ALB, f"alb-{post}"] for post in ("approver", "second"))
    cases, rows = Cases(tx, 700), Rows(tx, now, examiner)
    cases.profile("ALB-E-0001", ProfileKind.PERSON)
    traces = [f"ALB-T-2025-1{at:03d}" for at in range(9)]
    cases.profiles(traces)
    asked = rows.batch(traces, BatchState.APPROVED, first_by=approver.id, second_by=second.id)
    for ref, reason in zip(traces, ("PROFILE_ELIMINATED", "PROFILE_TOO_SMALL"), strict=False):
        this = (dna_batch_item.c.batch_id == asked) & (dna_batch_item.c.ref == ref)
        tx.execute(dna_batch_item.update().where(this).values(refusal=reason))
    this = (dna_batch_item.c.batch_id == asked) & (dna_batch_item.c.ref == traces[2])
    tx.execute(dna_batch_item.update().where(this).values(enquiry_id="e-1"))
    rows.given(SECOND_TRACE, GIVEN)
    learn_protocol(tx, PartnerCode("MKD"), 2)
    return Governed(
        held=rows.held(traces[0], "ALB-E-0001"),
        half=rows.held(traces[1], "ALB-E-0001", "contributor", log10_ratio=6.2, proposed_by=examiner.id),
        batch=rows.batch(traces),
        asked_batch=asked,
        order=rows.order(),
        begun=rows.order(partner="MKD", approved_by=approver.id, approved_at=now),
        came=rows.upgrade("in", ("vWA", "TH01", "SE33"), partner="MKD", number=GIVEN, enquiry_id=CONVERSATION),
        bare=rows.upgrade("in"),
        sent=rows.upgrade("out", candidate_id=dna.near),
        growing=rows.growing(cases, "ALB-T-2025-2000"),
    )
