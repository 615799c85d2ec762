"""Attacks on the chip's trust: clones, foreign and self-made signers, swapped and stripped files, old evidence.

Run: python -m bench.documents.attacks

None may be accepted: an attack on the chip's originality must not end with the chip shown to be the original one, and
no attack on what the chip says may end with a successful inspection or the advice `consistent`. The figure has to be 0.

Every attacker here can do what a real one can: read every chip, write any file, hold chips of the same issuer with
their holders' help, make keys and certificates of his own, record and repeat exchanges. He has no key of a state,
except where the attack says so: then it is one that a state made for something else (`attacks_by_insiders`).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench.documents.attack_scenes import Scene
from bench.documents.attacks_by_insiders import ATTACKS as BY_INSIDERS
from bench.documents.attacks_on_chips import ATTACKS as ON_CHIPS
from bench.documents.attacks_on_signatures import ATTACKS as ON_SIGNATURES
from bench.documents.inspecting import Inspected, Known, inspected

from egnatia.engines.documents.types import Advice, Result

ATTACKS: tuple[tuple[str, Callable[[], Scene]], ...] = (*ON_CHIPS, *ON_SIGNATURES, *BY_INSIDERS)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attack ended."""

    name: str
    found: Inspected
    accepted: bool


def mount(name: str, attack: Callable[[], Scene]) -> Ended:
    """Inspect what the attacker shows."""
    scene = attack()
    known = Known(tuple(each.csca for each in scene.trusted), scene.day, scene.revoked, scene.links)
    found = inspected(scene.files, known, evidence=scene.evidence, sent=scene.sent)
    content = found.result is Result.SUCCESSFUL or found.advice is Advice.CONSISTENT
    accepted = found.original if scene.data_is_genuine else found.original or content
    return Ended(name, found, accepted)


def main() -> int:
    """Print a line per attack: advice, and the checks that stopped it."""
    accepted = 0
    for name, attack in ATTACKS:
        ended = mount(name, attack)
        accepted += ended.accepted
        stopped = [code for code, check in ended.found.checks.items() if check.result is Result.FAILED]
        mark = "ACCEPTED" if ended.accepted else "refused "
        print(f"{mark} {name:52} {ended.found.advice:16} {', '.join(stopped) or ended.found.result}")
    print(f"{len(ATTACKS)} attacks, {accepted} accepted")
    return 1 if accepted else 0


if __name__ == "__main__":
    sys.exit(main())
