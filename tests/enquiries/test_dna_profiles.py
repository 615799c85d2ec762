"""Profiles taken in without identities: what is stored, what is refused, and that an import is whole or absent."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.databases import ABOUT_SQLITE, ON_POSTGRESQL
from tests.enquiries.dna_rows import ADMIN, ANNA, CASE, CHIEF, DAY, a_profile
from tests.federation.dna_acts import CATEGORIES, KIND, somebody

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.formats.reading import Read, read_profiles
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna.links import Link, link_of, link_profile
from egnatia.enquiries.dna.profiles import (
    KINDS,
    REFERENCE,
    Intake,
    list_profiles,
    load_profile,
    profile_row,
    read_profile,
    replace_loci,
    store_profiles,
    view_profile,
    write_profile,
)
from egnatia.enquiries.dna.withdrawal import erase_everywhere
from egnatia.errors import ConflictError, ErasedError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.dna import ProfileCategory, ProfileKind, SampleState
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.states import CorrectionReason
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import dna_change, dna_link, dna_number, dna_profile, metadata

CATEGORY = ProfileCategory
WHY = "The laboratory asks which kit this one was typed with."
GONE = (CorrectionReason.WITHDRAWN, "The case was closed and the person acquitted.")
IDENTITY = ("name", "born", "birth", "sex", "father", "nationality", "address", "photo", "alias", "document", "face")


def intake(category: ProfileCategory = CATEGORY.CONVICTED, **changes: Any) -> Intake:
    values: dict[str, Any] = {"kit": "GlobalFiler", "accreditation": "lab-0001", "legal_basis": "s.63D PACE"}
    values |= {"keep_until": DAY + timedelta(days=900)}
    return Intake(category, **(values | changes))


def taken(tx: Transaction, *profiles: Profile, said: Intake | None = None) -> int:
    return store_profiles(tx, ADMIN, profiles, said or intake(), DAY)


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.write() as made:
        yield made


def test_what_was_stored_comes_back_as_it_was(tx: Transaction) -> None:
    person = somebody("one", "P-1")
    assert taken(tx, person) == 1
    assert load_profile(tx, "P-1") == person
    row = profile_row(tx, "P-1")
    assert (row.kind, row.category, row.loci) == (KIND.PERSON, CATEGORY.CONVICTED, 16)
    assert (row.kit, row.accreditation, row.legal_basis) == ("GlobalFiler", "lab-0001", "s.63D PACE")
    assert (row.imported_at, row.keep_until, row.sample_state) == (DAY, DAY + timedelta(days=900), SampleState.HELD)


designations = st.lists(st.integers(20, 980).map(Allele) | st.just(WILDCARD), min_size=2, max_size=6).map(
    lambda seen: tuple(sorted(seen))
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    loci=st.dictionaries(st.sampled_from(["vWA", "TH01", "FGA", "SE33", "Penta E", "CD4"]), designations, min_size=1),
    kind=st.sampled_from(KIND),
    sex=st.sampled_from(["", "X", "XY"]),
)
def test_sealed_content_reads_back_for_every_kind(loci: dict[str, Any], kind: ProfileKind, sex: str) -> None:
    usual = {
        name: tuple(each for each in seen if each == WILDCARD or each // 10 not in (0, 1, 99))
        for name, seen in loci.items()
    }
    known = {name: seen for name, seen in usual.items() if len(seen) >= 2}
    profile = Profile("P-1", kind, known, sex)
    assert read_profile("P-1", kind, write_profile(profile)) == profile


def test_what_is_sealed_has_two_fields_and_no_room_for_a_third(tx: Transaction) -> None:
    taken(tx, somebody("one", "P-1"))
    sealed_id = tx.execute(select(dna_profile.c.sealed_id)).scalar_one()
    content = json.loads(tx.unseal(SealedId(sealed_id)))
    assert {*content} == {"identified", "loci"}
    assert all(isinstance(each, list) for each in content["loci"].values())


def test_no_column_beside_the_loci_could_hold_an_identity() -> None:
    """Requirement FOR-01: whose a profile is stands in `dna_link`, which has no loci, and nowhere else."""
    for table in metadata.tables.values():
        if table.name.startswith("dna_"):
            columns = {column.name for column in table.columns}
            assert not [name for name in columns if any(word in name.split("_") for word in IDENTITY)], table.name
    assert "person_ref" not in dna_profile.c
    assert "record_ref" not in dna_profile.c
    assert not {"loci", "kit", "profile"} & {column.name for column in dna_link.columns}
    assert {column.name for column in dna_number.columns} == {"number", "agreement", "partner", "ref", "given_at"}


def test_a_profile_of_the_engine_has_no_field_for_a_name() -> None:
    assert {*Profile.__dataclass_fields__} == {"ref", "kind", "loci", "amelogenin", "required"}


@pytest.mark.parametrize(
    "ref", ["SMITH", "JOHN-SMITH", "p-1", "P 1", "P_1", "P-1\n", "", "P1" * 21, "Ñ-1", "Arben1", "1-É", "P1"]
)
def test_a_reference_that_could_be_a_name_is_none(ref: str) -> None:
    assert REFERENCE.fullmatch(ref) is None


@pytest.mark.parametrize("ref", ["P-1", "ALB-T-000417", "0123", "A1B", "X" * 39 + "1"])
def test_a_reference_has_a_digit(ref: str) -> None:
    assert REFERENCE.fullmatch(ref)


def test_an_import_with_a_name_for_a_reference_stores_nothing(database: Database) -> None:
    with pytest.raises(InputError, match="cannot be a profile's reference"), database.write() as tx:
        taken(tx, somebody("one", "P-1"), somebody("two", "SMITH-JOHN"))
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(dna_profile)).scalar_one() == 0
        assert tx.execute(select(func.count()).select_from(dna_change)).scalar_one() == 0


@pytest.mark.parametrize("again", ["in the file", "later"])
def test_a_reference_stands_once(database: Database, again: str) -> None:
    one, other = somebody("one", "P-1"), somebody("two", "P-1")
    if again == "later":
        with database.write() as tx:
            taken(tx, one)
    with pytest.raises(ConflictError, match="P-1 already"), database.write() as tx:
        taken(tx, *([one, other] if again == "in the file" else [somebody("x", "P-0"), other]))
    with database.read() as tx:
        assert [each.ref for each in list_profiles(tx)] == ([] if again == "in the file" else ["P-1"])


@pytest.mark.parametrize("category", CATEGORY)
def test_why_it_is_kept_says_what_it_may_be(tx: Transaction, category: ProfileCategory) -> None:
    """Requirement FOR-06: what was given for another reason can never be stored as a person's to be searched."""
    for number, kind in enumerate(KIND):
        profile = somebody("one", f"X-{number}", kind)
        if kind in KINDS[category]:
            assert taken(tx, profile, said=intake(category)) == 1
        else:
            with pytest.raises(InputError, match="is of kind"):
                taken(tx, profile, said=intake(category))


def test_only_the_convicted_and_suspects_are_searched_as_persons() -> None:
    assert {each for each, kinds in KINDS.items() if KIND.PERSON in kinds} == {CATEGORY.CONVICTED, CATEGORY.SUSPECT}
    assert {*KINDS} == {*CATEGORY}
    assert {kind for kinds in KINDS.values() for kind in kinds} == {*KIND}
    assert all(kind in KINDS[category] for kind, category in CATEGORIES.items())


@pytest.mark.parametrize(
    "changes",
    [
        {"kit": ""},
        {"kit": "K" * 41},
        {"accreditation": "a\nb"},
        {"legal_basis": "L" * 61},
        {"legal_basis": ""},
        {"keep_until": DAY},
        {"keep_until": DAY - timedelta(days=1)},
    ],
)
def test_what_is_said_of_an_import_has_to_hold(tx: Transaction, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        taken(tx, somebody("one", "P-1"), said=intake(**changes))


def test_a_profile_without_a_locus_is_none(tx: Transaction) -> None:
    with pytest.raises(InputError, match="has no locus"):
        taken(tx, Profile("P-1", KIND.PERSON))


def test_only_an_administrator_imports_and_no_administrator_looks(tx: Transaction) -> None:
    for officer in (ANNA, CHIEF):
        with pytest.raises(ForbiddenError):
            store_profiles(tx, officer, [somebody("one", "P-1")], intake(), DAY)
    taken(tx, somebody("one", "P-1"))
    with pytest.raises(ForbiddenError):
        view_profile(tx, ADMIN, "P-1", WHY, DAY)
    with pytest.raises(ForbiddenError):
        erase_everywhere(tx, ANNA, "P-1", GONE, DAY)
    with pytest.raises(ForbiddenError):
        link_profile(tx, ANNA, "P-1", Link(CASE), DAY)


def test_an_import_is_one_entry_that_counts_and_says_no_locus(tx: Transaction) -> None:
    taken(tx, *(somebody(f"{n}", f"P-{n}") for n in range(5)))
    [entry] = read_entries(tx, EntryFilter(kind=EventKind.DNA_PROFILES_IMPORTED))
    assert entry.actor == ADMIN.id
    assert (entry.content or {})["kinds"] == {"person": 5}
    assert "vWA" not in json.dumps(entry.content)


def test_looking_is_entered_with_its_reason(tx: Transaction) -> None:
    taken(tx, somebody("one", "P-1"))
    _, profile = view_profile(tx, ANNA, "P-1", WHY, DAY)
    assert profile == somebody("one", "P-1")
    [entry] = read_entries(tx, EntryFilter(kind=EventKind.DNA_PROFILE_VIEWED))
    assert (entry.actor, entry.object_ref, entry.justification) == (ANNA.id, "dna_profile:P-1", WHY)
    with pytest.raises(InputError):
        view_profile(tx, ANNA, "P-1", "curious", DAY)
    with pytest.raises(NotFoundError):
        view_profile(tx, ANNA, "P-404", WHY, DAY)


def test_lists_have_no_loci_and_go_on_behind_a_reference(tx: Transaction) -> None:
    taken(tx, *(somebody(f"{n}", f"P-{n:02d}") for n in range(7)))
    taken(tx, somebody("t", "T-01", KIND.TRACE), said=intake(CATEGORY.CRIME_SCENE))
    first = list_profiles(tx, limit=3)
    assert [each.ref for each in first] == ["P-00", "P-01", "P-02"]
    assert [each.ref for each in list_profiles(tx, limit=9, after="P-02")] == ["P-03", "P-04", "P-05", "P-06", "T-01"]
    assert [each.ref for each in list_profiles(tx, KIND.TRACE)] == ["T-01"]
    assert not any(hasattr(each, "alleles") for each in first)


def test_an_erased_profile_is_gone_with_its_link_and_its_key(database: Database) -> None:
    with database.write() as tx:
        taken(tx, somebody("one", "T-1", KIND.TRACE), said=intake(CATEGORY.CRIME_SCENE))
        link_profile(tx, CHIEF, "T-1", Link(CASE, scene={"taken": "lorry park"}), DAY)
        ids = [tx.execute(select(table.c.sealed_id)).scalar_one() for table in (dna_profile, dna_link)]
    with database.write() as tx:
        erase_everywhere(tx, CHIEF, "T-1", GONE, DAY)
    with database.read() as tx:
        assert link_of(tx, "T-1") is None
        for sealed_id in ids:
            with pytest.raises(ErasedError):
                tx.unseal(SealedId(sealed_id))
        with pytest.raises(NotFoundError):
            load_profile(tx, "T-1")
        [entry] = read_entries(tx, EntryFilter(kind=EventKind.DNA_PROFILE_ERASED))
        assert entry.actor == CHIEF.id


def test_loci_typed_since_take_the_place_of_the_old(database: Database) -> None:
    with database.write() as tx:
        taken(tx, a_profile("P-1", KIND.PERSON, {"vWA": "", "FGA": ""}))
        old = tx.execute(select(dna_profile.c.sealed_id)).scalar_one()
        assert profile_row(tx, "P-1").loci == 10
    with database.write() as tx:
        replace_loci(tx, a_profile("P-1", KIND.PERSON), DAY)
    with database.read() as tx:
        assert profile_row(tx, "P-1").loci == 12
        assert load_profile(tx, "P-1") == a_profile("P-1", KIND.PERSON)
        with pytest.raises(ErasedError):
            tx.unseal(SealedId(old))


# Whose it is.


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        (KIND.TRACE, Link(CASE, person_ref="D-417")),
        (KIND.TRACE, Link(CASE, record_ref=RecordRef("ALB-P-1"))),
        (KIND.REMAINS, Link(CASE, person_ref="D-417")),
        (KIND.PERSON, Link(CASE, scene={"taken": "lorry park"})),
        (KIND.TRACE, Link(CASE, scene={"suspect": "Arben Krasniqi"})),
        (KIND.TRACE, Link(CASE, scene={"taken": "x" * 201})),
        (KIND.TRACE, Link(CASE, scene={"taken": "a\x1b[2Jb"})),
        (KIND.PERSON, Link("the Krasniqi case")),
        (KIND.PERSON, Link(CASE, person_ref="Arben")),
    ],
)
def test_a_link_goes_with_the_kind(tx: Transaction, kind: ProfileKind, link: Link) -> None:
    taken(tx, somebody("one", "X-1", kind), said=intake(CATEGORIES[kind]))
    with pytest.raises(InputError):
        link_profile(tx, CHIEF, "X-1", link, DAY)
    assert link_of(tx, "X-1") is None


def test_a_link_to_nothing_is_none(tx: Transaction) -> None:
    taken(tx, somebody("one", "P-1"))
    with pytest.raises(NotFoundError, match="no person record"):
        link_profile(tx, CHIEF, "P-1", Link(CASE, record_ref=RecordRef("ALB-P-404")), DAY)
    with pytest.raises(NotFoundError, match="no profile"):
        link_profile(tx, CHIEF, "P-404", Link(CASE), DAY)


def test_a_new_link_erases_the_old(tx: Transaction) -> None:
    taken(tx, somebody("one", "T-1", KIND.TRACE), said=intake(CATEGORY.CRIME_SCENE))
    link_profile(tx, CHIEF, "T-1", Link(CASE, scene={"taken": "lorry park"}), DAY)
    link_profile(tx, CHIEF, "T-1", Link("LON-2024-3310", scene={"authority": "Lab 3"}), DAY)
    assert link_of(tx, "T-1") == Link("LON-2024-3310", scene={"authority": "Lab 3"})
    entries = read_entries(tx, EntryFilter(kind=EventKind.DNA_PROFILE_LINKED))
    assert [(each.content or {})["case_ref"] for each in entries] == ["LON-2024-3310", CASE]
    assert not any("lorry" in json.dumps(each.content) for each in entries)


# Large imports.


def table_of(count: int) -> Iterator[bytes]:
    """A laboratory's table, line by line."""
    loci = somebody("0", "P-1").loci
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(["ref", "kind", *loci])
    values = ["/".join(f"{each / 10:g}" for each in seen) for seen in loci.values()]
    for number in range(count):
        writer.writerow([f"P-{number:06d}", "person", *values])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def peak_of(database: Database, count: int) -> int:
    """Bytes that an import of so many profiles needs at its worst, its file left aside."""
    content = io.BytesIO(b"".join(table_of(count)))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    with database.write() as tx:
        read = (each.profile for each in read_profiles(content, KIND.PERSON) if isinstance(each, Read))
        assert store_profiles(tx, ADMIN, read, intake(), DAY) == count
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return peak


@pytest.mark.skipif(ON_POSTGRESQL, reason=ABOUT_SQLITE)
def test_memory_grows_by_a_key_for_each_profile_and_no_more(database: Database) -> None:
    """What stays until the commit are the keys: under 1.5 kB a profile, so 50,000 need less than 75 MB."""
    peak = peak_of(database, 2_000)
    assert peak < 2_000 * 1_500
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(dna_profile)).scalar_one() == 2_000


@settings(deadline=None, derandomize=True, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bad=st.integers(0, 9), what=st.sampled_from(["name", "twice", "kind", "empty"]))
def test_an_import_is_whole_or_absent(database: Database, bad: int, what: str) -> None:
    profiles = [somebody(f"{n}", f"P-{n}") for n in range(10)]
    wrong = {
        "name": somebody("x", "KRASNIQI"),
        "twice": somebody("x", f"P-{(bad + 9) % 10}") if bad else somebody("x", "P-0"),
        "kind": somebody("x", "P-99", KIND.VICTIM),
        "empty": Profile("P-99", KIND.PERSON),
    }[what]
    with pytest.raises((InputError, ConflictError)), database.write() as tx:
        taken(tx, *profiles[:bad], wrong, *profiles[bad:], *([wrong] if what == "twice" else []))
    with database.read() as tx:
        assert list_profiles(tx) == []
        assert tx.execute(select(func.count()).select_from(dna_change)).scalar_one() == 0
