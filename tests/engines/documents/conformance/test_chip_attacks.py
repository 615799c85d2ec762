"""Clone and cross-country attacks: none shows a copy to be the original, none makes false content consistent."""

from collections.abc import Callable

import pytest
from bench.documents.attack_scenes import Scene, active_key, chip_key, everyone, recorded, shown, signer, victim
from bench.documents.attacks import ATTACKS, mount
from bench.documents.inspecting import Known, inspected

from egnatia.engines.documents.synthetic import exchanges
from egnatia.engines.documents.synthetic.specimens import Wanted, specimen_chip
from egnatia.engines.documents.types import Advice, Result


def test_there_are_as_many_as_were_promised() -> None:
    assert len(ATTACKS) >= 30
    assert len({name for name, _ in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize(("name", "attack"), ATTACKS, ids=[name for name, _ in ATTACKS])
def test_attack_is_refused(name: str, attack: Callable[[], Scene]) -> None:
    ended = mount(name, attack)
    assert not ended.accepted, (ended.found.result, ended.found.advice)


def look(scene: Scene) -> tuple[Result, Advice, bool]:
    known = Known(tuple(each.csca for each in scene.trusted), scene.day)
    found = inspected(scene.files, known, evidence=scene.evidence, sent=scene.sent)
    return found.result, found.advice, found.original


@pytest.mark.parametrize("protocol", ["active", "chip", "pace", "all"])
def test_the_genuine_chip_is_accepted(protocol: str) -> None:
    """Without this the attacks would be refused by an engine that refuses everything."""
    own = victim()
    answers = {
        "active": exchanges.active(active_key(own)),
        "chip": exchanges.chip(chip_key(own)),
        "pace": exchanges.pace(chip_key(own)),
    }
    parts = list(answers.values()) if protocol == "all" else [answers[protocol]]
    evidence, sent = recorded(*parts)
    result, advice, original = look(shown(own.plan, evidence=evidence, sent=sent))
    assert (advice, original) == (Advice.CONSISTENT, True)
    assert result is (Result.SUCCESSFUL if protocol == "all" else Result.UNDETERMINED)


@pytest.mark.parametrize("code", [each.state for each in everyone()])
def test_every_state_signs_its_own(code: str) -> None:
    chip = specimen_chip(signer(code), Wanted(seed=7, groups=(1, 2), issuer=code))
    assert look(shown(chip.plan))[:2] == (Result.SUCCESSFUL, Advice.CONSISTENT)
