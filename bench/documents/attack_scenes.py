"""The stage of every attack: two states with their authorities, signers, and chips of invented holders."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any

from egnatia.engines.documents.synthetic import exchanges
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, write
from egnatia.engines.documents.synthetic.keys import EcKey, make_key
from egnatia.engines.documents.synthetic.pki import Authority, impostor
from egnatia.engines.documents.synthetic.specimens import Specimen, Wanted, specimen_chip

DAY = date(2025, 5, 15)
SINCE = date(2024, 1, 1)
GROUPS: tuple[int, ...] = (1, 2, 11, 14, 15)


@dataclass(frozen=True, slots=True)
class Scene:
    """What an attacker shows, and what the inspection knows.

    Args:
        files: the chip's files.
        trusted: the states whose country certificates are in the store, with their revocation lists.
        evidence: the exchange that is shown as recorded.
        sent: what this inspection's reader really sent.
        day: of the inspection.
        revoked: serial numbers that the first state revoked.
        links: further certificates that are in the store.
        data_is_genuine: everything the chip says of its holder is as the state signed it: what is attacked is whether
            this is the original chip.
    """

    files: Mapping[str, bytes]
    trusted: tuple[Authority, ...]
    evidence: bytes = b""
    sent: frozenset[bytes] = frozenset()
    day: date = DAY
    revoked: tuple[int, ...] = ()
    links: tuple[bytes, ...] = ()
    data_is_genuine: bool = field(default=False)


@cache
def state(code: str = "UTO", profile: str = "rsa3072-pss-sha256") -> Authority:
    """A state's authority."""
    return Authority.make(f"attacks {code}", profile, state=code, since=SINCE)


@cache
def signer(code: str = "UTO", profile: str = "rsa3072-pss-sha256") -> Credential:
    """A state's document signer."""
    return state(code, profile).document_signer(not_before=datetime(2024, 2, 1, tzinfo=UTC))


@cache
def victim(seed: int = 1, code: str = "UTO", active: str = "p256") -> Specimen:
    """A genuine chip with keys of all three protocols."""
    return specimen_chip(signer(code), Wanted(seed=seed, groups=GROUPS, issuer=code, active=active, access=True))


def everyone() -> tuple[Authority, ...]:
    """The states of the store: Utopia, Kosovo, Albania, Serbia."""
    return tuple(state(code) for code in ("UTO", "RKS", "ALB", "SRB"))


def shown(plan: ChipPlan, **changed: Any) -> Scene:
    """A scene of a plan's files."""
    return replace(Scene(write(plan), everyone()), **changed)


def genuine(**changed: Any) -> Scene:
    """A scene of the first victim's own files."""
    return shown(victim().plan, data_is_genuine=True, **changed)


def forged(real: Credential, seed: str) -> Credential:
    """A self-made credential of somebody's name; the generator has few RSA keys, so that one of another key is chosen."""
    made = (impostor(real, f"{seed} {number}") for number in count())
    return next(each for each in made if each.key != real.key)


def curve_key(seed: str) -> EcKey:
    """A key that the attacker made."""
    key = make_key("p256", f"attacker {seed}")
    if not isinstance(key, EcKey):
        raise TypeError("a curve's key is one on a curve")
    return key


def chip_key(chip: Specimen) -> EcKey:
    """The key of a chip's authentication."""
    if not isinstance(chip.chip_key, EcKey):
        raise TypeError("the specimen's chip key is on a curve")
    return chip.chip_key


def active_key(chip: Specimen) -> EcKey:
    """The key of a chip's active authentication."""
    if not isinstance(chip.active_key, EcKey):
        raise TypeError("the specimen's active key is on a curve")
    return chip.active_key


def recorded(*parts: Mapping[str, Any]) -> tuple[bytes, frozenset[bytes]]:
    """An evidence file, and what its reader sent."""
    sent: set[bytes] = set()
    for part in parts:
        for name, values in part.items():
            field_name = "challenge" if name == "active_authentication" else "terminal_public_key"
            sent.add(bytes.fromhex(values[field_name]))
    return exchanges.evidence(*parts), frozenset(sent)
