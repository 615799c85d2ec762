"""What an officer imports into the node's trust store: one entry of the ledger for one act, and none for what failed."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.engines.documents.trust.realm import albania, kosovo, read, root, signed_list, uto_old
from tests.federation.world import ALB, XKX, World

from egnatia.engines.documents.trust.folder import Folder
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_list
from egnatia.enquiries.trust.deciding import accept
from egnatia.enquiries.trust.importing import MOST_FILES, Brought, keep_imported, unentered
from egnatia.enquiries.trust.sharing import pack, share
from egnatia.errors import ConflictError, ForbiddenError, InputError
from egnatia.ledger.entries import EntryView
from egnatia.model.ids import PartnerCode
from egnatia.operations.trust_signs import read_trust
from egnatia.store.tables import partner_card

IMPORTED = datetime(2025, 5, 14, tzinfo=UTC)
ONE = Brought("ab" * 32, "list NL of 2025-01-01: 1 certificates, 1 new, 0 left out", 1)


def listed(holdings: Holdings, *certificates: bytes, day: str = "250101") -> Holdings:
    return import_list(holdings, signed_list(*certificates, day=day), "NL", IMPORTED, [read(root())]).holdings


def brought(
    world: World, change: Callable[[Holdings], Holdings], post: str = "examiner", code: PartnerCode = ALB
) -> Folder:
    node = world.nodes[code]
    before = node.trust_keeper.folder()
    return keep_imported(node, world.officer(code, post), before, change(before.holdings), [ONE], vouched=False)


def entries(world: World) -> list[EntryView]:
    return [each for each in world.entries(ALB) if each.kind == "trust.imported"]


@pytest.mark.parametrize("vouched", [True, False])
def test_an_import_is_in_the_store_and_in_the_ledger(world: World, *, vouched: bool) -> None:
    node, officer = world.nodes[ALB], world.officer(ALB, "examiner")
    data = signed_list(albania(), day="250101")
    before = node.trust_keeper.folder()
    done = import_list(before.holdings, data, "NL", IMPORTED, [read(root())])
    one = Brought(hashlib.sha256(data).hexdigest(), done.what, done.added)
    two = Brought("cd" * 32, "revocation list of ALB", 0)
    after = keep_imported(node, officer, before, done.holdings, [one, two], vouched=vouched)
    assert (after.version, node.trust_keeper.held().version) == (1, 1)
    assert done.what.startswith("list NL of 2025-01-01: ")
    (entry,) = entries(world)
    assert (entry.actor, entry.object_ref, entry.at) == (officer.id, "trust_store", world.clock())
    assert entry.content == {
        "files": [
            {"sha256": one.sha256, "what": done.what, "new": 2},
            {"sha256": "cd" * 32, "what": "revocation list of ALB", "new": 0},
        ],
        "vouched": vouched,
        "store_before": before.holdings.digest(),
        "store_after": node.trust_keeper.folder().holdings.digest(),
    }


@pytest.mark.parametrize("post", ["enquirer", "auditor"])
def test_who_may_not_decide_imports_nothing(world: World, post: str) -> None:
    with pytest.raises(ForbiddenError):
        brought(world, lambda held: listed(held, albania()), post)
    assert world.nodes[ALB].trust_keeper.held().missing
    assert entries(world) == []


@pytest.mark.parametrize("count", [0, MOST_FILES + 1])
def test_nothing_and_too_much_are_no_act(world: World, count: int) -> None:
    node = world.nodes[ALB]
    before = node.trust_keeper.folder()
    with pytest.raises(InputError, match=f"1 to {MOST_FILES}"):
        keep_imported(node, world.officer(ALB, "examiner"), before, before.holdings, [ONE] * count, vouched=False)
    assert (entries(world), node.trust_keeper.held().missing) == ([], True)


def test_a_store_that_somebody_else_changed_is_left_alone_and_the_ledger_too(world: World) -> None:
    """Or the ledger would say that something is believed which is not."""
    node, officer = world.nodes[ALB], world.officer(ALB, "examiner")
    before = node.trust_keeper.folder()
    brought(world, lambda held: listed(held, albania()))
    with pytest.raises(ConflictError, match="meanwhile"):
        keep_imported(node, officer, before, listed(before.holdings, uto_old()), [ONE], vouched=False)
    assert len(entries(world)) == 1
    states = {each.state for each in node.trust_keeper.folder().holdings.certificates.values()}
    assert states == {"ALB", "NLD"}  # the second is the publisher's own


def test_a_folder_that_cannot_be_written_leaves_no_entry(world: World) -> None:
    node = world.nodes[ALB]
    before = node.trust_keeper.folder()
    node.trust_keeper.path.write_text("a file where the folder should be")
    with pytest.raises((ConflictError, InputError)):
        keep_imported(node, world.officer(ALB, "examiner"), before, before.holdings, [ONE], vouched=False)
    assert entries(world) == []


def test_the_entries_follow_one_another_without_a_gap(world: World) -> None:
    """The store after one act is the store before the next: who compares them sees any change between."""
    brought(world, lambda held: listed(held, albania()))
    brought(world, lambda held: import_certificate(held, kosovo(), IMPORTED, IMPORTED.date()).holdings, "supervisor")
    later, first = entries(world)
    assert first.content is not None
    assert later.content is not None
    assert later.content["store_before"] == first.content["store_after"]
    assert later.content["store_after"] != later.content["store_before"]


def test_what_was_changed_past_the_node_is_counted(world: World) -> None:
    node = world.nodes[ALB]
    assert read_trust(node).unentered == 0
    brought(world, lambda held: listed(held, albania()))
    assert read_trust(node).unentered == 0
    before = node.trust_keeper.folder()
    node.trust_keeper.put(before, listed(before.holdings, uto_old(), day="250301"), world.clock())
    signs = read_trust(node)
    assert signs.unentered == 1
    assert "1 changes of the store are in no entry of the ledger." in signs.lines()
    brought(world, lambda held: listed(held, albania(), uto_old(), day="250401"))
    assert read_trust(node).unentered == 1, "a later import does not hide it"
    assert world.look(ALB, lambda tx: [unentered(tx, version) for version in (0, 1, 2, 3, 9)]) == [0, 0, 0, 1, 7]


def test_what_two_took_from_a_partner_is_entered_too(world: World) -> None:
    for code in world.nodes:
        world.do(code, lambda tx: tx.execute(partner_card.update().values(protocol=2)))
    brought(world, lambda held: listed(held, albania()))
    node = world.nodes[ALB]
    parcel = pack(node.trust_keeper.folder(), node.desk, world.clock())
    sender = world.officer(ALB, "examiner")
    update = world.do(ALB, lambda tx: share(tx, node.desk, sender, XKX, parcel, world.clock()))
    world.deliver()
    other = world.nodes[XKX]
    for post in ("examiner", "supervisor"):
        accept(other, world.officer(XKX, post), update)
    assert other.trust_keeper.held().version == 1
    assert read_trust(other).unentered == 0
