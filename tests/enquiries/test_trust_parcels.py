"""The parts of a shared trust file one by one: packing, bodies, who is a member, and what is shared at all."""

import base64
import contextlib
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.trust.realm import history
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World

from egnatia.enquiries.membership.standing import reinstate, suspend
from egnatia.enquiries.messages import decode, encode
from egnatia.enquiries.trust.members import check_member
from egnatia.enquiries.trust.messages import (
    MAX_FILE_BYTES,
    MAX_PARTS,
    PART_BYTES,
    TrustOfferBody,
    TrustPartBody,
)
from egnatia.enquiries.trust.sharing import pack
from egnatia.enquiries.trust.updates import packed, unpacked
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.message import Message, write_message
from egnatia.exchange.strict_json import MAX_BYTES
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason

UPDATE = "0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11"
WHY = "Compared by telephone with the embassy of the partner."
GOOD: dict[str, Any] = {"update": UPDATE, "version": 1, "sha256": "0" * 64, "size": 1, "parts": 1}


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(min_size=1, max_size=3_000))
def test_what_is_packed_is_unpacked_and_to_no_other_size(file: bytes) -> None:
    content = packed(file)
    assert unpacked(content, len(file)) == file
    for size in {len(file) - 1, len(file) + 1, 2 * len(file)} - {0}:
        with pytest.raises(InputError):
            unpacked(content, size)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data())
def test_no_spoilt_packing_gives_other_bytes(data: st.DataObject) -> None:
    """Its own check sum, and the size, leave nothing that unpacks to something else."""
    file = data.draw(st.binary(min_size=1, max_size=400))
    content = bytearray(packed(file))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        found = unpacked(bytes(content), len(file))
    except InputError:
        return
    assert found == file  # a bit of the header that carries nothing


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(max_size=400), st.integers(1, 10_000))
def test_any_bytes_unpack_to_the_announced_size_or_not_at_all(content: bytes, size: int) -> None:
    with contextlib.suppress(InputError):
        assert len(unpacked(content, size)) == size


def test_a_bomb_takes_no_more_memory_than_was_announced() -> None:
    bomb = zlib.compress(b"\0" * 40_000_000, 9)
    assert len(bomb) < PART_BYTES * 2
    with pytest.raises(InputError, match="announced"):
        unpacked(bomb, 1_000)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("update", ["", "x", UPDATE.upper(), UPDATE + "\n", None, 1]),
        ("version", [0, -1, 1.0, "1", True, 10**9 + 1]),
        ("sha256", ["", "0" * 63, "0" * 65, "G" * 64, "0" * 64 + "\n"]),
        ("size", [0, MAX_FILE_BYTES + 1, "1"]),
        ("parts", [0, MAX_PARTS + 1, None]),
    ],
)
def test_an_offer_has_its_form_or_is_malformed(name: str, wrong: list[Any]) -> None:
    assert encode(decode(TrustOfferBody, GOOD)) == GOOD
    for value in wrong:
        with pytest.raises(RefusedError) as refused:
            decode(TrustOfferBody, GOOD | {name: value})
        assert refused.value.reason is RefusalReason.MALFORMED
    with pytest.raises(RefusedError):
        decode(TrustOfferBody, {key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize("content", ["", "!", "====", "YQ==\n", "YQ==YQ==", "a" * (PART_BYTES * 2), None, 5])
def test_a_part_is_base64_of_bounded_length(content: Any) -> None:
    with pytest.raises(RefusedError):
        decode(TrustPartBody, {"update": UPDATE, "number": 0, "content": content})


def test_a_full_part_fits_into_a_message_with_room(world: World) -> None:
    """Signed and in two layers of base64: otherwise nothing could be shared at all."""
    body = TrustPartBody(update=UPDATE, number=MAX_PARTS - 1, content=base64.b64encode(b"\xff" * PART_BYTES).decode())
    message = Message(
        "trust_part", MessageId(UPDATE), ALB, XKX, UPDATE, datetime(2026, 1, 1, tzinfo=UTC), None, encode(body), 2
    )
    written = write_message(message, world.nodes[ALB].keys.signing)
    assert MAX_BYTES - 4_000 < len(written.content) <= MAX_BYTES


def reason(world: World, partner: PartnerCode) -> RefusalReason | None:
    node = world.nodes[ALB]
    try:
        world.look(ALB, lambda tx: check_member(tx, node.desk, partner, world.clock()))
    except RefusedError as error:
        return error.reason
    return None


def test_only_members_in_good_standing_count(world: World) -> None:
    node, supervisor = world.nodes[ALB], world.officer(ALB, "supervisor")
    assert [reason(world, each) for each in (XKX, GBR, MKD)] == [None, None, None]
    assert reason(world, MNE) is RefusalReason.NOT_ADMITTED, "in talks"
    assert reason(world, PartnerCode("DEU")) is RefusalReason.UNKNOWN_PARTNER
    world.do(ALB, lambda tx: suspend(tx, node.desk, supervisor, XKX, WHY, world.clock()))
    assert reason(world, XKX) is RefusalReason.PARTNER_SUSPENDED
    assert reason(world, GBR) is None, "its suspension is nobody else's"
    world.do(ALB, lambda tx: reinstate(tx, node.desk, supervisor, XKX, WHY, world.clock()))
    assert reason(world, XKX) is None


def test_standing_is_asked_as_of_the_day(world: World) -> None:
    """North Macedonia was a candidate before it joined; what counts is the day of the act."""
    member_now = reason(world, MKD)
    world.clock.now = world.clock.now - timedelta(days=3 * 365)
    assert member_now is None
    assert reason(world, MKD) in {RefusalReason.NOT_ADMITTED, RefusalReason.UNKNOWN_PARTNER}


def test_a_parcel_is_cut_full_and_joins_to_the_signed_file(world: World) -> None:
    node = world.nodes[ALB]
    before = node.trust_keeper.folder()
    node.trust_keeper.put(before, history(), world.clock())
    parcel = pack(node.trust_keeper.folder(), node.desk, world.clock())
    assert all(len(each) == PART_BYTES for each in parcel.parts[:-1])
    assert 0 < len(parcel.parts[-1]) <= PART_BYTES
    assert (parcel.version, parcel.certificates) == (1, len(history().certificates))
    file = unpacked(b"".join(parcel.parts), parcel.size)
    assert node.keys.signing.public_key().public_bytes_raw().hex().encode() in file[:400]
