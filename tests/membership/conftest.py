"""A fresh ceremony for each test, copied from directories that are built once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import keep
from tests.federation.conftest import *  # noqa: F403 - the five nodes as well
from tests.federation.world import Clock, World, copy_nodes, databases_in, drop_databases
from tests.membership.members import THREE, Ceremony, build_three


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three directories as built; never opened, only copied."""
    directory = tmp_path_factory.mktemp("three")
    build_three(directory, Clock())
    for url in databases_in(directory).values():
        keep(url)
    return directory


@pytest.fixture
def ceremony(three: Path, tmp_path: Path) -> Iterator[Ceremony]:
    """Three nodes, serving; no list anywhere."""
    directory = tmp_path / "three"
    copy_nodes(three, directory)
    with asyncio.Runner() as runner:
        world = World(directory, Clock(), runner)
        for code in THREE:
            world.start(code)
        yield Ceremony(world)
        world.close()
    drop_databases(directory)
