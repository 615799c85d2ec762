"""What is kept of a linked register gives what linking it gave, with records taken out and put back, and names nobody."""

import json
import zlib
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonRecord, parse_date
from egnatia.engines.people.link import Clusters, bits_of, register_of
from egnatia.engines.people.link.fields import Field
from egnatia.engines.people.link.grouping import Pair
from egnatia.engines.people.link.keeping import (
    DRIFT,
    FORMAT,
    Kept,
    compared_with,
    from_bytes,
    link_and_keep,
    pruned,
)
from egnatia.engines.people.link.linkage import Linked
from egnatia.engines.people.link.others import FROM_BITS
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

RECORDS = {each.ref: each for each in (line.filed.record() for line in lines(Recipe(260, 5, 0.4)))}
FROM = bits_of(0.95)


@pytest.fixture(scope="module")
def both() -> tuple[Linked, Kept]:
    return link_and_keep(register_of(RECORDS.values()))


@pytest.fixture(scope="module")
def kept(both: tuple[Linked, Kept]) -> Kept:
    return both[1]


def groups(kept: Kept) -> tuple[tuple[str, ...], ...]:
    return Clusters(kept.weighed(kept.bits), FROM).groups


def weights(kept: Kept) -> dict[Pair, tuple[float, float]]:
    """What every kept pair gains, and how much of that contradicts."""
    refs = kept.refs
    ends = zip(kept.left.tolist(), kept.right.tolist(), strict=True)
    values = zip(kept.gain.tolist(), kept.contrary.tolist(), strict=True)
    return {(refs[one], refs[other]): each for (one, other), each in zip(ends, values, strict=True)}


def records_of(pairs: set[Pair]) -> list[PersonRecord]:
    return [RECORDS[RecordRef(ref)] for ref in sorted({ref for pair in pairs for ref in pair})]


def test_groups_of_what_is_kept_are_those_of_the_run(both: tuple[Linked, Kept]) -> None:
    linked, kept = both
    found = Clusters(linked.weighed(), FROM).groups
    assert len(found) > 50
    assert groups(kept) == found


def test_what_is_kept_weighs_what_it_weighed(both: tuple[Linked, Kept]) -> None:
    linked, kept = both
    refs = linked.register.refs
    every = zip(linked.left.tolist(), linked.right.tolist(), linked.bits.tolist(), strict=True)
    weighed = {frozenset((refs[one], refs[other])): bits for one, other, bits in every}
    ends = zip(kept.left.tolist(), kept.right.tolist(), kept.bits.tolist(), strict=True)
    for one, other, bits in ends:
        assert bits == pytest.approx(weighed[frozenset((kept.refs[one], kept.refs[other]))], abs=1e-9)
    links = {pair for pair, bits in weighed.items() if bits >= 0}
    assert links <= {frozenset(pair) for pair in kept.pairs()}, "no link is lost"


def test_only_pairs_that_matter_are_kept(both: tuple[Linked, Kept]) -> None:
    linked, kept = both
    assert len(kept.left) < len(linked.left)
    own = kept.gain + kept.model.prior
    inside = {ref: place for place, part in enumerate(kept.parts(kept.refs)) for ref in part}
    for (one, other), bits in zip(weights(kept), own.tolist(), strict=True):
        assert bits >= FROM_BITS or inside[one] == inside[other]


def test_what_contradicts_within_a_part_is_kept_however_little_it_weighs() -> None:
    """Two who are not alike, each linked with a third that has the papers of both: what parts them has to be known."""
    chain = [
        PersonRecord(RecordRef("C-1"), "Besnik", "Zogaj", parse_date("1951-02-03"), "Rrok", ("K1111111",)),
        PersonRecord(RecordRef("C-2"), "Besnik", "Zogaj", None, "", ("K1111111", "M2222222")),
        PersonRecord(RecordRef("C-3"), "Besnik", "Zogaj", parse_date("1988-10-27"), "Ymer", ("M2222222",)),
    ]
    _, kept = link_and_keep(register_of([*RECORDS.values(), *chain]))
    own = {pair: gain + kept.model.prior for pair, (gain, _) in weights(kept).items()}
    assert own["C-1", "C-2"] > 0
    assert own["C-2", "C-3"] > 0
    assert own["C-1", "C-3"] < FROM_BITS


def test_records_are_numbered_by_reference_and_pairs_stand_once(kept: Kept) -> None:
    assert list(kept.refs) == sorted(set(kept.refs))
    assert (kept.left < kept.right).all()
    assert len(kept.pairs()) == len(kept.left)
    assert set(np.concatenate([kept.left, kept.right]).tolist()) == set(range(len(kept.refs)))


def test_bytes_say_all_of_it(kept: Kept) -> None:
    back = from_bytes(kept.to_bytes())
    assert weights(back) == weights(kept)
    assert (back.refs, back.records, back.added) == (kept.refs, kept.records, kept.added)
    assert back.model == kept.model
    for field, each in kept.borne.items():
        assert back.borne[field].keys.tolist() == each.keys.tolist()
        assert back.borne[field].counts.tolist() == each.counts.tolist()
        assert back.borne[field].total == each.total
    assert groups(back) == groups(kept)


def test_bytes_name_nobody(kept: Kept) -> None:
    plain = zlib.decompress(kept.to_bytes())
    for record in RECORDS.values():
        for text in (record.first_names, record.family_names, record.father_name, *record.identifiers):
            words = [word for word in text.split() if len(word) > 4]
            assert not any(word.encode() in plain or word.lower().encode() in plain for word in words)


def other_head(kept: Kept, **changes: object) -> bytes:
    """The same bytes under another head."""
    with np.load(BytesIO(zlib.decompress(kept.to_bytes()))) as found:
        arrays = {name: found[name] for name in found.files}
    head = json.loads(arrays["head"].tobytes()) | changes
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    stream = BytesIO()
    np.savez(stream, **arrays)
    return zlib.compress(stream.getvalue())


def test_bytes_of_another_release_are_refused(kept: Kept) -> None:
    assert from_bytes(other_head(kept, format=FORMAT)).records == kept.records
    with pytest.raises(InputError):
        from_bytes(other_head(kept, format="link/0 kept/1"))
    with pytest.raises(InputError):
        from_bytes(other_head(kept, records="many"))


@pytest.mark.parametrize("broken", [b"", b"no such thing", zlib.compress(b""), zlib.compress(b"PK\x03\x04 cut")])
def test_broken_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(InputError):
        from_bytes(broken)


def test_cut_bytes_are_refused(kept: Kept) -> None:
    whole = kept.to_bytes()
    for length in (1, 100, len(whole) // 2, len(whole) - 1):
        with pytest.raises(InputError):
            from_bytes(whole[:length])


def test_who_is_taken_out_is_in_nothing(kept: Kept) -> None:
    gone = set(kept.refs[::3])
    rest = kept.without(gone)
    assert gone.isdisjoint(rest.refs)
    assert rest.pairs() == {pair for pair in kept.pairs() if gone.isdisjoint(pair)}
    assert not any(ref.encode() + b"\n" in zlib.decompress(rest.to_bytes()) for ref in gone)
    assert kept.without({"nobody"}) is kept


def test_everybody_can_be_taken_out(kept: Kept) -> None:
    empty = kept.without(kept.refs)
    assert (empty.refs, empty.pairs(), groups(empty)) == ((), set(), ())
    assert from_bytes(empty.to_bytes()).refs == ()


@settings(deadline=None, derandomize=True, max_examples=15)
@given(data=st.data())
def test_who_comes_back_finds_everything_as_it_was(kept: Kept, data: st.DataObject) -> None:
    """Taken out in any number, compared again with those whom they resemble: the result is that of the whole run."""
    gone = set(data.draw(st.lists(st.sampled_from(kept.refs), min_size=1, max_size=12)))
    pairs = {pair for pair in kept.pairs() if not gone.isdisjoint(pair)}
    back = pruned(compared_with(kept.without(gone), records_of(pairs), pairs))
    assert back.pairs() == kept.pairs()
    before, after = weights(kept), weights(back)
    for pair, values in before.items():
        assert after[pair] == pytest.approx(values, abs=1e-9)
    assert groups(back) == groups(kept)


def test_in_whatever_order_records_come_the_result_is_one(kept: Kept) -> None:
    gone = list(kept.refs[:6])
    rest = kept.without(gone)
    results = []
    for order in (gone, gone[::-1]):
        made, there = rest, set(rest.refs)
        for ref in order:
            there.add(ref)
            pairs = {pair for pair in kept.pairs() if ref in pair and set(pair) <= there}
            made = compared_with(made, records_of(pairs), pairs)
        results.append((weights(made), groups(made)))
    assert results[0] == results[1]
    assert results[0][1] == groups(kept)


def test_a_pair_that_is_compared_again_is_weighed_anew(kept: Kept) -> None:
    pair = min(kept.pairs())
    married = replace(RECORDS[RecordRef(pair[0])], family_names="Quite Another", father_name="Nobody's")
    again = compared_with(kept, [married, RECORDS[RecordRef(pair[1])]], [pair])
    assert weights(again)[pair][0] < weights(kept)[pair][0]
    assert {each: gain for each, gain in weights(again).items() if each != pair} == {
        each: gain for each, gain in weights(kept).items() if each != pair
    }


def test_pairs_that_nothing_connects_are_not_kept(kept: Kept) -> None:
    strangers = (
        PersonRecord(RecordRef("X-1"), "Aurel", "Popescu", parse_date("1950-01-31")),
        PersonRecord(RecordRef("X-2"), "Mirjeta", "Dervishaj", parse_date("1999-12-02")),
    )
    made = compared_with(kept, strangers, [("X-1", "X-2")])
    assert ("X-1", "X-2") in made.pairs()
    assert pruned(made).pairs() == kept.pairs()
    assert compared_with(kept, strangers, []) is kept


def test_a_part_is_who_is_connected(kept: Kept) -> None:
    for group in groups(kept)[:20]:
        (part,) = kept.parts({group[0]})
        assert set(group) <= set(part)
    assert kept.parts({"nobody"}) == []


def test_frequencies_are_counted_where_several_have_a_value(kept: Kept) -> None:
    family = kept.borne[Field.FAMILY]
    assert family.total == sum(1 for each in RECORDS.values() if each.family_names)
    assert min(family.counts.tolist()) > 1
    assert family.keys.tolist() == sorted(family.keys.tolist())
    assert kept.borne[Field.NUMBERS].total == len(RECORDS)


@pytest.mark.parametrize(("added", "more", "drifted"), [(0, 0, False), (0, 10, False), (0, 11, True), (10, 1, True)])
def test_after_so_many_new_records_the_register_is_learned_anew(
    kept: Kept, added: int, more: int, *, drifted: bool
) -> None:
    thousand = replace(kept, model=replace(kept.model, records=1_000), added=added)
    assert DRIFT == 0.01
    assert thousand.drifted(more) is drifted


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_register_of_nearly_nobody_is_kept_too(count: int) -> None:
    few = list(RECORDS.values())[:count]
    _, kept = link_and_keep(register_of(few))
    assert kept.records == count
    assert groups(from_bytes(kept.to_bytes())) == groups(kept)
    assert not kept.drifted(1)
    assert kept.drifted(2)
