"""A few hundred of the spoiled files of bench/documents/mutations.py, and the bench's own honesty."""

import random

import pytest
from bench.documents.mutated import MUTATORS, spoil
from bench.documents.mutation_chips import SPOILED, inspect_with, stage
from bench.documents.mutation_targets import TARGETS, Target
from bench.documents.mutations import run_target, shares
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.types import Advice
from egnatia.errors import InputError


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_nothing_is_raised_nothing_is_slow_nothing_is_believed(target: Target) -> None:
    tally = run_target(target, 8 if target.name.startswith("chip,") else 20, seed=7)
    assert (dict(tally.raised), tally.slow, tally.believed) == ({}, 0, 0), tally.examples


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_the_sound_files_are_read(target: Target) -> None:
    for sound in target.seeds():
        target.read(sound)


def test_the_sound_chip_is_consistent() -> None:
    for name in SPOILED:
        assert inspect_with(name, stage().files[name]).advice is Advice.CONSISTENT


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 10**6), st.binary(max_size=200))
def test_spoiled_bytes_are_never_the_sound_ones_and_always_the_same(seed: int, sound: bytes) -> None:
    if not sound:
        return
    once, again = (spoil(random.Random(seed), sound) for _ in range(2))
    assert once == again != sound


@pytest.mark.parametrize("mutator", MUTATORS, ids=lambda each: each.__name__)
def test_every_way_of_spoiling_spoils(mutator: object) -> None:
    assert callable(mutator)
    changed = 0
    for seed in range(20):
        data = bytearray(range(100))
        mutator(random.Random(seed), data)
        changed += bytes(data) != bytes(range(100))
    assert changed > 10


def test_faults_are_counted_and_shown() -> None:
    def read(data: bytes) -> object:
        if data[:1] == b"\0":
            raise InputError("nothing there")
        return data[200]

    fragile = Target("fragile", 1, lambda: (b"\0abc", b"abc"), read, lambda _, spoiled: len(spoiled) > 200)
    tally = run_target(fragile, 200)
    assert tally.refused > 10
    assert set(tally.raised) == {f"IndexError in {__file__.rsplit('/', 1)[-1]}:{read.__code__.co_firstlineno + 3}"}
    assert tally.believed > 0
    assert tally.bad == sum(tally.raised.values()) + tally.believed
    assert tally.examples


def test_a_hundred_thousand_are_shared_out() -> None:
    assert abs(sum(shares(100_000).values()) - 100_000) < len(TARGETS)
