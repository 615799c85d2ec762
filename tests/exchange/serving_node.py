"""A receiving node as a process of its own, to be killed: python serving_node.py DIRECTORY PORT."""

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import select

from egnatia.exchange.directory import cards
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.keys import load_keys
from egnatia.exchange.protocol import server_config
from egnatia.exchange.server import Site, exchange_app
from egnatia.exchange.tls import Gate
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import node_state
from egnatia.store.vault import Vault
from egnatia.store.writer import Writer


def handle(tx: Transaction, received: Received) -> Answer:
    key = f"handled:{received.id}"
    known = tx.execute(select(node_state.c.value).where(node_state.c.key == key)).scalar()
    tx.execute(node_state.delete().where(node_state.c.key == key))
    tx.execute(node_state.insert(), {"key": key, "value": str(int(known or 0) + 1)})
    return Answer("reply", {})


def main(directory: Path, port: int) -> None:
    keys = load_keys(directory)
    vault = Vault(directory / "vault.sqlite", keys.vault_key)
    database = Database(f"sqlite:///{directory / 'node.sqlite'}", vault, random.SystemRandom())
    with database.read() as tx:
        gate = Gate(keys, cards(tx).values())
    site = Site(keys, "o", database, Writer(database), handle, lambda: datetime.now(UTC), "test")
    uvicorn.Server(server_config(exchange_app(site), gate, "127.0.0.1", port)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
