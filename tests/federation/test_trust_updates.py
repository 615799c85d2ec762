"""Trust files between partners: shared by one officer, taken by two others, and by nobody's word alone."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update
from tests.engines.documents.trust.realm import (
    AL_KEY,
    ALBANIA,
    OLD,
    UTO,
    albania,
    document_signer,
    kosovo,
    read,
    revocation_list,
    root,
    signed_list,
    uto_link,
    uto_new,
    uto_old,
)
from tests.federation.world import ALB, GBR, MNE, XKX, World

from egnatia.engines.documents.trust.chains import ChainState
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl, import_defects, import_list
from egnatia.engines.documents.trust.taking import shareable
from egnatia.engines.documents.trust.trust_file import write_trust_file
from egnatia.enquiries.tidy import tidy
from egnatia.enquiries.trust.arriving import OFFERS_A_DAY
from egnatia.enquiries.trust.deciding import accept, inbox, look, refuse
from egnatia.enquiries.trust.messages import PART_BYTES, TRUST_OFFER, TRUST_PART
from egnatia.enquiries.trust.sharing import pack, share
from egnatia.enquiries.trust.updates import IN, OUT, Update, packed, unpacked, updates
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.rotation import Rotation
from egnatia.ledger.entries import EntryView
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason, TrustUpdateState
from egnatia.store.tables import outbox, partner_card, partner_key, trust_part

WHY = "Compared by telephone with the embassy of the partner."
DAY = date(2025, 5, 15)
IMPORTED = datetime(2025, 5, 14, tzinfo=UTC)
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def listed(holdings: Holdings, *certificates: bytes, day: str = "250101") -> Holdings:
    return import_list(holdings, signed_list(*certificates, day=day), "NL", IMPORTED, [read(root())]).holdings


def keep(world: World, code: PartnerCode, change: Callable[[Holdings], Holdings]) -> None:
    """An operator imports something into the node's store."""
    keeper = world.nodes[code].trust_keeper
    before = keeper.folder()
    keeper.put(before, change(before.holdings), world.clock())


def send(world: World, to: PartnerCode = XKX, post: str = "examiner", sender: PartnerCode = ALB) -> str:
    node, officer = world.nodes[sender], world.officer(sender, post)
    parcel = pack(node.trust_keeper.folder(), node.desk, world.clock())
    return world.do(sender, lambda tx: share(tx, node.desk, officer, to, parcel, world.clock()))


def shared(world: World, to: PartnerCode = XKX) -> str:
    update_id = send(world, to)
    world.deliver()
    return update_id


def speak(world: World, version: int = 2) -> None:
    """Every node knows which version of messages the others speak, as after a minute of serving."""
    for code in world.nodes:
        world.do(code, lambda tx: tx.execute(update(partner_card).values(protocol=version)))


@pytest.fixture
def force(world: World) -> World:
    """The task force, with two lists in ALB's store and nothing in the others'."""
    speak(world)
    keep(world, ALB, lambda held: listed(listed(held, uto_old(), day="240101"), uto_old(), uto_link(), albania()))
    return world


def at(world: World, code: PartnerCode, direction: str = IN) -> list[Update]:
    return world.look(code, lambda tx: updates(tx, direction))


def only(world: World, code: PartnerCode, direction: str = IN) -> Update:
    (found,) = at(world, code, direction)
    return found


def newest(world: World, code: PartnerCode, kind: str) -> EntryView:
    return next(each for each in world.entries(code) if each.kind == kind)


def take(world: World, update_id: str, code: PartnerCode = XKX) -> None:
    node = world.nodes[code]
    accept(node, world.officer(code, "examiner"), update_id)
    accept(node, world.officer(code, "supervisor"), update_id)


def test_a_file_is_shared_proposed_and_taken_by_two(force: World) -> None:
    update_id = shared(force)
    ours, theirs = only(force, ALB, OUT), only(force, XKX)
    assert (ours.id, ours.state, ours.arrived) == (update_id, TrustUpdateState.DELIVERED, ours.parts)
    assert (theirs.id, theirs.state, theirs.partner) == (update_id, TrustUpdateState.WAITING, ALB)
    node = force.nodes[XKX]
    assert node.trust_keeper.held().missing, "what came is not trusted"
    weighed = look(node, force.officer(XKX, "examiner"), update_id)
    brought = {read(each).fingerprint for each in (albania(), uto_old(), uto_link())}
    assert {each.certificate.fingerprint for each in weighed.difference.new} == brought
    assert all(each.anchor and not each.known for each in weighed.difference.new)
    assert accept(node, force.officer(XKX, "examiner"), update_id).update.state is TrustUpdateState.PROPOSED
    assert node.trust_keeper.held().missing, "one person is not enough"
    assert accept(node, force.officer(XKX, "supervisor"), update_id).update.state is TrustUpdateState.ACCEPTED
    store = node.trust_keeper.held().store
    assert store is not None
    assert store.chain(document_signer(UTO, OLD), DAY).state is ChainState.TRUSTED
    assert {each.via for each in store.holdings.versions} == {ALB}


def test_both_ledgers_tell_it_and_no_certificate_stays_outside_the_store(force: World) -> None:
    update_id = shared(force)
    take(force, update_id)
    sent = newest(force, ALB, "trust.shared")
    assert (sent.partner, sent.object_ref) == (XKX, f"trust_update:{update_id}")
    came, proposed, taken = (newest(force, XKX, f"trust.{each}") for each in ("received", "proposed", "accepted"))
    assert came.actor == "node"
    assert came.content is not None
    assert sent.content is not None
    assert came.content["sha256"] == sent.content["sha256"]
    assert proposed.actor == force.officer(XKX, "examiner").id
    assert taken.actor == force.officer(XKX, "supervisor").id
    assert taken.content is not None
    assert taken.content["proposed_by"] == proposed.actor
    assert taken.content["new"] == 3
    held = force.nodes[XKX].trust_keeper.held().store
    assert held is not None
    assert taken.content["store_after"] == held.version
    assert force.look(XKX, lambda tx: tx.execute(trust_part.select()).all()) == []
    assert [force.kinds(XKX).count(f"trust.{each}") for each in ("received", "proposed", "accepted")] == [1, 1, 1]


def test_whoever_proposed_does_not_decide(force: World) -> None:
    update_id = shared(force)
    node, examiner = force.nodes[XKX], force.officer(XKX, "examiner")
    accept(node, examiner, update_id)
    before = force.kinds(XKX)
    with pytest.raises(ForbiddenError):
        accept(node, examiner, update_id)
    assert node.trust_keeper.held().missing
    assert force.kinds(XKX) == before


def test_only_who_may_shares_and_decides(force: World) -> None:
    update_id = shared(force)
    for post in ("enquirer", "auditor", "approver-1", "administrator"):
        officer = force.officer(XKX, post)
        with pytest.raises(ForbiddenError):
            send(force, GBR, post)
        with pytest.raises(ForbiddenError):
            accept(force.nodes[XKX], officer, update_id)
        with pytest.raises(ForbiddenError):
            force.do(XKX, partial(refuse, officer=officer, update_id=update_id, reason=WHY, now=force.clock()))
    assert only(force, XKX).state is TrustUpdateState.WAITING


def test_looking_is_logged_and_needs_the_right(force: World) -> None:
    update_id = shared(force)
    with pytest.raises(ForbiddenError):
        look(force.nodes[XKX], force.officer(XKX, "approver-1"), update_id)
    before = force.kinds(XKX).count("trust.viewed")
    look(force.nodes[XKX], force.officer(XKX, "enquirer"), update_id)
    force.do(XKX, lambda tx: inbox(tx, force.officer(XKX, "auditor"), force.clock()))
    assert force.kinds(XKX).count("trust.viewed") == before + 2


def test_a_refused_file_leaves_nothing_and_says_why(force: World) -> None:
    update_id = shared(force)
    supervisor = force.officer(XKX, "supervisor")
    with pytest.raises(InputError):
        force.do(XKX, lambda tx: refuse(tx, supervisor, update_id, "no", force.clock()))
    force.do(XKX, lambda tx: refuse(tx, supervisor, update_id, WHY, force.clock()))
    assert only(force, XKX).state is TrustUpdateState.REFUSED
    assert force.look(XKX, lambda tx: tx.execute(trust_part.select()).all()) == []
    assert newest(force, XKX, "trust.refused").justification == WHY
    for act in (accept, look):
        with pytest.raises(ConflictError):
            act(force.nodes[XKX], supervisor, update_id)
    with pytest.raises(ConflictError):
        force.do(XKX, lambda tx: refuse(tx, supervisor, update_id, WHY, force.clock()))


def test_revocation_lists_alone_need_one_person_and_a_list_beside_them_two(force: World) -> None:
    take(force, shared(force))
    keep(force, ALB, lambda held: import_crl(held, revocation_list(UTO, OLD, {50: 1}, day=IMPORTED)).holdings)
    update_id = shared(force)
    node = force.nodes[XKX]
    weighed = look(node, force.officer(XKX, "examiner"), update_id)
    assert not weighed.needs_two
    assert [each.issuer for each in weighed.difference.crls] == [read(uto_old()).subject]
    assert accept(node, force.officer(XKX, "examiner"), update_id).update.state is TrustUpdateState.ACCEPTED
    store = node.trust_keeper.held().store
    assert store is not None
    assert store.chain(document_signer(UTO, OLD), DAY).state is ChainState.REVOKED
    keep(force, ALB, lambda held: import_certificate(held, kosovo(), force.clock(), DAY).holdings)
    keep(force, ALB, lambda held: import_crl(held, revocation_list(ALBANIA, AL_KEY, {9: 1})).holdings)
    assert look(node, force.officer(XKX, "examiner"), shared(force)).needs_two


def test_a_defect_or_a_list_without_a_new_authority_needs_two_as_well(force: World) -> None:
    """A defect takes trust away on the partner's word, and a list that leaves somebody out does too."""
    take(force, shared(force))
    doubt = Defect(DefectKind.CERTIFICATE_REVOKED, Scope(state="UTO"), "own finding", DAY)
    keep(force, ALB, lambda held: import_defects(held, [doubt], "test").holdings)
    node = force.nodes[XKX]
    done = accept(node, force.officer(XKX, "examiner"), shared(force))
    assert (done.update.state, done.difference.new) == (TrustUpdateState.PROPOSED, ())
    keep(force, ALB, lambda held: listed(held, uto_old(), day="250401"))
    done = accept(node, force.officer(XKX, "supervisor"), shared(force))
    assert (done.update.state, done.difference.new) == (TrustUpdateState.PROPOSED, ())
    assert {each.fingerprint for each in done.difference.gone} == {
        read(each).fingerprint for each in (albania(), uto_link())
    }
    store = node.trust_keeper.held().store
    assert store is not None
    assert store.chain(document_signer(UTO, OLD), DAY).state is ChainState.TRUSTED


def test_what_is_gone_and_what_is_held_against_somebody_is_shown(force: World) -> None:
    take(force, shared(force))
    keep(force, ALB, lambda held: listed(held, uto_link(), uto_new(), day="250401"))
    doubt = Defect(DefectKind.WEAK_KEY, Scope(state="UTO"), "own finding", DAY)
    keep(force, ALB, lambda held: import_defects(held, [doubt], "test").holdings)
    changed = look(force.nodes[XKX], force.officer(XKX, "examiner"), shared(force)).difference
    assert {each.fingerprint for each in changed.gone} == {read(each).fingerprint for each in (uto_old(), albania())}
    assert [each.certificate.fingerprint for each in changed.new] == [read(uto_new()).fingerprint]
    assert [(each.kind, each.via) for each in changed.defects] == [(DefectKind.WEAK_KEY, ALB)]
    assert [(each.source, each.day, each.via) for each in changed.lists] == [("NL", date(2025, 4, 1), ALB)]


def test_what_came_from_a_partner_is_not_passed_on(force: World) -> None:
    take(force, shared(force))
    node = force.nodes[XKX]
    with pytest.raises(InputError, match="nothing to share"):
        pack(node.trust_keeper.folder(), node.desk, force.clock())


def test_a_node_without_a_store_has_nothing_to_share(force: World) -> None:
    with pytest.raises(InputError, match="nothing to share"):
        send(force, GBR, sender=XKX)


def test_an_offline_partner_gets_it_when_it_is_back(force: World) -> None:
    force.stop(XKX)
    update_id = send(force)
    force.deliver()
    assert only(force, ALB, OUT).state is TrustUpdateState.SENT
    force.clock.turn(days=2)
    force.start(XKX)
    force.deliver()
    assert only(force, XKX).id == update_id
    assert only(force, ALB, OUT).state is TrustUpdateState.DELIVERED


def test_after_a_week_it_is_undeliverable_and_can_be_shared_anew(force: World) -> None:
    force.stop(XKX)
    send(force)
    with pytest.raises(ConflictError):
        send(force)
    force.deliver()
    force.clock.turn(days=8)
    force.deliver()
    assert only(force, ALB, OUT).state is TrustUpdateState.UNDELIVERABLE
    force.start(XKX)
    shared(force)
    assert only(force, XKX).state is TrustUpdateState.WAITING


def test_a_partner_of_the_earlier_release_is_unharmed(force: World) -> None:
    speak(force, 1)
    with pytest.raises(RefusedError) as refused:
        send(force)
    assert refused.value.reason is RefusalReason.PARTNER_TOO_OLD
    assert force.look(ALB, lambda tx: tx.execute(outbox.select()).all()) == []
    assert at(force, ALB, OUT) == []


def test_only_members_are_sent_trust_files_and_only_theirs_are_taken(force: World) -> None:
    with pytest.raises(RefusedError) as refused:
        send(force, MNE)  # in talks on that day
    assert refused.value.reason is RefusalReason.NOT_ADMITTED
    keep(force, MNE, lambda held: listed(held, uto_old()))
    answer = offer(force, MNE, XKX, b"file", 1)
    assert (answer["reason"], at(force, XKX)) == ("NOT_ADMITTED", [])


def test_a_suspended_partners_file_is_not_taken_any_more(force: World) -> None:
    from egnatia.enquiries.membership.standing import suspend

    update_id = shared(force)
    node, supervisor = force.nodes[XKX], force.officer(XKX, "supervisor")
    force.do(XKX, lambda tx: suspend(tx, node.desk, supervisor, ALB, WHY, force.clock()))
    with pytest.raises(RefusedError) as refused:
        accept(node, force.officer(XKX, "examiner"), update_id)
    assert refused.value.reason is RefusalReason.PARTNER_SUSPENDED
    force.clock.turn(seconds=1)
    assert offer(force, ALB, XKX, b"file", 9)["reason"] == "PARTNER_SUSPENDED"


# A partner that does not keep to the rules.


def offer(world: World, sender: PartnerCode, to: PartnerCode, file: bytes, version: int, **changed: Any) -> Any:
    """Announce any file; returns the body of the answer."""
    update_id = changed.pop("id", f"{len(at(world, to)):08x}-0000-4000-8000-{world.clock().timestamp():012.0f}")
    body = {"update": update_id, "version": version, "sha256": hashlib.sha256(file).hexdigest()}
    body |= {"size": len(file), "parts": max(1, -(-len(packed(file)) // PART_BYTES))} | changed
    return world.send_body(sender, to, TRUST_OFFER, body, changed.get("conversation", update_id)).body


def part(world: World, sender: PartnerCode, to: PartnerCode, update_id: str, number: int, content: bytes) -> Any:
    body = {"update": update_id, "number": number, "content": base64.b64encode(content).decode()}
    return world.send_body(sender, to, TRUST_PART, body, update_id).body


def forged(world: World, **changed: Any) -> bytes:
    """A file as ALB would make it, but for what is said."""
    node = world.nodes[ALB]
    given: dict[str, Any] = {"maker": ALB, "version": 7, "key": node.keys.signing} | changed
    holdings = shareable(node.trust_keeper.folder().holdings)
    return write_trust_file(holdings, given["maker"], given["version"], world.clock(), given["key"])


UPDATE = "0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11"


def deliver_file(
    world: World, file: bytes, announced: bytes | None = None, content: bytes | None = None, version: int = 7
) -> Any:
    """Send a whole file by hand; returns the body of the last answer."""
    said = file if announced is None else announced
    sent = packed(file) if content is None else content
    parts = [sent[start : start + PART_BYTES] for start in range(0, len(sent), PART_BYTES)]
    update_id = f"{version:08x}{UPDATE[8:]}"
    assert offer(world, ALB, XKX, said, version, id=update_id, parts=len(parts)) == {}
    answers = [part(world, ALB, XKX, update_id, number, each) for number, each in enumerate(parts)]
    return answers[-1]


def flipped(file: bytes) -> bytes:
    place = len(file) * 2 // 3
    return file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]


def test_a_file_that_is_not_the_partners_is_thrown_away_and_entered(force: World) -> None:
    whole = forged(force)
    cases: list[tuple[bytes, bytes | None, bytes | None, str]] = [
        (flipped(whole), None, None, "is not what its first line says"),
        (flipped(whole), whole, None, "not the one that was announced"),
        (forged(force, key=STRANGER), None, None, "no key that is believed"),
        (forged(force, key=None), None, None, "no key that is believed"),
        (forged(force, maker="GBR", version=104), None, None, "said otherwise"),
        (forged(force, version=8), None, None, "said otherwise"),
        (b"\0" * 1_000, None, None, "no trust file"),
        (b"a", None, b"no zlib", "cannot be unpacked"),
        (b"a", None, packed(b"\0" * 9_000_000), "that were announced"),
        (b"a", None, packed(b"a") + b"more", "that were announced"),
        (b"abc", b"abcd", None, "that were announced"),
        (b"ab", None, packed(b"ab")[:-2], "that were announced"),
    ]
    for version, (file, announced, content, said) in enumerate(cases, start=100):
        answer = deliver_file(force, file, announced, content, version)
        assert answer["reason"] == "TRUST_FILE_WRONG", said
        assert said in answer["detail"]
        found = next(each for each in at(force, XKX) if each.version == version)
        assert (found.state, found.refusal) == (TrustUpdateState.REFUSED, RefusalReason.TRUST_FILE_WRONG)
    assert force.look(XKX, lambda tx: tx.execute(trust_part.select()).all()) == []
    assert "message.refused" in force.kinds(XKX)
    assert "trust.received" not in force.kinds(XKX)
    assert force.nodes[XKX].trust_keeper.held().missing


def test_the_sender_hears_of_a_refusal_and_withdraws_the_rest(force: World) -> None:
    assert deliver_file(force, forged(force, version=99), version=99) == {}
    send(force)
    force.deliver()
    ours = only(force, ALB, OUT)
    assert (ours.state, ours.refusal) == (TrustUpdateState.REFUSED, RefusalReason.TRUST_OUTDATED)
    assert force.look(ALB, lambda tx: tx.execute(outbox.select().where(outbox.c.state == "queued")).all()) == []
    assert sum(call.sender == ALB and call.path.endswith("/messages") for call in force.calls) <= 4
    keep(force, ALB, lambda held: listed(held, uto_new(), day="250301"))
    send(force), "a refused file does not keep the next one from being sent"


def test_an_older_version_and_a_second_face_of_one_version_are_refused(force: World) -> None:
    first = forged(force, version=7)
    assert deliver_file(force, first) == {}
    update_id = only(force, XKX).id
    older = offer(force, ALB, XKX, forged(force, version=6), 6)
    again = offer(force, ALB, XKX, first, 7)
    other = offer(force, ALB, XKX, b"another file", 7)
    assert [each["reason"] for each in (older, again, other)] == ["TRUST_OUTDATED"] * 3
    assert "older 6" in older["detail"]
    assert "here already" in again["detail"]
    assert "another file of version 7" in other["detail"]
    take(force, update_id)
    assert offer(force, ALB, XKX, b"another file", 7)["reason"] == "TRUST_OUTDATED", "also after it was taken"


def test_a_newer_file_overtakes_what_nobody_decided(force: World) -> None:
    first = shared(force)
    accept(force.nodes[XKX], force.officer(XKX, "examiner"), first)
    keep(force, ALB, lambda held: listed(held, uto_new(), day="250301"))
    second = shared(force)
    states = {each.id: each.state for each in at(force, XKX)}
    assert states == {first: TrustUpdateState.OVERTAKEN, second: TrustUpdateState.WAITING}
    with pytest.raises(ConflictError):
        accept(force.nodes[XKX], force.officer(XKX, "supervisor"), first)
    assert accept(force.nodes[XKX], force.officer(XKX, "supervisor"), second).update.state is TrustUpdateState.PROPOSED


def test_a_proposal_is_for_one_file_and_not_for_the_next(force: World) -> None:
    """Otherwise a partner could swap the file between the two people."""
    first = shared(force)
    accept(force.nodes[XKX], force.officer(XKX, "examiner"), first)
    keep(force, ALB, lambda held: listed(held, uto_new(), day="250301"))
    second = shared(force)
    assert next(each for each in at(force, XKX) if each.id == second).proposed_by is None


def test_an_offer_without_its_form_is_refused(force: World) -> None:
    wrong: list[dict[str, Any]] = [
        {"version": 0}, {"version": 2**40}, {"sha256": "A" * 64}, {"size": 0}, {"size": 16_000_001}, {"parts": 0},
        {"parts": 401}, {"more": 1}, {"update": "../../trust"}, {"conversation": "another"},
    ]  # fmt: skip
    for changed in wrong:
        assert offer(force, ALB, XKX, b"file", changed.pop("version", 7), **changed)["reason"] == "MALFORMED", changed
    assert at(force, XKX) == []


def test_parts_come_in_order_full_and_from_whom_they_are_expected(force: World) -> None:
    file = bytes(range(256)) * 8
    content = base64.b64encode(hashlib.sha512(file).digest() * 1_400)[: PART_BYTES + 9]
    first, second = content[:PART_BYTES], content[PART_BYTES:]
    assert part(force, ALB, XKX, UPDATE, 0, first)["reason"] == "UNKNOWN_CONVERSATION"
    assert offer(force, ALB, XKX, file, 7, id=UPDATE, parts=2) == {}
    assert part(force, GBR, XKX, UPDATE, 0, first)["reason"] == "UNKNOWN_CONVERSATION", "somebody else's"
    assert part(force, ALB, XKX, UPDATE, 1, second)["reason"] == "UNKNOWN_CONVERSATION", "out of order"
    assert part(force, ALB, XKX, UPDATE, 0, first[:-1])["reason"] == "MALFORMED", "not full"
    assert part(force, ALB, XKX, UPDATE, 0, first) == {}
    assert part(force, ALB, XKX, UPDATE, 0, first)["reason"] == "UNKNOWN_CONVERSATION", "twice"
    assert offer(force, ALB, XKX, file, 7, id=UPDATE)["reason"] == "MALFORMED", "the id is taken"
    assert only(force, XKX).arrived == 1
    with pytest.raises(ConflictError):
        look(force.nodes[XKX], force.officer(XKX, "examiner"), UPDATE)


def test_a_partner_announces_only_so_many_a_day(force: World) -> None:
    answers = [offer(force, ALB, XKX, bytes([version]), version) for version in range(1, OFFERS_A_DAY + 2)]
    assert answers[-1]["reason"] == "QUOTA_EXCEEDED"
    assert all(each == {} for each in answers[:-1])
    force.clock.turn(days=1)
    assert offer(force, ALB, XKX, b"tomorrow", 99) == {}


def test_a_file_whose_rest_never_came_is_forgotten_and_its_parts_with_it(force: World) -> None:
    content = bytes(range(250)) * 140  # one part, exactly full
    assert offer(force, ALB, XKX, b"file", 7, id=UPDATE, parts=2) == {}
    assert part(force, ALB, XKX, UPDATE, 0, content) == {}
    node = force.nodes[XKX]
    force.clock.turn(days=7)
    tidy(node.commit, node.clock)
    assert only(force, XKX).arrived == 1, "its messages may still come"
    force.clock.turn(days=2)
    tidy(node.commit, node.clock)
    assert at(force, XKX) == []
    assert force.look(XKX, lambda tx: tx.execute(trust_part.select()).all()) == []
    assert part(force, ALB, XKX, UPDATE, 1, b"end")["reason"] == "UNKNOWN_CONVERSATION"


# Keys that change, and a store that changes meanwhile.


def rotate(world: World, code: PartnerCode, wanted: Rotation) -> Any:
    return world.nodes[code].rotate_keys(wanted, world.officer(code, "administrator").id)


def test_a_file_queued_before_the_keys_changed_is_good(force: World) -> None:
    force.stop(XKX)
    send(force)
    rotate(force, ALB, Rotation(signing=True))
    force.clock.turn(hours=1)
    force.start(XKX)
    force.deliver()
    take(force, only(force, XKX).id)
    keep(force, ALB, lambda held: listed(held, uto_new(), day="250301"))
    second = shared(force)
    assert (
        look(force.nodes[XKX], force.officer(XKX, "examiner"), second).key
        == force.nodes[ALB].keys.signing.public_key().public_bytes_raw().hex()
    ), "the store knows that the new key is the same partner's"


def test_a_key_that_was_stolen_since_is_not_believed(force: World) -> None:
    update_id = shared(force)
    accept(force.nodes[XKX], force.officer(XKX, "examiner"), update_id)
    gone = update(partner_key).where(partner_key.c.partner == ALB, partner_key.c.kind == "signing")
    force.do(XKX, lambda tx: tx.execute(gone.values(revoked_at=force.clock())))
    with pytest.raises(RefusedError) as refused:
        accept(force.nodes[XKX], force.officer(XKX, "supervisor"), update_id)
    assert refused.value.reason is RefusalReason.TRUST_FILE_WRONG
    assert force.nodes[XKX].trust_keeper.held().missing


def test_the_second_person_decides_about_the_store_as_it_is_then(force: World) -> None:
    update_id = shared(force)
    accept(force.nodes[XKX], force.officer(XKX, "examiner"), update_id)
    keep(force, XKX, lambda held: listed(held, uto_old(), uto_link(), albania()))
    done = accept(force.nodes[XKX], force.officer(XKX, "supervisor"), update_id)
    assert [each.via for each in done.difference.lists] == [ALB]
    assert done.difference.new == (), "the node had imported the newer list itself by then"
    store = force.nodes[XKX].trust_keeper.held().store
    assert store is not None
    assert {each.via for each in store.holdings.versions} == {"", ALB}


def test_what_was_accepted_and_not_stored_is_finished_by_accepting_again(force: World) -> None:
    update_id = shared(force)
    node = force.nodes[XKX]
    accept(node, force.officer(XKX, "examiner"), update_id)
    lock = node.trust_keeper.path / "trust.new"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    with pytest.raises(ConflictError, match="somebody else is writing"):
        accept(node, force.officer(XKX, "supervisor"), update_id)
    assert only(force, XKX).unfinished
    assert node.trust_keeper.held().missing
    lock.unlink()
    accept(node, force.officer(XKX, "supervisor"), update_id)
    assert not only(force, XKX).unfinished
    assert not node.trust_keeper.held().missing
    assert force.kinds(XKX).count("trust.accepted") == 1
    with pytest.raises(ConflictError):
        accept(node, force.officer(XKX, "supervisor"), update_id)


def test_an_unknown_update_is_not_found(force: World) -> None:
    with pytest.raises(NotFoundError):
        accept(force.nodes[XKX], force.officer(XKX, "examiner"), UPDATE)


def test_ours_and_theirs_do_not_get_mixed_up(force: World) -> None:
    """One id may stand on both sides of a node: what we sent is not ours to accept."""
    update_id = shared(force)
    with pytest.raises(NotFoundError):
        accept(force.nodes[ALB], force.officer(ALB, "examiner"), update_id)


def test_a_packed_file_is_never_unpacked_beyond_its_size() -> None:
    assert unpacked(packed(b"abc" * 10), 30) == b"abc" * 10
    for size in (29, 31):
        with pytest.raises(InputError):
            unpacked(packed(b"abc" * 10), size)
