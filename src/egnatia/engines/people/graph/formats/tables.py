"""A network as two tables: nodes.csv and ties.csv, in UTF-8 with commas."""

import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from typing import BinaryIO

from egnatia.engines.people.graph.formats.fields import node_fields, node_of, tie_fields, tie_of
from egnatia.engines.people.graph.network import Network, network
from egnatia.engines.people.table_lines import broken, is_formula, lines
from egnatia.errors import InputError

NODES, TIES = "nodes.csv", "ties.csv"
NODE_COLUMNS = ("ref", "kind", "label", "standing")
TIE_COLUMNS = ("left", "right", "relation", "source", "since", "until")
MAX_LINE = 4_000
"""Bytes of one line; the widest honest one has 420 characters of up to four bytes, and quotes."""


def read_tables(nodes: BinaryIO, ties: BinaryIO) -> Network:
    """Read both tables; columns may stand in any order, and `label`, `standing` and `until` may be missing.

    Raises:
        InputError: a table has another column, a line that is no record, or what `network` refuses.
    """
    return network(
        (
            node_of(row["ref"], row.get("label", ""), row, where)
            for where, row in _rows(nodes, NODES, NODE_COLUMNS, {"ref", "kind"})
        ),
        (
            tie_of(row["left"], row["right"], row, where)
            for where, row in _rows(ties, TIES, TIE_COLUMNS, set(TIE_COLUMNS) - {"until"})
        ),
    )


def _rows(
    stream: BinaryIO, name: str, columns: tuple[str, ...], needed: set[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each record stands, and its values by column."""
    reader = csv.reader(_texts(stream, name), strict=True)
    try:
        header = next(reader, [])
        if not needed <= set(header) <= set(columns) or len(set(header)) != len(header):
            raise InputError(
                f"{name}: the first line has to name the columns {', '.join(columns)}",
                hint=f"Needed are {', '.join(column for column in columns if column in needed)}; each once.",
            )
        for values in reader:
            where = f"{name}, line {reader.line_num}"
            if len(values) != len(header):
                raise InputError(f"{where}: {len(values)} values instead of {len(header)}")
            yield where, dict(zip(header, values, strict=True))
    except csv.Error as fault:
        raise broken(reader.line_num, fault, name) from None


def _texts(stream: BinaryIO, name: str) -> Iterator[str]:
    for line in lines(stream, MAX_LINE, name):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise InputError(f"{name}: it is not UTF-8", hint="Save the table as UTF-8.") from None


def write_nodes(whole: Network, stream: BinaryIO) -> None:
    """Write the table of nodes.

    Raises:
        InputError: a value would be a formula to the program that opens the table.
    """
    rows = ({"ref": node.ref, "label": node.label, **node_fields(node)} for node in whole.nodes.values())
    _write(stream, NODE_COLUMNS, rows)


def write_ties(whole: Network, stream: BinaryIO) -> None:
    """Write the table of ties; raises as `write_nodes` does."""
    _write(stream, TIE_COLUMNS, ({"left": tie.left, "right": tie.right, **tie_fields(tie)} for tie in whole.ties))


def _write(stream: BinaryIO, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    text = TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row.get(column, "")) for column in columns])
    text.detach()


def _harmless(value: str) -> str:
    if is_formula(value):
        raise InputError(
            f"{value[:40]!r} begins as a formula does in a spreadsheet",
            hint="Write the network as .gexf or .graphml, which no program takes for a table.",
        )
    return value
