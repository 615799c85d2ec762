"""What the doctor, the start of a node and `trust status` say about the trust store: missing, spoilt, old, or good."""

from datetime import UTC, date, datetime

import pytest
from tests.engines.documents.trust.realm import (
    OLD,
    UTO,
    albania,
    kosovo,
    read,
    revocation_list,
    root,
    signed_list,
    uto_new,
    uto_old,
)
from tests.federation.world import ALB, XKX, World

from egnatia.engines.documents.trust.folder import FILE
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl, import_list
from egnatia.enquiries.trust.updates import IN
from egnatia.operations.checkup import Check, examine
from egnatia.operations.trust_signs import read_trust
from egnatia.store.tables import trust_update

IMPORTED = datetime(2025, 5, 14, tzinfo=UTC)


def listed(holdings: Holdings, *certificates: bytes, day: str, source: str = "NL") -> Holdings:
    return import_list(holdings, signed_list(*certificates, day=day), source, IMPORTED, [read(root())]).holdings


def keep(world: World, holdings: Holdings) -> None:
    keeper = world.nodes[XKX].trust_keeper
    keeper.put(keeper.folder(), holdings, world.clock())


def trust(world: World) -> Check:
    (found,) = [each for each in examine(world.nodes[XKX]) if each.name == "trust"]
    return found


def came(world: World, **changed: object) -> None:
    row = {"id": "u1", "direction": IN, "partner": ALB, "version": 1, "sha256": "0" * 64, "size": 1, "parts": 1}
    row |= {"arrived": 1, "state": "waiting", "at": world.clock(), "by": "node"} | changed
    world.do(XKX, lambda tx: tx.execute(trust_update.insert(), row))


def test_a_node_without_a_store_is_noted_and_told_how_to_get_one(world: World) -> None:
    found = trust(world)
    assert found.state == "note"
    assert "does not exist" in found.text
    assert "Nothing can be said" in found.text
    assert "`egnatia trust import" in found.hint


def test_a_store_that_cannot_be_read_is_wrong(world: World) -> None:
    keep(world, listed(Holdings(), uto_old(), day="250101"))
    (world.nodes[XKX].trust_keeper.path / FILE).write_bytes(b"half")
    found = trust(world)
    assert (found.state, "cannot be read" in found.text) == ("wrong", True)
    assert "backup" in found.hint


def test_the_oldest_source_and_the_number_for_each_partner_are_said(world: World) -> None:
    held = listed(Holdings(), uto_old(), albania(), day="240101")
    held = listed(held, uto_old(), kosovo(), albania(), day="250101")
    held = listed(held, uto_new(), day="230601", source="UN")
    held = import_certificate(held, kosovo(), IMPORTED, date(2020, 1, 1)).holdings
    keep(world, held)
    signs = read_trust(world.nodes[XKX])
    assert signs.lists == {"NL": date(2025, 1, 1), "UN": date(2023, 6, 1)}, (
        "the last of each; what came by itself is no list"
    )
    assert (signs.authorities["ALB"], signs.authorities["XKX"], signs.authorities["GBR"]) == (1, 1, 0)
    found = trust(world)
    assert "the oldest is UN of 2023-06-01" in found.text
    assert found.state == "note"
    assert "GBR" in found.hint
    assert "ALB" not in found.hint
    assert "XKX" not in found.hint


@pytest.mark.parametrize(("days", "expired"), [(30, 0), (100, 1)])
def test_a_revocation_list_that_ran_out_is_counted(world: World, days: int, expired: int) -> None:
    until = datetime(2025, 7, 15, tzinfo=UTC)
    held = listed(Holdings(), uto_old(), day="250101")
    held = import_crl(held, revocation_list(UTO, OLD, {}, day=IMPORTED, until=until)).holdings
    keep(world, held)
    world.clock.turn(days=days)
    signs = read_trust(world.nodes[XKX])
    assert (signs.crls, signs.crls_expired) == (1, expired)
    assert ("Fetch the issuers' present revocation lists." in trust(world).hint) is bool(expired)


def test_a_later_revocation_list_replaces_the_one_that_ran_out(world: World) -> None:
    held = listed(Holdings(), uto_old(), day="250101")
    for number, month in ((1, 2), (2, 5)):
        made = revocation_list(
            UTO,
            OLD,
            {},
            day=datetime(2025, month, 1, tzinfo=UTC),
            until=datetime(2025, month + 3, 1, tzinfo=UTC),
            number=number,
        )
        held = import_crl(held, made).holdings
    keep(world, held)
    world.clock.turn(days=20)
    signs = read_trust(world.nodes[XKX])
    assert (signs.crls, signs.crls_expired) == (1, 0)


def test_what_waits_is_noted_and_what_is_unfinished_is_wrong(world: World) -> None:
    keep(world, listed(Holdings(), uto_old(), day="250101"))
    came(world)
    assert "egnatia trust inbox --open" in trust(world).hint
    came(world, id="u2", state="accepted")
    found = trust(world)
    assert found.state == "wrong"
    assert "egnatia trust accept" in found.hint
    assert "are not stored" in found.text
    came(world, id="u3", state="refused")
    assert read_trust(world.nodes[XKX]).waiting == 1


def test_the_sentences_hold_no_more_than_was_found(world: World) -> None:
    keep(world, listed(Holdings(), uto_old(), day="250101"))
    said = read_trust(world.nodes[XKX]).lines()
    assert said[0].startswith("1 certificates are listed, in version 1 of ")
    assert not any("wait" in each or "accepted" in each for each in said)
