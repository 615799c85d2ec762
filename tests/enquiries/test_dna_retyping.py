"""What was typed again may add to a profile and never contradict it, whatever a laboratory sends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.types import Designation, Profile
from egnatia.enquiries.dna.profiles import Intake, load_profile, profile_row, store_profiles
from egnatia.enquiries.dna.retyping import retype
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.dna import ProfileCategory, ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import dna_change, dna_profile, sealed_record

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
ADMIN = Officer(OfficerId("off-admin"), "admin", frozenset({Role.ADMINISTRATOR}))
INTAKE = Intake(ProfileCategory.CONVICTED, "kit", "lab-1", "basis", NOW + timedelta(days=700))


def seen(*alleles: int) -> Designation:
    return tuple(sorted(Allele(each) for each in alleles))


KNOWN = Profile("P-1", ProfileKind.PERSON, {"vWA": seen(160, 170), "TH01": seen(0, 93), "FGA": seen(220, 220)}, "XY")


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.write() as made:
        store_profiles(made, ADMIN, [KNOWN], INTAKE, NOW)
        yield made


def with_loci(**changed: Designation) -> Profile:
    return replace(KNOWN, loci={**KNOWN.loci, **changed})


@pytest.mark.parametrize(
    "typed",
    [
        with_loci(D18S51=seen(120, 140)),
        with_loci(TH01=seen(60, 93)),
        with_loci(TH01=seen(93, 93)),
        with_loci(TH01=seen(93, 100), D18S51=seen(0, 140)),
    ],
)
def test_what_was_open_may_be_said(tx: Transaction, typed: Profile) -> None:
    assert retype(tx, ADMIN, [typed], NOW) == 1
    assert load_profile(tx, "P-1").loci == typed.loci
    assert profile_row(tx, "P-1").loci == len(typed.full_loci)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (with_loci(vWA=seen(160, 180)), ConflictError),
        (with_loci(vWA=seen(160, 160)), ConflictError),
        (with_loci(vWA=seen(0, 160)), ConflictError),
        (with_loci(FGA=seen(220, 230)), ConflictError),
        (with_loci(TH01=seen(60, 80)), ConflictError),
        (with_loci(TH01=seen(60, 80, 93)), ConflictError),
        (replace(KNOWN, loci={"vWA": seen(160, 170)}), ConflictError),
        (KNOWN, ConflictError),
        (replace(with_loci(D18S51=seen(120, 140)), kind=ProfileKind.TRACE), InputError),
        (replace(with_loci(D18S51=seen(120, 140)), ref="P-2"), NotFoundError),
    ],
)
def test_what_was_said_may_not_be_unsaid(tx: Transaction, typed: Profile, error: type[Error]) -> None:
    changes = len(tx.execute(dna_change.select()).all())
    with pytest.raises(error) as caught, tx.savepoint():
        retype(tx, ADMIN, [typed], NOW)
    assert caught.value.hint()
    assert load_profile(tx, "P-1") == KNOWN
    assert len(tx.execute(dna_change.select()).all()) == changes


def test_one_that_contradicts_stops_all(tx: Transaction) -> None:
    other = replace(KNOWN, ref="P-2")
    store_profiles(tx, ADMIN, [other], INTAKE, NOW)
    good = with_loci(D18S51=seen(120, 140))
    with pytest.raises(ConflictError), tx.savepoint():
        retype(tx, ADMIN, [good, replace(other, loci={"vWA": seen(100, 110)})], NOW)
    assert load_profile(tx, "P-1") == KNOWN


def test_the_old_loci_are_erased_and_the_new_keep_the_old_day(tx: Transaction) -> None:
    [before] = tx.execute(select(dna_profile.c.sealed_id)).scalars().all()
    retype(tx, ADMIN, [with_loci(D18S51=seen(120, 140))], NOW + timedelta(days=9))
    [after] = tx.execute(select(dna_profile.c.sealed_id)).scalars().all()
    assert tx.opened(before) is None
    [row] = tx.execute(sealed_record.select().where(sealed_record.c.id == after)).all()
    assert row.erase_on == INTAKE.keep_until
    assert profile_row(tx, "P-1").keep_until == INTAKE.keep_until


def test_one_entry_and_only_an_administrator(tx: Transaction) -> None:
    chief = Officer(OfficerId("off-chief"), "chief", frozenset(Role) - {Role.ADMINISTRATOR})
    with pytest.raises(ForbiddenError):
        retype(tx, chief, [with_loci(D18S51=seen(120, 140))], NOW)
    before = len(read_entries(tx, EntryFilter()))
    retype(tx, ADMIN, [with_loci(D18S51=seen(120, 140))], NOW)
    entries = read_entries(tx, EntryFilter())
    assert len(entries) == before + 1
    assert entries[0].kind == EventKind.DNA_PROFILES_IMPORTED


ALLELES = st.sampled_from([0, 60, 93, 100])
PAIRS = st.tuples(ALLELES, ALLELES).filter(any).map(lambda pair: seen(*pair))


def goes_on(before: Designation, after: Designation) -> bool:
    """By its meaning: some way to lay one over the other changes nothing but wildcards."""
    ways = [after, after[::-1]]
    return any(all(one in (WILDCARD, other) for one, other in zip(before, way, strict=True)) for way in ways)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=PAIRS, after=PAIRS)
def test_every_pair_by_its_meaning(tx: Transaction, before: Designation, after: Designation) -> None:
    ref = f"P-{tx.new_id()[:8].upper()}-1"
    known = Profile(ref, ProfileKind.PERSON, {"TH01": before})
    store_profiles(tx, ADMIN, [known], INTAKE, NOW)
    typed = replace(known, loci={"TH01": after})
    if goes_on(before, after) and before != after:
        retype(tx, ADMIN, [typed], NOW)
        assert load_profile(tx, ref).loci["TH01"] == after
    else:
        with pytest.raises(ConflictError):
            retype(tx, ADMIN, [typed], NOW)
        assert load_profile(tx, ref).loci["TH01"] == before
