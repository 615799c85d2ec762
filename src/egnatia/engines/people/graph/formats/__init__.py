"""Networks as other programs write them: two tables, GEXF, GraphML and FollowTheMoney.

Each reader takes a stranger's file in bounded memory and refuses what it cannot read, with the place named; each writer
says all that a network says, or refuses. What is written and read again is the same network.

Shielded persons are left out of what is written unless they are asked for: other programs rank whoever is in a file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from egnatia.engines.people.graph.formats.ftm import read_ftm, write_ftm
from egnatia.engines.people.graph.formats.gexf import read_gexf, write_gexf
from egnatia.engines.people.graph.formats.graphml import read_graphml, write_graphml
from egnatia.engines.people.graph.formats.tables import NODES, TIES, read_tables, write_nodes, write_ties
from egnatia.engines.people.graph.network import Network, attributable, visible
from egnatia.errors import InputError

__all__ = ["FORMATS", "read_network", "write_network"]


@dataclass(frozen=True, slots=True)
class Format:
    """How a network is read from one file and written to one."""

    read: Callable[[BinaryIO], Network]
    write: Callable[[Network, BinaryIO], None]


FORMATS = {
    ".gexf": Format(read_gexf, write_gexf),
    ".graphml": Format(read_graphml, write_graphml),
    ".json": Format(read_ftm, write_ftm),
}
"""Formats of one file, by how its name ends; FollowTheMoney's is JSON, one entity per line."""


def read_network(path: Path) -> Network:
    """Read a network from a file, or from a directory that holds its two tables.

    Raises:
        InputError: its name ends as no format's does, it cannot be opened, or it is not what its name says.
    """
    try:
        if path.is_dir():
            with (path / NODES).open("rb") as nodes, (path / TIES).open("rb") as ties:
                return read_tables(nodes, ties)
        with path.open("rb") as stream:
            return _format(path).read(stream)
    except OSError as error:
        raise InputError(
            f"{error.filename} cannot be read: {error.strerror}",
            hint=f"Give a file, or a directory with {NODES} and {TIES}.",
        ) from None


def write_network(whole: Network, path: Path, *, with_shielded: bool = False) -> None:
    """Write a network to a file, or as two tables into a directory (a name without an ending); nothing is overwritten.

    Raises:
        InputError: the name ends as no format's does, something is there already, or the format cannot say what the
            network says; then nothing is left behind.
    """
    said = attributable(whole) if with_shielded else visible(whole)
    made: list[Path] = []
    try:
        if not path.suffix:
            path.mkdir()
            for name, write in ((NODES, write_nodes), (TIES, write_ties)):
                _written(path / name, write, said, made)
        else:
            _written(path, _format(path).write, said, made)
    except FileExistsError:
        raise InputError(f"{path} is there already", hint="Give another name; nothing is overwritten.") from None
    except InputError:
        for file in made:
            file.unlink()
        if not path.suffix:
            path.rmdir()
        raise


def _written(path: Path, write: Callable[[Network, BinaryIO], None], said: Network, made: list[Path]) -> None:
    with path.open("xb") as stream:
        made.append(path)
        write(said, stream)


def _format(path: Path) -> Format:
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise InputError(
            f"no format of a network ends in {path.suffix or path.name!r}",
            hint=f"Known: {', '.join(FORMATS)}, or a directory with {NODES} and {TIES}.",
        ) from None
