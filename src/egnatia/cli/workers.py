"""Several processes of one node: the exchange's port is shared, the rest is done by the first of them.

One process uses one core. On PostgreSQL a node can be served by more: each checks certificates, signatures and forms
on its own core and commits its own groups; the database makes the writers queue, so the ledger stays one sequence. The
first process also serves the console, delivers, witnesses and keeps house.
"""

import asyncio
import contextlib
import socket
import sys
from pathlib import Path

from egnatia.errors import ConfigError, StorageError
from egnatia.node import Node

STOP_WORKER_S = 10.0
"""How long a worker may take to end after it was told to: its requests get a second, the writer finishes its queue."""


def check_workers(node: Node, workers: int) -> None:
    """Require a database that several serving processes can share.

    Raises:
        ConfigError: it is SQLite, whose file has one writer at a time and no lock that tells processes apart.
    """
    if workers > 1 and not node.database.is_shared:
        raise ConfigError(
            f"{workers} workers cannot serve a node on SQLite",
            hint="Serve it with one worker, or set database.url to a PostgreSQL database (docs/operations.md).",
        )


def shared_socket(host: str, port: int) -> socket.socket:
    """A listening address that the workers share; the kernel spreads connections over them (SO_REUSEPORT, socket(7)).

    Raises:
        OSError: another program has the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


async def mind_worker(directory: Path) -> None:
    """Run one further worker until cancelled. Its input is a pipe from here, so it never outlives this process.

    Raises:
        StorageError: it ended by itself; the node then stops as a whole, for its supervisor to start anew.
    """
    command = ("-m", "egnatia", "node", "assist", "--node", str(directory))
    worker = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=asyncio.subprocess.PIPE)
    try:
        status = await worker.wait()
        raise StorageError(f"a worker of this node ended with status {status}", hint="The log says why.")
    finally:
        if worker.stdin is not None:
            worker.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(worker.wait(), STOP_WORKER_S)
        if worker.returncode is None:
            worker.kill()
