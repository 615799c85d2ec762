"""The conformance test: passes on a sound node, and says honestly what is wrong with another."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update
from tests.databases import ON_POSTGRESQL
from tests.federation.world import ALB, MKD
from tests.membership.members import Ceremony

from egnatia.cli.conformance import own
from egnatia.cli.conformance.flow import FLOW_CHECKS
from egnatia.cli.conformance.run import OWN_CHECKS, report, run_conformance
from egnatia.enquiries.membership.report import CHECKS, CheckResult, read_report, write_report
from egnatia.errors import Error, InputError
from egnatia.exchange.card import read_card
from egnatia.model.ids import PartnerCode
from egnatia.node import Node, utc_now
from egnatia.store.tables import agreement_register, officer


def node(ceremony: Ceremony) -> Node:
    ceremony.world.clock.now = utc_now()
    found = ceremony.world.nodes[MKD]
    found.clock = utc_now
    return found


def failed(results: list[CheckResult]) -> dict[str, str]:
    return {each.name: each.seen for each in results if not each.passed}


@pytest.mark.skipif(ON_POSTGRESQL, reason="the tests' server may lose commits, and the self-test says so")
def test_a_sound_node_passes_every_check_and_signs_it(ceremony: Ceremony) -> None:
    mine = node(ceremony)
    results, content = report(mine, ceremony.world.officer(MKD, "administrator"))
    assert failed(results) == {}
    assert tuple(each.name for each in results) == CHECKS
    read = read_report(content, read_card(mine.card()), utc_now())
    assert read.passed
    assert ceremony.world.kinds(MKD)[-1] == "conformance.run"
    assert not list(mine.directory.glob(".conformance*"))
    with mine.database.read() as tx:
        assert "conformance" not in mine.desk.register(tx).agreements


def test_every_check_has_its_function() -> None:
    assert set(CHECKS) == {*OWN_CHECKS, *FLOW_CHECKS}


def test_what_fails_is_in_the_report_and_does_not_stop_the_rest(ceremony: Ceremony) -> None:
    mine = node(ceremony)
    mine.commit(lambda tx: tx.execute(agreement_register.delete()).rowcount)
    (mine.directory / "keys" / "signing.key").chmod(0o644)
    (mine.directory / "card.json").write_bytes(ceremony.card(ALB))
    mine.clock = lambda: utc_now() - timedelta(days=400)
    results = run_conformance(mine)
    wrong = failed(results)
    assert {"agreements", "keys", "card", "clock"} <= set(wrong)
    assert "signing.key" in wrong["keys"]
    assert {each.name for each in results if each.passed} >= {"accounts", "ledger", "strictness"}


def test_a_clock_that_stands_still_fails(ceremony: Ceremony) -> None:
    mine, now = node(ceremony), utc_now()
    mine.clock = lambda: now
    with pytest.raises(Error, match="moved"):
        own.clock(mine)


def test_a_database_that_may_lose_commits_fails(ceremony: Ceremony) -> None:
    mine = node(ceremony)
    if ON_POSTGRESQL:  # the server of the tests is one
        with pytest.raises(Error, match="fsync, synchronous_commit = off"):
            own.durability(mine)
        return
    assert "synchronous = 2" in own.durability(mine)
    event.listen(mine.database.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA synchronous = OFF"))
    with pytest.raises(Error, match="synchronous = 0"):
        own.durability(mine)


def test_a_node_without_two_approvers_fails(ceremony: Ceremony) -> None:
    mine = node(ceremony)
    approver = (officer.c.name == "mkd-approver-2").self_group()
    mine.commit(lambda tx: tx.execute(update(officer).where(approver).values(roles="enquirer")).rowcount)
    with pytest.raises(Error, match="approver"):
        own.roles(mine)


GOOD = [CheckResult(name, passed=True, seen="seen") for name in CHECKS]


@pytest.mark.parametrize(
    ("checks", "days", "signer"),
    [(GOOD[1:], 0, MKD), (GOOD + GOOD[:1], 0, MKD), (GOOD, 31, MKD), (GOOD, -1, MKD), (GOOD, 0, ALB)],
    ids=["a check is missing", "a check twice", "too old", "of tomorrow", "signed by another"],
)
def test_a_report_that_is_not_whole_fresh_and_the_candidates_is_none(
    ceremony: Ceremony, checks: list[CheckResult], days: int, signer: PartnerCode
) -> None:
    now = utc_now()
    card = read_card(ceremony.card(MKD))
    content = write_report(ceremony.world.nodes[signer].keys, "0.2.0", checks, now - timedelta(days=days))
    with pytest.raises(InputError):
        read_report(content, card, now)
    good = write_report(ceremony.world.nodes[MKD].keys, "0.2.0", GOOD, now)
    assert read_report(good, card, now).passed
    with pytest.raises(InputError):
        read_report(good[:-20] + b"AAAA" + good[-16:], card, now)
