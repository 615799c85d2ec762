"""`python -m bench.faults`: run the fault suite."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench.faults.ground import enter
from bench.faults.report import is_clean, summary, unexplained, write_into
from bench.faults.suite import REPORT, Plan, run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "faults.md"
SHORT = {"messages": 600, "faults": 8, "minutes": 0.2, "longest_s": 2.0, "recovery_s": 4.0, "disk_mb": 400}
LONG = {"messages": 1_000_000, "faults": 500, "minutes": 12 * 60.0, "backlog": 100_000, "disk_mb": 20_000}


def options(arguments: list[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=(__doc__ or "").strip())
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", action="store_true", help="under a minute")
    size.add_argument("--long", action="store_true", help="a million questions, 500 faults")
    parser.add_argument("--messages", type=int, help="questions that have to be acknowledged")
    parser.add_argument("--faults", type=int, help="faults to inject")
    parser.add_argument("--minutes", type=float, help="heal and judge after this time in any case")
    parser.add_argument("--backlog", type=int, help="messages to pile up for an absent partner before the end")
    parser.add_argument("--queue", type=int, help="messages that may wait at a node")
    parser.add_argument("--seed", type=int, help="of the choice of faults")
    parser.add_argument(
        "--only", action="append", default=[], metavar="FAULT", help="inject only this kind; repeatable"
    )
    parser.add_argument("--directory", type=Path, help="of the run; the same one again goes on with it")
    parser.add_argument("--docs", action="store_true", help=f"write the figures into {PAGE.name}")
    parser.add_argument("--show", action="store_true", help="only show the report in --directory")
    return parser.parse_args(arguments)


def plan(chosen: argparse.Namespace, directory: Path) -> Plan:
    """The plan of a run: short, long, or in between."""
    values: dict[str, object] = {"messages": 20_000, "faults": 42, "minutes": 60.0}
    values |= LONG if chosen.long else SHORT if chosen.short else {}
    for name in ("messages", "faults", "minutes", "backlog", "queue", "seed"):
        if getattr(chosen, name) is not None:
            values[name] = getattr(chosen, name)
    return Plan(directory=directory, only=tuple(chosen.only), **values)  # type: ignore[arg-type]


def main(arguments: list[str]) -> int:
    """Run, print the report, and fail when anything is wrong."""
    chosen = options(arguments)
    if chosen.show:
        return _conclude(chosen, json.loads((chosen.directory / REPORT).read_text(encoding="utf-8")))
    enter(arguments)
    if chosen.directory is not None:
        return _conclude(chosen, run(plan(chosen, chosen.directory.absolute())))
    with tempfile.TemporaryDirectory(prefix="egnatia-faults-") as name:
        return _conclude(chosen, run(plan(chosen, Path(name))))


def _conclude(chosen: argparse.Namespace, report: dict[str, object]) -> int:
    print(summary(report))
    for text in unexplained(report)[:20]:
        print(f"unexplained: {text}")
    if chosen.docs:
        write_into(PAGE, report)
    return 0 if is_clean(report) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
