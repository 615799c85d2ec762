"""Profiles are kept for as long as why they are kept allows, and samples have a life of their own."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna.profiles import KINDS, Intake, store_profiles
from egnatia.enquiries.dna.retention import TERMS, check_term, sample_destroyed, samples_due
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.dna import ProfileCategory, ProfileKind, SampleState
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import dna_profile

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
ADMIN = Officer(OfficerId("off-admin"), "admin", frozenset({Role.ADMINISTRATOR}))
CHIEF = Officer(OfficerId("off-chief"), "chief", frozenset({Role.SUPERVISOR}))
LOCI = {"vWA": (Allele(160), Allele(170))}
EVIDENCE = {ProfileCategory.CRIME_SCENE, ProfileCategory.UNIDENTIFIED_REMAINS}


def put(
    tx: Transaction, ref: str, category: ProfileCategory, at: datetime = NOW, state: SampleState = SampleState.HELD
) -> None:
    kind = min(KINDS[category], key=[*ProfileKind].index)
    intake = Intake(category, "kit", "lab-1", "basis", at + timedelta(days=700), state)
    store_profiles(tx, ADMIN, [Profile(ref, kind, LOCI)], intake, at)


@pytest.mark.parametrize("category", [*ProfileCategory])
def test_every_category_has_a_term_with_a_source(category: ProfileCategory) -> None:
    term = TERMS[category]
    assert timedelta(days=365) < term.longest <= timedelta(days=31 * 366)
    assert len(term.source) > 20
    assert len(term.sample_source) > 10
    assert (term.sample is None) == (category in EVIDENCE)


def test_a_suspect_is_kept_for_less_than_somebody_convicted_and_evidence_longest() -> None:
    longest = {category: term.longest for category, term in TERMS.items()}
    assert longest[ProfileCategory.SUSPECT] < longest[ProfileCategory.CONVICTED]
    assert longest[ProfileCategory.CRIME_SCENE] == max(longest.values())


@pytest.mark.parametrize("category", [*ProfileCategory])
def test_the_longest_day_is_taken_and_the_next_refused(category: ProfileCategory) -> None:
    last = NOW + TERMS[category].longest
    check_term(category, last, NOW)
    with pytest.raises(InputError) as caught:
        check_term(category, last + timedelta(days=1), NOW)
    assert str(last.date()) in str(caught.value)
    assert caught.value.hint()


def test_an_import_for_longer_is_refused_whole(database: Database) -> None:
    intake = Intake(ProfileCategory.SUSPECT, "kit", "lab-1", "basis", NOW + timedelta(days=5 * 366))
    with pytest.raises(InputError, match="suspect"), database.write() as tx:
        store_profiles(tx, ADMIN, [Profile("P-1", ProfileKind.PERSON, LOCI)], intake, NOW)
    with database.read() as tx:
        assert tx.execute(select(dna_profile.c.ref)).all() == []


def test_samples_are_due_after_their_time_and_evidence_never(database: Database) -> None:
    with database.write() as tx:
        put(tx, "P-1", ProfileCategory.CONVICTED, NOW - timedelta(days=10))
        put(tx, "P-2", ProfileCategory.SUSPECT)
        put(tx, "T-1", ProfileCategory.CRIME_SCENE)
        put(tx, "E-1", ProfileCategory.STAFF, NOW, SampleState.NEVER_HELD)
        put(tx, "E-2", ProfileCategory.STAFF, NOW, SampleState.DESTROYED)
        assert samples_due(tx, NOW) == []
        due = samples_due(tx, NOW + timedelta(days=184))
        assert [(each.ref, each.category) for each in due] == [
            ("P-1", ProfileCategory.CONVICTED),
            ("P-2", ProfileCategory.SUSPECT),
        ]
        assert due[1].due_at == NOW + timedelta(days=184)
        assert [each.ref for each in samples_due(tx, NOW + timedelta(days=183))] == ["P-1"]


def test_a_destroyed_sample_is_due_no_more_and_its_profile_stays(database: Database) -> None:
    later = NOW + timedelta(days=200)
    with database.write() as tx:
        put(tx, "P-1", ProfileCategory.SUSPECT)
        sample_destroyed(tx, CHIEF, "P-1", later.date(), later)
        assert samples_due(tx, later) == []
        row = tx.execute(select(dna_profile)).one()
        assert (row.ref, row.sample_state, row.sample_destroyed_on) == ("P-1", "destroyed", later.date())
        [entry] = read_entries(tx, EntryFilter(object_ref="dna_profile:P-1"))
        assert entry.kind == "dna.sample_destroyed"


def test_a_sample_is_destroyed_once_by_a_supervisor_and_not_tomorrow(database: Database) -> None:
    examiner = Officer(OfficerId("off-x"), "x", frozenset({Role.EXAMINER, Role.ADMINISTRATOR}))
    with database.write() as tx:
        put(tx, "P-1", ProfileCategory.SUSPECT)
        with pytest.raises(ForbiddenError):
            sample_destroyed(tx, examiner, "P-1", NOW.date(), NOW)
        with pytest.raises(InputError):
            sample_destroyed(tx, CHIEF, "P-1", NOW.date() + timedelta(days=1), NOW)
        with pytest.raises(NotFoundError):
            sample_destroyed(tx, CHIEF, "P-9", NOW.date(), NOW)
        sample_destroyed(tx, CHIEF, "P-1", NOW.date(), NOW)
        with pytest.raises(ConflictError):
            sample_destroyed(tx, CHIEF, "P-1", NOW.date(), NOW)
