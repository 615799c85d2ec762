"""A node as `egnatia node serve` serves it, by the same function, with a clock that the suite can set.

Run by the suite: `python -m bench.faults.served NODE_DIRECTORY CLOCK_FILE`; it stops with its standard input.
"""

import sys
from pathlib import Path

from bench.faults.clock import WrongClock

from egnatia.cli.serving import serve_node
from egnatia.errors import Error


def main(arguments: list[str]) -> int:
    """Serve until standard input ends; what stops a node from starting is in its log."""
    directory, clock = (Path(each) for each in arguments)
    try:
        serve_node(directory, until_input_ends=True, clock=WrongClock(clock))
    except Error as error:
        print(f"{error.message}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
