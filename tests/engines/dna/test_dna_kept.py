"""Packing from what a node keeps: by the bytes of loci what the reader of whole profiles packs, however it was written."""

import json
from collections.abc import Mapping

import pytest
from bench.dna.formats import simulated
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import Allele, read_allele, write_allele
from egnatia.engines.dna.columns import Columns, Packer, unpack
from egnatia.engines.dna.kept import MAX_PIECE, KeptPacker
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

NAMES = [each.name for each in LOCI]


def _write(loci: Mapping[str, list[str]]) -> bytes:
    return json.dumps({"identified": True, "loci": loci}).encode()


def _read(ref: str, kind: str, content: bytes) -> Profile:
    """As a node reads one profile."""
    loci = json.loads(content)["loci"]
    sex = "".join(loci.pop("AMEL", ""))
    seen = {name: tuple(sorted(read_allele(each)[0] for each in values)) for name, values in loci.items()}
    return Profile(ref, Kind(kind), seen, sex)


def _packed(contents: list[bytes]) -> tuple[Columns, Columns]:
    """By the bytes, and each by the reader."""
    kept, packer = KeptPacker(_read), Packer()
    for number, content in enumerate(contents):
        kind = [*Kind][number % len(Kind)]
        kept.add(f"P-{number}", kind, content)
        packer.add(_read(f"P-{number}", kind, content))
    return kept.packer().columns(), packer.columns()


def _same(one: Columns, other: Columns) -> None:
    assert [*unpack(one)] == [*unpack(other)]
    assert one.refs.tobytes() == other.refs.tobytes()
    assert one.ends.tolist() == other.ends.tolist()


VALUES = st.sampled_from(["*", "9", "9.3", "12", "13", "30.2", "8"])
PROFILES = st.dictionaries(
    st.sampled_from(NAMES), st.lists(VALUES, min_size=2, max_size=4).map(sorted), min_size=1, max_size=12
)


@given(st.lists(st.tuples(PROFILES, st.sampled_from([[], ["X"], ["X", "Y"]])), max_size=8))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_by_their_bytes_profiles_are_what_the_reader_says(given: list[tuple[dict[str, list[str]], list[str]]]) -> None:
    contents = [_write(loci | ({"AMEL": sex} if sex else {})) for loci, sex in given]
    _same(*_packed(contents))


def test_of_a_thousand_simulated_persons_each_locus_is_read_once() -> None:
    asked = []

    def counting(ref: str, kind: str, content: bytes) -> Profile:
        asked.append(content)
        return _read(ref, kind, content)

    profiles, kept = simulated(1000), KeptPacker(counting)
    loci = [{name: [write_allele(each) for each in seen] for name, seen in one.loci.items()} for one in profiles]
    for one, said in zip(profiles, loci, strict=True):
        kept.add(one.ref, one.kind, _write(said))
    assert [*unpack(kept.packer().columns())] == profiles
    assert len(asked) == len({*asked}) == len({(name, *seen) for said in loci for name, seen in said.items()})


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"identified": False, "loci": {"vWA": ["16", "17"], "FGA": ["20", "21"]}}, indent=1).encode(),
        json.dumps({"loci": {"vWA": ["16", "17"]}, "identified": True}).encode(),
        json.dumps({"loci": {"vWA": ["16", "17"]}}, separators=(",", ":")).encode(),
        b'{"loci": {"vWA": ["16", "17"] , "FGA": ["20", "21"]}}',
        b'{"loci": {"vWA": ["16", "17"], "v\\u0057A": ["16", "18"]}}',
        b'{"loci": {"vWA": ["1\\u0036", "17"], "FGA": ["20",    "21"]}}',
        json.dumps({"loci": {"SE33": [str(each) for each in range(10, 26)], "vWA": ["16", "17"]}}).encode(),
        json.dumps({"identified": True, "loci": {}}).encode(),
        json.dumps({"identified": True, "loci": {"AMEL": ["X", "Y"]}}).encode(),
    ],
)
def test_what_is_written_otherwise_is_read_all_the_same(content: bytes) -> None:
    one, other = _packed([content, _write({"vWA": ["16", "17"]}), content])
    assert [*unpack(one)] == [*unpack(other)]


def test_a_long_piece_is_read_and_not_kept_in_mind() -> None:
    kept = KeptPacker(_read)
    many = [str(each) for each in range(10, 26)]
    for number in range(3):
        kept.add(f"P-{number}", Kind.MIXTURE, _write({"SE33": many}))
    assert len(json.dumps(many)) > MAX_PIECE
    assert not kept._pieces
    assert kept.packer().columns().profile(2).loci == {"SE33": tuple(Allele(10 * int(each)) for each in many)}


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"loci": {"vWA": ["16", "17"]}', b'{"loci": {"vWA": ["16", "17", }}']
)
def test_what_is_no_profile_is_the_readers_to_refuse(content: bytes) -> None:
    kept = KeptPacker(_read)
    with pytest.raises((ValueError, KeyError)):
        kept.add("P-1", Kind.PERSON, content)
    kept.add("P-2", Kind.PERSON, _write({"vWA": ["16", "17"]}))
    assert [each.ref for each in unpack(kept.packer().columns())] == ["P-2"]


@pytest.mark.parametrize("loci", [{"vWB": ["16", "17"]}, {"vWA": ["16"]}, {"vWA": [], "FGA": ["20", "21"]}])
def test_what_is_no_locus_is_refused_and_leaves_nothing_behind(loci: dict[str, list[str]]) -> None:
    kept = KeptPacker(_read)
    for _ in range(2):
        with pytest.raises(InputError):
            kept.add("P-1", Kind.PERSON, _write(loci))
    assert len(kept.packer().columns()) == 0
