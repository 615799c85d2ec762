"""The generator of a running node: fresh bytes, given to nobody twice."""

import os
import threading

import pytest

from egnatia.model.ids import Randomness, new_id, system_randomness

THREADS, DRAWS, BYTES = 8, 2_000, 16


def test_threads_never_get_the_same_bytes() -> None:
    randomness = system_randomness()
    drawn: list[list[bytes]] = [[] for _ in range(THREADS)]

    def draw(into: list[bytes]) -> None:
        into.extend(randomness.randbytes(BYTES) for _ in range(DRAWS))

    threads = [threading.Thread(target=draw, args=(each,)) for each in drawn]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [each for some in drawn for each in some]
    assert {len(each) for each in every} == {BYTES}
    assert len(set(every)) == THREADS * DRAWS


@pytest.mark.parametrize("size", [0, 1, 31, 4_095, 4_096, 4_097, 20_000])
def test_as_many_as_asked_for(size: int) -> None:
    randomness = system_randomness()
    assert [len(randomness.randbytes(size)) for _ in range(3)] == [size] * 3


def test_pieces_do_not_overlap() -> None:
    randomness = system_randomness()
    pieces = b"".join(randomness.randbytes(7) for _ in range(5_000))
    windows = [pieces[start : start + 8] for start in range(len(pieces) - 8)]
    assert len(set(windows)) == len(windows), "eight bytes that come twice are bytes given twice"


def child_draws(randomness: Randomness) -> bytes:
    """What a child process draws that was forked just now."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, randomness.randbytes(BYTES))
        os._exit(0)
    os.waitpid(child, 0)
    drawn = os.read(reading, BYTES)
    os.close(reading)
    os.close(writing)
    return drawn


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_never_draws_what_its_parent_draws() -> None:
    randomness = system_randomness()
    randomness.randbytes(1)
    assert len({child_draws(randomness), child_draws(randomness), randomness.randbytes(BYTES)}) == 3


def test_identifiers_are_of_version_4_and_each_its_own() -> None:
    randomness = system_randomness()
    made = {new_id(randomness) for _ in range(5_000)}
    assert len(made) == 5_000
    assert {each[14] for each in made} == {"4"}
    assert {each[19] for each in made} <= set("89ab")
