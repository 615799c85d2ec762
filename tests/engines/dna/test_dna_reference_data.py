"""Reference data: a message carries loci and whether the person is identified, and no reader takes more."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import LEAST, MOST, TENTHS, WILDCARD, Allele
from egnatia.engines.dna.formats.reference_data import NO_REF, from_reference_data, to_reference_data
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

LOCI = {"vWA": (160, 170), "TH01": (93, 93), "FGA": (0, 240)}


def _profile(kind: Kind = Kind.PERSON, loci: Mapping[str, tuple[int, ...]] = LOCI, sex: str = "XY") -> Profile:
    return Profile("AL-2026-000417", kind, {name: tuple(map(Allele, seen)) for name, seen in loci.items()}, sex)


def _said(**changed: object) -> dict[str, object]:
    return {"identified": True, "loci": {"vWA": ["16", "17"]}} | changed


def test_a_message_says_loci_and_whether_the_person_is_known() -> None:
    assert to_reference_data(_profile()) == {
        "identified": True,
        "loci": {"vWA": ["16", "17"], "TH01": ["9.3", "9.3"], "FGA": ["*", "24"], "AMEL": ["X", "Y"]},
    }


def test_nothing_of_the_reference_is_in_it() -> None:
    text = json.dumps(to_reference_data(_profile()))
    assert "AL-2026" not in text
    assert "person" not in text


def test_the_order_is_the_catalogues_whatever_the_profiles() -> None:
    backwards = _profile(loci=dict(reversed(LOCI.items())))
    assert json.dumps(to_reference_data(backwards)) == json.dumps(to_reference_data(_profile()))


@pytest.mark.parametrize(("kind", "identified"), [(Kind.PERSON, True), (Kind.TRACE, False), (Kind.REMAINS, False)])
def test_only_whether_somebody_is_identified_is_said_of_the_kind(kind: Kind, *, identified: bool) -> None:
    said = to_reference_data(_profile(kind))
    assert said["identified"] is identified
    assert from_reference_data(said).kind is (Kind.PERSON if identified else Kind.TRACE)


@pytest.mark.parametrize("kind", [Kind.VICTIM, Kind.ELIMINATION, Kind.RELATIVE, Kind.MISSING, Kind.MIXTURE])
def test_kinds_that_are_never_sent(kind: Kind) -> None:
    with pytest.raises(InputError, match="put into no message"):
        to_reference_data(_profile(kind))


@given(
    st.dictionaries(
        st.sampled_from([*BY_NAME]),
        st.tuples(
            st.integers(LEAST * TENTHS, MOST * TENTHS).filter(lambda each: each // TENTHS <= MOST),
            st.one_of(st.just(WILDCARD), st.integers(LEAST * TENTHS, MOST * TENTHS)),
        ).map(lambda pair: tuple(map(Allele, sorted(pair)))),
        min_size=1,
    ),
    st.sampled_from([Kind.PERSON, Kind.TRACE]),
    st.sampled_from(["", "X", "Y", "XY"]),
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_what_is_said_is_read_again(loci: dict[str, tuple[Allele, ...]], kind: Kind, sex: str) -> None:
    profile = Profile("A-1", kind, loci, sex)
    said = json.loads(json.dumps(to_reference_data(profile)))
    assert from_reference_data(said, "A-1") == profile
    assert to_reference_data(from_reference_data(said)) == said


def test_a_profile_without_a_name_has_a_name_that_says_so() -> None:
    assert from_reference_data(_said()).ref == NO_REF
    assert from_reference_data(_said(), "E-12").ref == "E-12"


def test_of_three_values_the_first_stays() -> None:
    made = from_reference_data(_said(loci={"vWA": ["16", "17", "18"], "TH01": ["6", "9.3"]}))
    assert made.loci == {"vWA": (0, 160), "TH01": (60, 93)}
    assert made.kind is Kind.PERSON


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "vWA",
        {},
        {"identified": True},
        {"loci": {"vWA": ["16", "17"]}},
        _said(ref="AL-1"),
        _said(name="A B"),
        _said(kit="ESX17"),
        _said(identified=1),
        _said(identified="true"),
        _said(identified=None),
        _said(loci={}),
        _said(loci=[["vWA", "16", "17"]]),
        _said(loci={"AMEL": ["X", "Y"]}),
        _said(loci={"vwa": ["16", "17"]}),
        _said(loci={"THO1": ["6", "7"]}),
        _said(loci={"name": ["6", "7"]}),
        _said(loci={7: ["6", "7"]}),
        _said(loci={"vWA": ["16"]}),
        _said(loci={"vWA": []}),
        _said(loci={"vWA": "16"}),
        _said(loci={"vWA": {"16": "17"}}),
        _said(loci={"vWA": ["16", "17", "18", "19"]}),
        _said(loci={"vWA": ["16", "16", "17"]}),
        _said(loci={"vWA": ["16", "17", "18"], "FGA": ["20", "21", "22"]}),
        _said(loci={"vWA": [16, 17]}),
        _said(loci={"vWA": [["16"], "17"]}),
        _said(loci={"vWA": ["16", None]}),
        _said(loci={"vWA": ["*", "*"]}),
        _said(loci={"vWA": ["16", ""]}),
        _said(loci={"vWA": ["16", "OL"]}),
        _said(loci={"vWA": ["16", "<9"]}),
        _said(loci={"vWA": ["16", "016"]}),
        _said(loci={"vWA": ["16", "17.0"]}),
        _said(loci={"vWA": ["16", " 17"]}),
        _said(loci={"vWA": ["16", "99"]}),
        _said(loci={"vWA": ["16", "\u0661\u0667"]}),
        _said(loci={"vWA": ["16", "1" * 100_000]}),
        _said(loci={"vWA": ["16", "17"], "AMEL": ["Z"]}),
        _said(loci={"vWA": ["16", "17"], "AMEL": ["Y", "X"]}),
        _said(loci={"vWA": ["16", "17"], "AMEL": "XY"}),
        _said(loci={f"L{number}": ["16", "17"] for number in range(1000)}),
    ],
)
def test_everything_else_is_refused(data: object) -> None:
    with pytest.raises(InputError) as refused:
        from_reference_data(data)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("loci", "sex"),
    [
        ({}, "X"),
        ({"vWA": (150, 160, 170, 180)}, ""),
        ({"vWA": (150, 160, 170), "FGA": (200, 210, 220)}, ""),
        ({"vWA": (5, 160)}, ""),
        ({"vWA": (0, 0)}, ""),
        ({"vWA": (150, 160)}, "female"),
    ],
)
def test_the_writer_makes_nothing_that_its_reader_would_refuse(loci: dict[str, tuple[int, ...]], sex: str) -> None:
    with pytest.raises(InputError):
        to_reference_data(_profile(loci=loci, sex=sex))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["vWA", "16", "identified", "loci"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["identified", "loci", "vWA", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_noise_is_a_profile_or_refused(data: object) -> None:
    try:
        made = from_reference_data(data)
    except InputError:
        return
    assert to_reference_data(made)
