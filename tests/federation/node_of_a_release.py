"""One node for tests between releases, as a process of its own: JSON commands in, JSON answers out.

It runs under whatever release stands on PYTHONPATH and uses only what release 0.1.0 has too. The node itself is served by
that release's own command, `egnatia node serve`; this process acts as its officers.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.federation.world import World, _furnish, document_draft, person_draft

import egnatia
from egnatia.accounts import officers as accounts_of
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.node import create_node
from egnatia.settings import ConsoleSettings, ExchangeSettings, Settings
from egnatia.store.tables import candidate, follow_up, ledger_entry, outbox


def now() -> datetime:
    return datetime.now(UTC)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Side:
    """The node of one release."""

    def __init__(self, directory: str, code: str) -> None:
        self.code = PartnerCode(code)
        self.directory = Path(directory)
        self.port = free_port()
        settings = Settings(
            code=self.code,
            name=code,
            exchange=ExchangeSettings(port=self.port),
            console=ConsoleSettings(port=free_port()),
        )
        self.node = create_node(self.directory, settings, now)
        self.node.commit(lambda tx: _furnish(tx, self.node, now()))
        world: Any = World
        self.world = world(self.directory, now, None)
        self.world.nodes[self.code] = self.node
        with self.node.database.read() as tx:
            self.world.staff = {each.officer.name: each.officer for each in accounts_of(tx)}
        self.server: subprocess.Popen[bytes] | None = None

    def version(self) -> str:
        return egnatia.__version__

    def card(self) -> str:
        return self.node.card().decode()

    def know(self, card: str) -> None:
        self.node.add_partner(card.encode(), "off-installer")

    def know_again(self, card: str) -> None:
        self.node.add_partner(card.encode(), "off-installer", replace=True)

    def serve(self) -> None:
        command = [
            sys.executable,
            "-m",
            "egnatia",
            "node",
            "serve",
            "--node",
            str(self.directory),
            "--until-input-ends",
        ]
        log = (self.directory / "serve.log").open("wb")
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError((self.directory / "serve.log").read_text())

    def ask(self, partner: str, what: str, case_ref: str) -> str:
        draft = {"document": document_draft, "person": person_draft}[what](
            partners=(PartnerCode(partner),), case_ref=case_ref
        )
        return str(self.world.ask(self.code, draft).id)

    def states(self, enquiry: str) -> list[str]:
        return [each.state.value for each in self.world.view(self.code, EnquiryId(enquiry)).asks]

    def refusals(self, enquiry: str) -> list[str | None]:
        return [each.refusal for each in self.world.view(self.code, EnquiryId(enquiry)).asks]

    def follow(self, enquiry: str) -> str:
        with self.node.database.read() as tx:
            query = select(candidate.c.id).where(candidate.c.enquiry_id == enquiry)
            found = tx.execute(query).scalars().first()
        self.world.confirm(self.code, found)
        return str(self.world.follow(self.code, found))

    def follow_ups(self) -> list[list[str]]:
        with self.node.database.read() as tx:
            return [[row.id, row.state] for row in tx.execute(select(follow_up.c.id, follow_up.c.state))]

    def release(self, follow_up_id: str) -> None:
        self.world.approve(self.code, self.world.propose(self.code, follow_up_id))

    def kinds(self) -> list[str]:
        with self.node.database.read() as tx:
            return list(tx.execute(select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)).scalars())

    def waiting(self) -> list[str | None]:
        with self.node.database.read() as tx:
            return list(tx.execute(select(outbox.c.last_error).where(outbox.c.state == "queued")).scalars())

    def protocol(self, partner: str) -> int:
        from egnatia.exchange.protocols import protocol_of

        with self.node.database.read() as tx:
            return protocol_of(tx, PartnerCode(partner))

    def rotate(self) -> list[list[str]]:
        from egnatia.exchange.rotation import Rotation

        rotated = self.node.rotate_keys(Rotation(signing=True, agreement=True, tls=True), "off-installer")
        return [list(rotated.announced), list(rotated.by_hand)]

    def revoke(self, partner: str) -> None:
        from egnatia.exchange.announcements import revoke_keys

        why = "the machine was stolen"
        self.node.commit(lambda tx: revoke_keys(tx, PartnerCode(partner), "off-installer", why, now()))

    def fresh_connection(self, partner: str) -> str:
        """What a new TLS connection to the partner comes to: `200`, another status, or why there is none."""
        from egnatia.errors import UnreachableError
        from egnatia.exchange.client import HttpsLine, Request
        from egnatia.exchange.directory import cards

        async def asked() -> str:
            line = HttpsLine(self.node.keys)
            try:
                return str((await line.ask(card, Request("/exchange/status"))).status)
            except UnreachableError as error:
                return error.message
            finally:
                await line.close()

        with self.node.database.read() as tx:
            card = cards(tx)[PartnerCode(partner)]
        return asyncio.run(asked())

    def log(self) -> str:
        return (self.directory / "serve.log").read_text()[-3000:]

    def close(self) -> None:
        if self.server is not None and self.server.stdin is not None:
            self.server.stdin.close()
            self.server.wait(30)
        self.node.close()


def main() -> None:
    side: Side | None = None
    for line in sys.stdin:
        name, arguments = json.loads(line)
        answer: Any = None
        if name == "make":
            side = Side(*arguments)
        elif side is not None:
            answer = getattr(side, name)(*arguments)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
