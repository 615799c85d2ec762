"""Ways to tamper with a bundle, each a plain function that returns another file; shared by tests and bench/tampering.py.

Who tampers has every byte of the file and keys of their own, and puts right whatever needs no key: counts, numbers, the
one form of JSON. The last two ways are those of the node itself, with its signing key, against its partners' memory.
"""

import base64
import hashlib
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from tests.databases import create_tables
from tests.ledger.conftest import START, MemoryNode

from egnatia.ledger.bundle import BundleRequest, export_bundle
from egnatia.ledger.bundle_format import BUNDLE_VERSION, seal_text
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text, parse_checkpoint
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import cosign, parse_note, sign_note
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database
from egnatia.store.tables import sealed_record
from egnatia.store.vault import Vault

Lines = list[Any]
THIEF = Ed25519PrivateKey.from_private_bytes(b"t" * 32)


@dataclass(frozen=True, slots=True)
class Sample:
    """A genuine bundle with everything that a test needs to know about it."""

    lines: Lines
    node: Ed25519PrivateKey
    origin: str
    key: str
    witnesses: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether it holds the whole log."""
        return self.lines[0]["objects"] is None


def memory_node(folder: Path, code: str, number: int) -> MemoryNode:
    """A node in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    seed = random.Random(f"{code}-{number}")
    database = Database("sqlite://", Vault(folder / f"{code}.vault", bytes(32)), seed)
    create_tables(database.engine)
    return MemoryNode(PartnerCode(code), Ed25519PrivateKey.from_private_bytes(seed.randbytes(32)), database)


def samples(folder: Path, count: int) -> list[Sample]:
    """Genuine bundles of logs of random length, whole ones and cases in turn, some with erased content."""
    found = []
    for number in range(count):
        rng = random.Random(number)
        node, alb, xkx = (memory_node(folder / str(number), code, number) for code in ("GBR", "ALB", "XKX"))
        node.write(rng.randrange(6, 40))
        node.get_witnessed(alb, xkx)
        if number % 3 == 0:
            with node.database.write() as tx:
                tx.erase(tx.execute(select(sealed_record.c.id)).scalars().all()[0])
        wanted = BundleRequest(None if number % 2 else ("enq-0", "enq-1", "enq-2"), open_content=True)
        out = io.BytesIO()
        with node.database.read() as tx:
            export_bundle(tx, out, node.trust(alb, xkx), wanted, START, node.key)
        trust = node.trust(alb, xkx)
        found.append(
            Sample(
                [json.loads(line) for line in out.getvalue().splitlines()],
                node.key,
                node.origin,
                trust.log.text,
                {code: key.text for code, key in trust.witnesses.items()},
            )
        )
        for one in (node, alb, xkx):
            one.database.close()
    return found


def write(lines: Lines) -> bytes:
    """The file of these lines."""
    return b"".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for line in lines)


def entries(lines: Lines) -> list[int]:
    """Places of the entries."""
    return [place for place, line in enumerate(lines) if "entry" in line]


def counted(lines: Lines) -> Lines:
    """Put the count of the last line right."""
    return [*lines[:-1], lines[-1] | {"end": len(entries(lines))}]


def changed(lines: Lines, place: int, **values: Any) -> Lines:
    """The lines with one of them changed."""
    return [*lines[:place], lines[place] | values, *lines[place + 1 :]]


def one_byte(sample: Sample, rng: random.Random) -> bytes:
    content = bytearray(write(sample.lines))
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(content)


def entry_field(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice(entries(sample.lines))
    leaf = json.loads(sample.lines[place]["entry"])
    field = rng.choice([name for name in leaf if name != "v"])
    leaf[field] = "enq-1" if field == "object" and leaf["object"] != "enq-1" else f"other-{rng.randrange(99)}"
    return write(changed(sample.lines, place, entry=json.dumps(leaf, separators=(",", ":"))))


def entry_byte(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice(entries(sample.lines))
    text = list(sample.lines[place]["entry"])
    at = rng.choice([i for i, char in enumerate(text) if char.isalnum()])
    text[at] = "x" if text[at] != "x" else "y"
    return write(changed(sample.lines, place, entry="".join(text)))


def entry_dropped(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice(entries(sample.lines))
    return write(counted(sample.lines[:place] + sample.lines[place + 1 :]))


def entry_doubled(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice(entries(sample.lines))
    return write(counted([*sample.lines[:place], sample.lines[place], *sample.lines[place:]]))


def entries_swapped(sample: Sample, rng: random.Random) -> bytes:
    one, other = rng.sample(entries(sample.lines), 2)
    lines = list(sample.lines)
    if rng.random() < 0.5:  # their numbers stay where they were
        lines[one], lines[other] = (lines[place] | {"sequence": lines[at]["sequence"]}
                                    for place, at in ((other, one), (one, other)))  # fmt: skip
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return write(lines)


def entry_renumbered(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice(entries(sample.lines))
    number = sample.lines[place]["sequence"]
    return write(changed(sample.lines, place, sequence=number + rng.choice([-2, -1, 1, 2, 2**40])))


def entry_invented(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice(entries(sample.lines))
    leaf = json.loads(sample.lines[place]["entry"]) | {"actor": "off-77", "commitment": None}
    made = sample.lines[place] | {"entry": json.dumps(leaf, separators=(",", ":"))}
    made.pop("opened", None)
    made.pop("erased", None)
    at = place + rng.randrange(2)
    lines = [*sample.lines[:at], made, *sample.lines[at:]]
    if sample.is_whole:
        for number, index in enumerate(entries(lines)):
            lines[index] = lines[index] | {"sequence": number}
    return write(counted(lines))


def tail_cut(sample: Sample, rng: random.Random) -> bytes:
    places = entries(sample.lines)
    cut = places[rng.randrange(len(places)) :]
    lines = [line for place, line in enumerate(sample.lines) if place not in cut]
    return write(lines[:-1] if rng.random() < 0.3 else counted(lines))


def file_cut(sample: Sample, rng: random.Random) -> bytes:
    content = write(sample.lines)
    return content[: rng.randrange(len(content))]


def proof_changed(sample: Sample, rng: random.Random) -> bytes:
    if sample.is_whole:
        return write(changed(sample.lines, rng.choice(entries(sample.lines)), proof=[_some_hash(rng)]))
    place = rng.choice(entries(sample.lines))
    proof = list(sample.lines[place]["proof"])
    at = rng.randrange(len(proof))
    way = rng.randrange(4)
    if way == 0:
        proof[at] = _some_hash(rng)
    elif way == 1:
        del proof[at]
    elif way == 2:
        proof.insert(at, proof[at])
    else:
        proof = proof[::-1] if proof[::-1] != proof else [*proof, proof[0]]
    return write(changed(sample.lines, place, proof=proof))


def _some_hash(rng: random.Random) -> str:
    return base64.b64encode(rng.randbytes(32)).decode()


def content_changed(sample: Sample, rng: random.Random) -> bytes:
    place = rng.choice([place for place in entries(sample.lines) if "opened" in sample.lines[place]])
    opened = dict(sample.lines[place]["opened"])
    way = rng.randrange(4)
    if way == 0:
        opened["content"] = opened["content"].replace("reason", "excuse")
    elif way == 1:
        opened["salt"] = rng.randbytes(32).hex()
    elif way == 2:
        opened["content"], opened["salt"] = opened["content"] + " ", opened["salt"]
    else:
        lines = changed(sample.lines, place, erased=True)
        lines[place] = {k: v for k, v in lines[place].items() if k != "opened"}
        return write(lines)  # it exists, and the file says that it was erased
    return write(changed(sample.lines, place, opened=opened))


def _head(lines: Lines) -> int:
    return next(place for place, line in enumerate(lines) if "checkpoint" in line)


def checkpoint_changed(sample: Sample, rng: random.Random) -> bytes:
    place = _head(sample.lines)
    text = sample.lines[place]["checkpoint"].split("\n")
    if rng.random() < 0.5:
        text[1] = str(int(text[1]) + rng.choice([-1, 1, 7]))
    else:
        text[2] = _some_hash(rng)
    return write(changed(sample.lines, place, checkpoint="\n".join(text)))


def checkpoint_by_a_thief(sample: Sample, rng: random.Random) -> bytes:
    """A new root under another key, which the header names as the log's own."""
    place = _head(sample.lines)
    known = parse_checkpoint(parse_note(sample.lines[place]["checkpoint"].encode()).text)
    text = checkpoint_text(replace(known, root=rng.randbytes(32)) if rng.random() < 0.5 else known)
    lines = changed(sample.lines, place, checkpoint=sign_note(text, sample.origin, THIEF).decode())
    lines = changed(lines, 0, log_key=key_of(sample.origin, KeyKind.NOTE, THIEF).text)
    return sealed(replace(sample, node=THIEF), lines)


def sealed(sample: Sample, lines: Lines) -> bytes:
    """The lines with a new seal by whoever has the key."""
    above = write(lines[:-1])
    count = len(entries(lines))
    text = seal_text(sample.origin, count, hashlib.sha256(above).digest())
    seal = sign_note(text, sample.origin, sample.node).decode()
    return above + write([{"end": count, "seal": seal}])


def cosignature_changed(sample: Sample, rng: random.Random) -> bytes:
    place = _head(sample.lines)
    lines = dict(sample.lines[place]["cosignatures"])
    code = rng.choice(sorted(lines))
    name, encoded = lines[code].removeprefix("\u2014 ").split(" ")
    value = bytearray(base64.b64decode(encoded))
    value[rng.randrange(4, len(value))] ^= 1 << rng.randrange(8)  # its time, its R or its S
    lines[code] = f"\u2014 {name} {base64.b64encode(value).decode()}"
    return write(changed(sample.lines, place, cosignatures=lines))


def cosignature_invented(sample: Sample, rng: random.Random) -> bytes:
    place = _head(sample.lines)
    lines = dict(sample.lines[place]["cosignatures"])
    text = parse_note(sample.lines[place]["checkpoint"].encode()).text
    name = f"{rng.choice(['alb', 'xkx', 'mkd'])}.example/ledger"
    code = rng.choice(["ALB", "XKX", "MKD"])
    lines[code] = (
        cosign(text, name, THIEF, START).line[:-1] if rng.random() < 0.5 else lines["XKX" if code == "ALB" else "ALB"]
    )
    return write(changed(sample.lines, place, cosignatures=lines))


def header_changed(sample: Sample, rng: random.Random) -> bytes:
    values: dict[str, Any] = rng.choice(
        [
            {"left_out": rng.randrange(1, 99)},
            {"made_at": "2020-01-01T00:00:00.000000Z"},
            {"objects": ["enq-0"] if sample.is_whole else None},
            {"objects": ["enq-0", "enq-1", "enq-2", "enq-3"]},
            {"witness_keys": {}},
            {"origin": "xkx.example/ledger"},
            {"bundle": 1},
            {"bundle": 3},
        ]
    )
    return write(changed(sample.lines, 0, **values))


def seal_taken_off(sample: Sample, rng: random.Random) -> bytes:
    """The older version of the form, which had none, with or without an entry less."""
    lines = changed(sample.lines, 0, bundle=BUNDLE_VERSION - 1)
    if rng.random() < 0.5 and not sample.is_whole:
        del lines[rng.choice(entries(lines))]
    return write([*lines[:-1], {"end": len(entries(lines))}])


def form_changed(sample: Sample, rng: random.Random) -> bytes:
    """The same JSON to a lenient reader, or two readings of one line."""
    rows = write(sample.lines).decode().splitlines()
    place = rng.choice(entries(sample.lines))
    number = sample.lines[place]["sequence"]
    way = rng.randrange(5)
    if way == 0:
        rows[place] = rows[place].replace(":", ": ", 1)
    elif way == 1:
        rows[place] = f'{{"sequence":{number + 1},' + rows[place][1:]
    elif way == 2:
        rows[place] = rows[place].replace(f'"sequence":{number}', f'"sequence":{number}.0', 1)
    elif way == 3:
        rows[place] = rows[place][:-1] + ',"note":"x"}'
    else:
        rows[place] += " "
    return ("\n".join(rows) + "\n").encode()


def by_the_node(sample: Sample, rng: random.Random, *, drops_cosignatures: bool) -> bytes:
    """The node itself rewrites its log and signs checkpoint and seal anew; its partners' cosignatures it cannot."""
    lines = [dict(line) for line in sample.lines]
    place = rng.choice(entries(lines))
    leaf = json.loads(lines[place]["entry"]) | {"actor": "off-99", "commitment": None}
    lines[place]["entry"] = json.dumps(leaf, separators=(",", ":"))
    lines[place].pop("opened", None)
    lines[place].pop("erased", None)
    lines[0]["objects"] = None
    kept = [lines[at] for at in entries(lines)]
    for number, line in enumerate(kept):
        line["sequence"] = number
        line.pop("proof", None)
    root = root_of(leaf_hash(line["entry"].encode()) for line in kept)
    note = sign_note(checkpoint_text(Checkpoint(sample.origin, len(kept), root)), sample.origin, sample.node)
    head = lines[_head(lines)] | {"checkpoint": note.decode()}
    if drops_cosignatures:
        head["cosignatures"] = {}
    return sealed(sample, [lines[0], head, *kept, lines[-1]])


def rewritten_by_the_node(sample: Sample, rng: random.Random) -> bytes:
    return by_the_node(sample, rng, drops_cosignatures=False)


def rewritten_without_witnesses(sample: Sample, rng: random.Random) -> bytes:
    return by_the_node(sample, rng, drops_cosignatures=True)


WAYS: tuple[Callable[[Sample, random.Random], bytes], ...] = (
    one_byte,
    entry_field,
    entry_byte,
    entry_dropped,
    entry_doubled,
    entries_swapped,
    entry_renumbered,
    entry_invented,
    tail_cut,
    file_cut,
    proof_changed,
    content_changed,
    checkpoint_changed,
    checkpoint_by_a_thief,
    cosignature_changed,
    cosignature_invented,
    header_changed,
    seal_taken_off,
    form_changed,
    rewritten_by_the_node,
    rewritten_without_witnesses,
)
NEEDS_WITNESSES = rewritten_without_witnesses
"""Only noticed by a reader who asks for a partner's cosignature: nobody but the partners knows the other history."""
