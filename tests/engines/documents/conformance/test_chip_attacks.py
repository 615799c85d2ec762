"""Clone and cross-country attacks: none shows a copy to be the original, none makes false content consistent."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from bench.documents.attack_scenes import (
    DAY,
    SINCE,
    Scene,
    active_key,
    chip_key,
    everyone,
    recorded,
    shown,
    signer,
    victim,
)
from bench.documents.attacks import ATTACKS, mount
from bench.documents.inspecting import Known, inspected

from egnatia.engines.documents.synthetic import exchanges
from egnatia.engines.documents.synthetic.chip_files import write
from egnatia.engines.documents.synthetic.pki import Authority
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


def signed_by(issuer: str, country: str) -> tuple[Result, Advice]:
    """A document of an issuer, signed by an authority whose certificates say this country."""
    state = Authority.make(f"country {country}", "p256-sha256", state="UTO", since=SINCE, country=country)
    one = state.document_signer(not_before=datetime(2024, 2, 1, tzinfo=UTC))
    chip = specimen_chip(one, Wanted(groups=(1, 2), issuer=issuer))
    found = inspected(write(chip.plan), Known((state.csca,), DAY))
    return found.result, found.advice


@pytest.mark.parametrize(
    ("issuer", "country"),
    [
        ("RKS", "KS"),
        ("RKS", "XK"),
        ("ALB", "AL"),
        ("ALB", "al"),
        ("MKD", "MK"),
        ("MNE", "ME"),
        ("D", "DE"),
        ("GBR", "GB"),
        ("GBR", "gb"),
        ("GBD", "GB"),
        ("GBN", "GB"),
        ("GBO", "GB"),
        ("UNO", "UN"),
        ("UNA", "UN"),
        ("EUE", "EU"),
    ],
)
def test_issuers_and_certificates_that_belong_together(issuer: str, country: str) -> None:
    assert signed_by(issuer, country) == (Result.SUCCESSFUL, Advice.CONSISTENT)


@pytest.mark.parametrize(
    ("issuer", "country"),
    [
        ("RKS", "RS"),
        ("RKS", "AL"),
        ("SRB", "KS"),
        ("SRB", "ME"),
        ("ALB", "KS"),
        ("MKD", "MC"),
        ("MNE", "MN"),
        ("D", "DZ"),
        ("GBR", "IE"),
        ("CHN", "HK"),
        ("EUE", "DE"),
        ("UNO", "US"),
        ("XOM", "IT"),
    ],
)
def test_issuers_and_certificates_that_do_not(issuer: str, country: str) -> None:
    assert signed_by(issuer, country) == (Result.FAILED, Advice.SUSPECTED_FALSE)


def test_an_organisation_without_a_code_of_two_letters_is_left_open() -> None:
    assert signed_by("XOM", "XO")[0] is Result.UNDETERMINED
