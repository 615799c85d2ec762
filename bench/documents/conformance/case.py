"""What a case is, and the ground that cases stand on: one authority, one signer, one specimen of each profile."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from bench.documents.attack_scenes import recorded

from egnatia.engines.documents.synthetic import exchanges
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, with_group, with_sod, write
from egnatia.engines.documents.synthetic.keys import EcKey
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.resigned import Edit
from egnatia.engines.documents.synthetic.specimens import EXTENDED, PLAIN, Specimen, Wanted, specimen_chip

SINCE = date(2024, 1, 1)
DAY = date(2025, 5, 15)
"""The day of every inspection; authority, signer and document are in force."""
ACTIVE: tuple[int, ...] = (*EXTENDED, 15)
PROFILE = "rsa3072-pss-sha256"
"""RSA 3072 for the country, RSA 2048 for the signer, PSS with SHA-256: the default of TR-03105-5.1 chapter 4."""


class Verdict(StrEnum):
    """What an inspection system has to answer."""

    SUCCESSFUL = "successful"
    FAILED = "failed"
    DELETED = "deleted"
    """The number is kept in the test plan and the case is gone: nothing is to be shown."""


class Basis(StrEnum):
    """Where the expectation comes from."""

    TEXT = "text"
    """The case is described in the test plan."""
    TITLE = "title"
    """The test plan gives the title only and refers to an ICAO report; content and verdict are our reading of it."""


@dataclass(frozen=True, slots=True)
class Chip:
    """What a case hands to the inspection."""

    files: Mapping[str, bytes]
    trusted: tuple[Credential, ...]
    """The country certificates that the inspection system was given."""
    signers: tuple[Credential, ...] = ()
    """Document signers that it was given, where the chip does not carry its own."""
    printed: tuple[str, ...] = ()
    """The printed zone, where the case compares it."""
    evidence: bytes = b""
    """The exchange that the inspection system recorded: the chip answers every protocol that it offers."""
    sent: frozenset[bytes] = frozenset()
    """What the inspection system sent in it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the test plan.

    Args:
        code: its name there.
        text: what is manipulated.
        verdict: what has to be answered.
        check: code of the check that has to say it.
        make: makes the chip.
        basis: where content and verdict come from.
        open: the check may also end undetermined, because Egnatia says of such a document that it cannot tell.
    """

    code: str
    text: str
    verdict: Verdict
    check: str
    make: Callable[[], Chip]
    basis: Basis = Basis.TEXT
    open: bool = False


_active, _chip, _pace = cache(exchanges.active), cache(exchanges.chip), cache(exchanges.pace)
"""The same chips answer in many cases."""


@dataclass(frozen=True, slots=True)
class Ground:
    """An authority, its signer and a specimen to begin with."""

    authority: Authority
    signer: Credential
    specimen: Specimen
    changed: ChipPlan | None = field(default=None)

    @property
    def plan(self) -> ChipPlan:
        """The plan as it stands."""
        return self.changed or self.specimen.plan

    def but(self, to: Callable[[ChipPlan], ChipPlan]) -> "Ground":
        """The same with another plan."""
        return replace(self, changed=to(self.plan))

    def chip(self, printed: tuple[str, ...] = ()) -> Chip:
        """The files, the country's certificate as trusted, and the answers of the chip."""
        evidence, sent = recorded(*self.answers())
        return Chip(write(self.plan), (self.authority.csca,), printed=printed, evidence=evidence, sent=sent)

    def answers(self) -> Iterator[dict[str, Any]]:
        """What the chip answers to the protocols that its files offer."""
        key = self.specimen.chip_key
        if 15 in self.plan.groups:
            yield _active(self.specimen.active_key)
        if 14 in self.plan.groups and isinstance(key, EcKey):
            yield _chip(key)
        if self.plan.security is not None and isinstance(key, EcKey):
            yield _pace(key)


@cache
def authority(profile: str = PROFILE) -> Authority:
    """The issuing state's authority."""
    return Authority.make("conformance", profile, since=SINCE)


@cache
def ground(groups: tuple[int, ...] = PLAIN, profile: str = PROFILE, *, access: bool = False) -> Ground:
    """A sound chip with these data groups."""
    state = authority(profile)
    signer = state.document_signer(not_before=datetime(2024, 2, 1, tzinfo=UTC))
    return Ground(state, signer, specimen_chip(signer, Wanted(groups=groups, access=access)))


def plain() -> Ground:
    """The default passport without extended access control."""
    return ground()


def extended() -> Ground:
    """The default passport with fingers, irises and chip authentication."""
    return ground(EXTENDED)


def group(start: Ground, number: int, edit: Edit) -> Chip:
    """The chip with one data group changed, hashed and signed as it then stands."""
    return start.but(lambda plan: with_group(plan, number, edit)).chip()


def sod_file(edit: Edit) -> Chip:
    """The chip with EF.SOD changed as a whole after it was signed (root tag 77)."""
    return extended().but(lambda plan: replace(plan, sod_after=edit)).chip()


def sod_message(edit: Edit) -> Chip:
    """The chip with the signed message changed after it was signed (root tag 30)."""
    return extended().but(lambda plan: with_sod(plan, lambda sod: replace(sod, after=edit))).chip()


def sod_content(edit: Edit) -> Chip:
    """The chip with the list of hashes changed before it was signed (root tag 30)."""
    return extended().but(lambda plan: with_sod(plan, lambda sod: replace(sod, content=edit))).chip()
