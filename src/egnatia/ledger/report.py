"""What a verification found, in numbers and in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from egnatia.ledger.notekeys import VerifyKey
from egnatia.model.ids import PartnerCode

MAX_FINDINGS = 50
"""Findings kept one by one; past that they are only counted, since one cut can make thousands."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys a verifier goes by.

    Attributes:
        log: the key that signs the log's checkpoints; its name is the log's origin.
        witnesses: each partner's cosigning key.
        past_logs: keys that signed the log before, for checkpoints of their time.
        past_witnesses: the same of each partner.
    """

    log: VerifyKey
    witnesses: Mapping[PartnerCode, VerifyKey] = field(default_factory=dict)
    past_logs: tuple[VerifyKey, ...] = ()
    past_witnesses: Mapping[PartnerCode, tuple[VerifyKey, ...]] = field(default_factory=dict)

    def log_keys(self) -> tuple[VerifyKey, ...]:
        """Every key that may have signed a checkpoint, the present one first."""
        return (self.log, *self.past_logs)

    def witness_keys(self, partner: PartnerCode) -> tuple[VerifyKey, ...]:
        """Every key by which a partner may have cosigned, the present one first."""
        present = self.witnesses.get(partner)
        return (*((present,) if present else ()), *self.past_witnesses.get(partner, ()))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold.

    Attributes:
        code: `entry`, `columns`, `tree`, `checkpoint`, `cosignature`, `content`, `order`, `bundle`, `seal`, `proof` or
            `evidence`.
        place: which entry, node or size.
        text: what is wrong, in words.
    """

    code: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Witnessing:
    """One partner's newest cosignature that holds."""

    witness: PartnerCode
    size: int
    at: datetime


@dataclass(slots=True)
class Report:
    """The outcome of a verification; a report without findings means that everything counted here holds.

    Attributes:
        origin: whose log.
        entries: entries whose leaf was recomputed from their bytes.
        nodes: interior nodes compared.
        checkpoints: signed checkpoints whose signature and root hold.
        cosignatures: partners' cosignatures that hold.
        opened: contents that were compared with their commitment.
        erased: contents that were erased; their entries stay valid.
        signed_size: entries covered by the newest checkpoint that holds.
        witnesses: each partner's newest cosignature.
        findings: what does not hold, the first `MAX_FINDINGS` of it.
        finding_count: how much does not hold.
        notes: what a reader has to know to weigh the report, in words.
        accuses: for a file of evidence that holds: what it proves against its log; nothing for any other report.
        own_keys: whether the keys were only those that the bundle itself names, so that anybody could have made it.
    """

    origin: str = ""
    entries: int = 0
    nodes: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    opened: int = 0
    erased: int = 0
    signed_size: int = 0
    witnesses: dict[PartnerCode, Witnessing] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    finding_count: int = 0
    notes: list[str] = field(default_factory=list)
    own_keys: bool = False
    accuses: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.finding_count == 0

    @property
    def witnessed_size(self) -> int:
        """Entries covered by the newest cosignature of any partner."""
        return max((one.size for one in self.witnesses.values()), default=0)

    def find(self, code: str, place: str, text: str) -> None:
        """Note something that does not hold."""
        self.finding_count += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, place, text))

    def witness(self, one: Witnessing) -> None:
        """Count a cosignature that holds."""
        self.cosignatures += 1
        before = self.witnesses.get(one.witness)
        if before is None or one.size > before.size:
            self.witnesses[one.witness] = one

    def words(self) -> list[str]:
        """The report as sentences, the verdict first."""
        if self.accuses:
            return [f"The evidence against the ledger of {self.origin} holds: {self.accuses}.", *self.notes]
        verdict = "holds" if self.holds else f"DOES NOT HOLD: {self.finding_count} finding(s)"
        if self.own_keys and self.holds:
            verdict += " by the keys that it names itself"
        lines = [f"The ledger of {self.origin} {verdict}."]
        lines += [f"  {one.code} {one.place}: {one.text}" for one in self.findings]
        if self.finding_count > len(self.findings):
            lines.append(f"  and {self.finding_count - len(self.findings)} more")
        lines.append(f"{self.entries} entries were recomputed from their bytes; {self.nodes} tree nodes were compared.")
        lines.append(f"{self.checkpoints} checkpoint(s) signed by the node hold; the newest covers {self.signed_size}.")
        lines += self._witness_words() if self.holds else ["Do not rely on anything else it says."]
        if self.opened or self.erased:
            lines.append(f"{self.opened} contents agree with their commitments; {self.erased} were erased.")
        return lines + self.notes

    def _witness_words(self) -> list[str]:
        if not self.witnesses:
            return ["No partner has witnessed it: only the node's own word stands behind it."]
        return [
            f"Witnessed by {one.witness}: the first {one.size} entries, at {one.at:%Y-%m-%d %H:%M:%S} UTC."
            for one in sorted(self.witnesses.values(), key=lambda one: one.witness)
        ]
