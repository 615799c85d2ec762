"""Verify a file that an Egnatia node handed out: a bundle of ledger entries, or evidence of a forked ledger.

    python3 verifier/egnatia_verify.py FILE --key NAME+ID+KEY [--past-key NAME+ID+KEY]...
        [--witness CODE=NAME+ID+KEY]... [--witnesses K]

One file, Python 3.11 or newer, the standard library, no network. It shares no code with the node that wrote the file:
its signatures are RFC 8032 (with the strict rule below), its trees RFC 6962 and RFC 9162, its notes C2SP signed-note,
tlog-checkpoint and tlog-cosignature. Exit status: 0 everything holds, 7 something does not, 2 wrong usage.

Keys come from the partners, not from the file. Without --key those in the file count, which proves only that the file
agrees with itself; the verdict says so. Written to be read: nothing is optimised, a signature takes about 5 ms.
"""

import argparse
import base64
import binascii
import functools
import hashlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAX_LINE, MAX_FILE, MAX_HEADS, MAX_SIGNATURES, MAX_PROOF = 1 << 20, 1 << 32, 64, 64, 63
MAX_NOTE, MAX_NAME, MAX_ENTRY, MAX_SIZE = 32_768, 150, 4096, 2**62
NOTE, COSIGNATURE, MAX_PAST_KEYS = 0x01, 0x04, 2
LAST_SECOND = 253_402_300_799
DASH = "\u2014 "


class Wrong(Exception):  # noqa: N818 - it is what the verdict says
    """Something does not hold; the text says what."""


# --- Ed25519: RFC 8032 section 5.1, verification without the cofactor, and nothing that two libraries judge differently

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER_Y = {0, 1, P - 1, ORDER_8_Y, P - ORDER_8_Y}
"""The y of the eight points whose order divides 8, where libraries disagree: refused as key and as commitment."""
Point = tuple[int, int, int, int]
"""Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z."""


def add(p: Point, q: Point) -> Point:
    """Sum of two points (RFC 8032 section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    """A point added to itself so many times; the numbers here are public, so the time it takes may tell them."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def decode_point(encoded: bytes) -> Point | None:
    """The point that 32 bytes stand for; nothing when they are not canonical, on no curve or of small order."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if len(encoded) != 32 or y >= P or y in SMALL_ORDER_Y:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * SQRT_M1 % P
    if x * x % P != square or x == 0:
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def encode_point(point: Point) -> bytes:
    """The 32 bytes that stand for a point."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=4096)
def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature holds: S below the order, sound points, and S*B = R + k*A compared by R's bytes."""
    if len(signature) != 64 or BASE is None:
        return False
    commitment, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    key = decode_point(public)
    if key is None or decode_point(commitment) is None or scalar >= L:
        return False
    k = int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % L
    minus_key: Point = (P - key[0], key[1], key[2], P - key[3])
    return encode_point(add(multiply(scalar, BASE), multiply(k, minus_key))) == commitment


# --- Trees: RFC 6962 section 2.1, RFC 9162 section 2.1.3.2 and 2.1.4.2


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(stack: list[tuple[int, bytes]]) -> bytes:
    """Root over the complete subtrees of a growing tree, the largest first."""
    if not stack:
        return hashlib.sha256(b"").digest()
    root = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        root = node_hash(left, root)
    return root


def grow(stack: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Add one leaf hash to a growing tree."""
    stack.append((0, leaf))
    while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
        level, right = stack.pop()
        stack[-1] = (level + 1, node_hash(stack[-1][1], right))


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads."""
    if not 0 <= index < size or len(proof) > MAX_PROOF or any(len(one) != 32 for one in (leaf, *proof)):
        raise Wrong(f"entry {index} lies outside a log of {size}, or its proof is out of form")
    last, current = size - 1, leaf
    for neighbour in proof:
        if last == 0:
            raise Wrong("the inclusion proof is too long")
        if index & 1 or index == last:
            current = node_hash(neighbour, current)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            current = node_hash(current, neighbour)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("the inclusion proof is too short")
    return current


def climb(old: int, new: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the trees of `old` and `new` leaves to which a path leads, for 0 < old < new.

    The path is a consistency proof; where `old` is a power of two its root stands first, which the proof leaves out.
    """
    if not 0 < old < new or not path or len(path) > MAX_PROOF + 1:
        raise Wrong("this is no path between these sizes")
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = path[0]
    for neighbour in path[1:]:
        if last == 0:
            raise Wrong("the consistency proof is too long")
        if index & 1 or index == last:
            first, second = node_hash(neighbour, first), node_hash(neighbour, second)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, neighbour)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("the consistency proof is too short")
    return first, second


def check_consistency(old: int, new: int, roots: tuple[bytes, bytes], proof: list[bytes]) -> None:
    """Check that the tree of `old` leaves is the beginning of the one of `new` leaves."""
    if not 0 <= old <= new or any(len(one) != 32 for one in [*roots, *proof]):
        raise Wrong("this is no consistency proof")
    if old in (0, new):
        if proof or roots[0] != (roots[1] if old == new else tree_root([])):
            raise Wrong("two roots of one size differ, or a needless proof came along")
    elif climb(old, new, [roots[0], *proof] if old & (old - 1) == 0 else proof) != roots:
        raise Wrong("the consistency proof does not join the two roots")


# --- Notes: C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature v1.1.0


def unbase64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("not base64") from None
    if base64.b64encode(value).decode() != text:
        raise Wrong("base64 in a spelling of its own")
    return value


class Key:
    """A verify key: `name+id+base64(kind, public key)`."""

    def __init__(self, text: str, kind: int) -> None:
        parts = text.split("+", 2)
        material = unbase64(parts[2]) if len(parts) == 3 else b""
        if len(material) != 33 or material[0] != kind:
            raise Wrong(f"{text[:80]!r} is not a verify key of type {kind}")
        self.text, self.name, self.public = text, check_name(parts[0]), material[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
        if parts[1] != self.id.hex():
            raise Wrong(f"the id {parts[1][:8]} does not belong to the verify key of {self.name}")


def check_name(name: str) -> str:
    """A key name without spaces, plus signs and control characters."""
    broken = any(char.isspace() or char == "+" or char < " " or 0xD800 <= ord(char) <= 0xDFFF for char in name)
    if not name or broken or len(name.encode("utf-8", "replace")) > MAX_NAME:
        raise Wrong("a key name is empty, too long, or holds a space or a plus sign")
    return name


def parse_signatures(lines: str) -> list[tuple[str, bytes, bytes]]:
    """Signature lines as name, key id and signature."""
    if not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise Wrong("a note ends with at most 64 whole signature lines")
    found = []
    for line in lines[:-1].split("\n"):
        name, _, encoded = line.removeprefix(DASH).partition(" ")
        value = unbase64(encoded)
        if not line.startswith(DASH) or len(value) < 5:
            raise Wrong("a signature line reads: em dash, name, signature")
        found.append((check_name(name), value[:4], value[4:]))
    return found


def parse_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of a note with its last newline, and its signatures."""
    if len(note.encode("utf-8", "replace")) > MAX_NOTE or any(char < " " and char != "\n" for char in note):
        raise Wrong("a note is too large or holds control characters")
    body, gap, lines = note.rpartition("\n\n")
    if not gap or not body or not lines:
        raise Wrong("a signed note is a text, an empty line and signatures")
    return body + "\n", parse_signatures(lines)


def signer(note: str, keys: list[Key]) -> Key:
    """The first of these keys that a signature of a note claims to be by, else the first, whose check then fails."""
    named = {(name, key_id) for name, key_id, _ in parse_note(note)[1]}
    return next((key for key in keys if (key.name, key.id) in named), keys[0])


def open_note(note: str, key: Key) -> str:
    """The text of a note that this key signed; signatures of other keys are ignored."""
    text, signatures = parse_note(note)
    found = [value for name, key_id, value in signatures if (name, key_id) == (key.name, key.id)]
    if not found or not all(is_signed(key.public, value, text.encode()) for value in found):
        raise Wrong(f"the note is not signed by {key.name}")
    return text


def parse_checkpoint(text: str, origin: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint of this log."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or lines[0] != origin:
        raise Wrong(f"this is no checkpoint of {origin}")
    root = unbase64(lines[2])
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1], re.ASCII) or int(lines[1]) > MAX_SIZE or len(root) != 32:
        raise Wrong("a checkpoint's size or root is out of form")
    return int(lines[1]), root


def check_cosignature(text: str, line: str, key: Key) -> int:
    """The time at which this witness cosigned this checkpoint, in seconds since 1970."""
    found = [value for name, key_id, value in parse_signatures(line + "\n") if (name, key_id) == (key.name, key.id)]
    if len(found) != 1 or len(found[0]) != 72:
        raise Wrong(f"it is not one cosignature by {key.name}")
    seconds = int.from_bytes(found[0][:8], "big")
    signed = b"cosignature/v1\ntime %d\n" % seconds + text.encode()
    if seconds > LAST_SECOND or not is_signed(key.public, found[0][8:], signed):
        raise Wrong(f"the cosignature of {key.name} does not hold")
    return seconds


# --- Lines of a file: JSON objects in one form only

Form = Mapping[str, Any]
"""The fields of a line in their order, each with its type or types."""


def load_object(line: str, fields: Form, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """A JSON object with exactly these fields, in this order, each of its type, none twice, written without spaces."""
    try:
        pairs = json.loads(line, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"not a line of JSON: {error}") from None
    if not isinstance(pairs, dict) or dump(pairs) != line:
        raise Wrong("a line is not a JSON object in its one form")
    wanted = [name for name in fields if name in pairs or name not in optional]
    if list(pairs) != wanted:
        raise Wrong(f"a line has the fields {', '.join(map(str, pairs))[:200]}")
    for name, value in pairs.items():
        if not isinstance(value, fields[name]) or (isinstance(value, bool) and fields[name] is not bool):
            raise Wrong(f"the field {name} is of another type")
    return pairs


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)


def dump(value: object) -> str:
    """JSON in its one form."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


NONE = type(None)
HEADER: Form = {"bundle": int, "origin": str, "log_key": str, "witness_keys": dict, "objects": (list, NONE), "made_at": str,
          "left_out": int}  # fmt: skip
ENTRY: Form = {"sequence": int, "entry": str, "proof": list, "opened": dict, "erased": bool}
LEAF: Form = {"actor": str, "at": str, "commitment": (str, NONE), "grant": (str, NONE), "kind": str, "message": (str, NONE),
        "object": str, "operation": (str, NONE), "partner": (str, NONE), "purpose": (str, NONE), "v": int}  # fmt: skip
EVIDENCE: Form = {"evidence": int, "kind": str, "origin": str, "log_key": str, "first": str, "second": str, "proof": list,
            "found_at": str, "found_by": str, "past_keys": list}  # fmt: skip


class Keys:
    """The keys to go by: those given, or else those that the file names itself."""

    def __init__(self, log: str | None, witnesses: Mapping[str, str | list[str]], past: tuple[str, ...] = ()) -> None:
        self.given = log is not None
        self.log = Key(log, NOTE) if log is not None else None
        self.past = [Key(text, NOTE) for text in past]
        listed = {code: [given] if isinstance(given, str) else given for code, given in witnesses.items()}
        self.witnesses = {code: [Key(text, COSIGNATURE) for text in texts] for code, texts in listed.items()}

    def settle(self, origin: str, log_key: str, witness_keys: dict[str, str]) -> Key:
        """Compare with what the file names, and return the key of the log."""
        named = Key(log_key, NOTE)
        stated = {code: Key(text, COSIGNATURE) for code, text in witness_keys.items()}
        if any(not re.fullmatch("[A-Z]{3}", code) for code in stated) or named.name != origin:
            raise Wrong("the keys that the file names are not those of its log and its partners")
        if self.log is not None and named.text not in (self.log.text, *(key.text for key in self.past)):
            raise Wrong("the file is of another log than the one whose key was given")
        if self.log is None:
            self.log, self.witnesses = named, {code: [key] for code, key in stated.items()}
        return named

    def all(self, named: Key) -> list[Key]:
        """Every key that may have signed a checkpoint of this log, the one that the file names first."""
        return [named, *(key for key in (self.log, *self.past) if key is not None and key.text != named.text)]


class Bundle:
    """A bundle, line by line. `said` collects what a reader has to know."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.said: list[str] = []
        self.heads: dict[int, bytes] = {}
        self.past: set[int] = set()
        self.stack: list[tuple[int, bytes]] = []
        self.entries = self.next = self.opened = self.erased = 0
        self.covered = 0
        self.votes: dict[str, tuple[int, int]] = {}
        self.digest = hashlib.sha256()
        self.ended = False

    def header(self, line: str) -> None:
        """The first line: whose log, and what of it."""
        head = load_object(line, HEADER)
        if head["bundle"] not in (1, 2):
            raise Wrong(f"a bundle of version {head['bundle']} is not known here")
        self.version, self.objects = head["bundle"], head["objects"]
        if not all(isinstance(one, str) for one in (*head["witness_keys"].values(), *(self.objects or ()))):
            raise Wrong("the header holds something that is no text")
        self.log = self.keys.settle(head["origin"], head["log_key"], head["witness_keys"])
        what = "the whole log" if self.objects is None else "the entries about " + ", ".join(self.objects)
        if self.keys.log is not None and self.log.text != self.keys.log.text:
            self.said.append("It was made under a key that the log has replaced since: it shows the log of that time.")
        self.said.append(f"It holds {what}, made at {head['made_at']}; {head['left_out']} later entries are left out.")

    def checkpoint(self, line: str) -> None:
        """A signed checkpoint with the partners' cosignatures; they stand before the entries."""
        head = load_object(line, {"checkpoint": str, "cosignatures": dict})
        if self.next or self.ended or len(self.heads) >= (MAX_HEADS if self.objects is None else 1):
            raise Wrong("a checkpoint stands where none belongs")
        by = signer(head["checkpoint"], self.keys.all(self.log))
        text = open_note(head["checkpoint"], by)
        size, root = parse_checkpoint(text, self.log.name)
        if size in self.heads:
            raise Wrong("two checkpoints of one size")
        if by is not self.log:
            self.past.add(size)
        self.heads[size] = root
        for code, signature in sorted(head["cosignatures"].items()):
            keys = self.keys.witnesses.get(code)
            if not keys or not isinstance(signature, str):
                raise Wrong(f"no key of the witness {code} is known here")
            named = {(name, key_id) for name, key_id, _ in parse_signatures(signature + "\n")}
            key = next((each for each in keys if (each.name, each.id) in named), keys[0])
            seconds = check_cosignature(text, signature, key)
            if size >= self.votes.get(code, (0, 0))[0]:
                self.votes[code] = (size, seconds)
        self.compare_root()

    def compare_root(self) -> None:
        """For a whole log: where a checkpoint was signed, the entries so far give its root."""
        if self.objects is None and self.next in self.heads:
            if tree_root(self.stack) != self.heads[self.next]:
                raise Wrong(f"the first {self.next} entries do not give the root that was signed")
            self.covered = max(self.covered, self.next)

    def entry(self, line: str) -> None:
        """One entry: its form, its place in the tree, its content where it is opened."""
        one = load_object(line, ENTRY, ("proof", "opened", "erased"))
        body, leaf = one["entry"].encode("utf-8", "replace"), load_object(one["entry"], LEAF)
        if self.ended or len(body) > MAX_ENTRY or leaf["v"] != 1:
            raise Wrong("an entry stands after the end, is too long or of another version")
        if self.objects is None:
            self.continue_log(one["sequence"], body)
        else:
            self.prove(one, leaf, body)
        self.entries += 1
        self.erased += one.get("erased", False)
        if "opened" in one:
            self.open(one["opened"], leaf)

    def continue_log(self, sequence: int, body: bytes) -> None:
        """The next entry of a whole log."""
        if sequence != self.next:
            raise Wrong(f"entry {sequence} stands where entry {self.next} belongs")
        grow(self.stack, leaf_hash(body))
        self.next += 1
        self.compare_root()

    def prove(self, one: dict[str, Any], leaf: dict[str, Any], body: bytes) -> None:
        """An entry of a case: it is under the checkpoint and about one of the objects."""
        if one["sequence"] < self.next or leaf["object"] not in self.objects or not self.heads:
            raise Wrong(f"entry {one['sequence']} does not belong here")
        ((size, root),) = self.heads.items()
        proof = [unbase64(text if isinstance(text, str) else "-") for text in one.get("proof", [])]
        if root_from_inclusion(leaf_hash(body), one["sequence"], size, proof) != root:
            raise Wrong(f"entry {one['sequence']}: its proof does not lead to the root that was signed")
        self.next, self.covered = one["sequence"] + 1, size

    def open(self, opened: dict[str, Any], leaf: dict[str, Any]) -> None:
        """Opened content: the commitment in the entry was made for exactly this."""
        fields = load_object(dump(opened), {"content": str, "salt": str})
        try:
            salt = bytes.fromhex(fields["salt"])
        except ValueError:
            raise Wrong("a salt is not written in hex") from None
        content = fields["content"].encode("utf-8", "replace")
        if hashlib.sha256(b"egnatia/commitment/v1\x00" + salt + content).hexdigest() != leaf["commitment"]:
            raise Wrong("an opened content is not what the commitment was made for")
        self.opened += 1

    def end(self, line: str) -> None:
        """The last line: the count, and since version 2 the node's signature over every byte before."""
        sealed = self.version > 1
        last = load_object(line, {"end": int, "seal": str} if sealed else {"end": int})
        if self.ended or last["end"] != self.entries:
            raise Wrong(f"it says that it has {last['end']} entries, but {self.entries} were read")
        self.ended = True
        if sealed:
            wanted = f"egnatia bundle {self.version}\n{self.log.name}\n{self.entries}\n{self.digest.hexdigest()}\n"
            if open_note(last["seal"], self.log) != wanted:
                raise Wrong("the seal is of another bundle: something was changed, added or taken out")

    def take(self, line: bytes) -> None:
        """Any line after the first."""
        text = decode(line)
        if line.startswith(b'{"checkpoint"'):
            self.checkpoint(text)
        elif line.startswith(b'{"end"'):
            self.end(text)
        else:
            self.entry(text)

    def close(self, witnesses: int, *, unsealed: bool) -> None:
        """What should have come and did not."""
        if not self.ended:
            raise Wrong("it was cut: the last line is missing")
        if self.objects is None and max(self.heads, default=0) != self.next:
            raise Wrong("the newest checkpoint does not cover exactly the entries that are here")
        if self.heads and max(self.heads) in self.past:
            raise Wrong("its newest checkpoint is signed by a key that the log has replaced; nothing newer confirms it")
        if not self.heads or (self.entries and not self.covered):
            raise Wrong("no checkpoint that holds covers the entries")
        if self.version == 1 and not unsealed:
            raise Wrong("it is not sealed (release 0.1.0 did not seal): taking out entries would not show; --unsealed")
        enough = [code for code, (size, _) in self.votes.items() if self.objects is not None or size == self.covered]
        if len(enough) < witnesses:
            raise Wrong(f"{len(enough)} partners cosigned the newest checkpoint, {witnesses} are asked for")


def decode(line: bytes) -> str:
    """A line as text without its newline."""
    if len(line) > MAX_LINE or not line.endswith(b"\n"):
        raise Wrong("it ends in the middle of a line, or a line is too long")
    try:
        return line[:-1].decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("it is not UTF-8") from None


def past_keys(texts: list[Any] | None, log: Key, keys: Keys) -> list[Key]:
    """Past keys that evidence names: of the same log, and among those given where any key was given."""
    if texts is None:
        return []
    found = [Key(text if isinstance(text, str) else "", NOTE) for text in texts]
    if not 0 < len(found) <= MAX_PAST_KEYS or len({key.text for key in [log, *found]}) != len(found) + 1:
        raise Wrong("the past keys that the evidence names are out of form")
    if any(key.name != log.name for key in found):
        raise Wrong("a past key in the evidence is of another log")
    if keys.given and not {key.text for key in found} <= {key.text for key in keys.all(log)}:
        raise Wrong("a past key in the evidence is none of those that were given")
    return found


def verify_evidence(line: str, keys: Keys) -> list[str]:
    """Evidence against a log: two checkpoints that it signed itself and that cannot both be of one history."""
    one = load_object(line, EVIDENCE, ("past_keys",))
    log = keys.settle(one["origin"], one["log_key"], {})
    named = [log, *past_keys(one.get("past_keys"), log, keys)]
    (size, root), (other_size, other_root) = (
        parse_checkpoint(open_note(one[which], signer(one[which], named)), log.name) for which in ("first", "second")
    )
    proof = [unbase64(text if isinstance(text, str) else "-") for text in one["proof"]]
    if one["evidence"] != 1 or any(len(value) != 32 for value in proof):
        raise Wrong("this form of evidence is not known here")
    if one["kind"] == "split_view":
        if size != other_size or root == other_root or proof:
            raise Wrong("the two checkpoints do not contradict each other")
        told = [f"{log.name} signed two different logs of {size} entries."]
    elif one["kind"] == "rewritten":
        first, second = climb(size, other_size, proof)
        if second != other_root or first == root:
            raise Wrong("the two checkpoints do not contradict each other by this proof")
        told = [f"{log.name} signed {other_size} entries that do not begin with the {size} that it signed before."]
    else:
        raise Wrong("this kind of evidence is not known here")
    return [
        *told,
        f"Found by {one['found_by']} at {one['found_at']}; who found it and when is only stated, not proven.",
    ]


def verify_file(path: Path, keys: Keys, witnesses: int, *, unsealed: bool) -> list[str]:
    """Verify a bundle or evidence; returns sentences for the reader, or raises what does not hold."""
    with path.open("rb") as file:
        first, total = file.readline(MAX_LINE + 1), 0
        if first.startswith(b'{"evidence"'):
            if file.read(1):
                raise Wrong("evidence is one line")
            return verify_evidence(decode(first), keys)
        bundle = Bundle(keys)
        bundle.header(decode(first))
        bundle.digest.update(first)
        while line := file.readline(MAX_LINE + 1):
            total += len(line)
            if total > MAX_FILE:
                raise Wrong("it is larger than any honest bundle")
            bundle.take(line)
            bundle.digest.update(line)
    bundle.close(witnesses, unsealed=unsealed)
    return [f"{bundle.entries} entries are in the ledger of {bundle.log.name}, under a checkpoint of {bundle.covered}.",
            *(f"Witnessed by {code}: {size} entries, at {seconds} seconds since 1970."
              for code, (size, seconds) in sorted(bundle.votes.items())),
            *bundle.said,
            f"{bundle.opened} contents agree with their commitments; {bundle.erased} were erased."]  # fmt: skip


def visible(text: str) -> str:
    """A sentence without what steers a terminal: the file, which nobody vouches for, must not write the verdict."""
    return "".join(each if each.isprintable() else "?" for each in text)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", type=Path, help="bundle or evidence")
    parser.add_argument("--key", help="verify key of the log's node, from its partner and not from the file")
    parser.add_argument("--past-key", action="append", default=[], help="key the node had before; never a stolen one")
    parser.add_argument(
        "--witness", action="append", default=[], metavar="CODE=KEY", help="key of a partner, present or past"
    )
    parser.add_argument("--witnesses", type=int, default=0, metavar="K", help="partners that must have cosigned")
    parser.add_argument("--unsealed", action="store_true", help="accept a bundle of release 0.1.0, which has no seal")
    given = parser.parse_args(arguments)
    pairs: dict[str, list[str]] = {}
    for one in given.witness:
        if "=" not in one:
            parser.error("--witness reads CODE=KEY")
        code, _, text = one.partition("=")
        pairs.setdefault(code, []).append(text)
    if (pairs or given.past_key) and given.key is None:
        parser.error("--witness and --past-key need --key")
    try:
        keys = Keys(given.key, pairs, tuple(given.past_key))
        told = verify_file(given.file, keys, given.witnesses, unsealed=given.unsealed)
    except (Wrong, OSError) as error:
        print(f"DOES NOT HOLD: {visible(str(error))}")
        return 7
    print("HOLDS" if keys.given else "AGREES WITH ITSELF ONLY: no --key was given; compare the keys with the partners'")
    more = [f"Key of the log: {keys.log.text}"] if keys.log and not keys.given else []
    print("\n".join(map(visible, [*told, *more])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
