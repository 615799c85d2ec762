"""The form of an exported bundle: JSON lines that a person can read and any language can check.

Line 1 is the header, then come the checkpoints, then the entries in order, then one line with the counts. A bundle
of the whole log needs no proofs; one of some objects holds each of their entries with its inclusion proof.
"""

from typing import Annotated, TypeVar

import msgspec

from egnatia.errors import InputError

BUNDLE_VERSION = 2
"""Version 1, of release 0.1.0, had no seal."""
UNSEALED_VERSION = 1
MAX_LINE_BYTES = 1 << 20
"""One entry with its opened content; the console limits a justification to far less."""
MAX_BUNDLE_BYTES = 1 << 32
"""4 GiB, about 10 million entries: more than a node of the scenario writes in ten years."""
MAX_HEADS = 64
"""Checkpoints of one bundle: the newest, and the newest of each partner."""

Text = Annotated[str, msgspec.Meta(max_length=300)]
T = TypeVar("T", bound=msgspec.Struct)


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First line.

    Attributes:
        bundle: version of this form.
        origin: name of the log.
        log_key: `vkey` of the node that signs the checkpoints.
        witness_keys: `vkey` of each partner that cosigns, by partner code.
        objects: references whose entries are here; nothing means the whole log.
        made_at: when it was exported.
        left_out: entries that no checkpoint covers yet and that are not here for that reason.
    """

    bundle: int
    origin: Text
    log_key: Text
    witness_keys: dict[Text, Text]
    objects: list[Text] | None
    made_at: Text
    left_out: int


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed checkpoint, its text as it was signed, with the partners' cosignature lines."""

    checkpoint: str
    cosignatures: dict[Text, Text]


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opened commitment: the sealed text and, in hex, the salt."""

    content: str
    salt: Text


class BundledEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One entry: its number, its text as written, its inclusion proof in base64, its opened content.

    `erased` says that content was asked for and does not exist any more.
    """

    sequence: int
    entry: str
    proof: list[Text] | None = None
    opened: Opened | None = None
    erased: bool = False


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Last line: how many entries stand above it, and the node's signature over every byte above it.

    The seal shows what the proofs cannot: that no entry was taken out, and that header, opened contents and notes are
    the exporter's. A bundle of version 1 has none.
    """

    end: int
    seal: str | None = None


def write_line(line: msgspec.Struct) -> bytes:
    """One line with its newline."""
    return msgspec.json.encode(line) + b"\n"


def read_line(line: bytes, form: type[T]) -> T:
    """Read one line as this form.

    Raises:
        InputError: it is not one, or is not written as `write_line` writes it: two readers must see one thing.
    """
    try:
        read = msgspec.json.decode(line, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a {form.__name__.lower()} line: {error}") from None
    if write_line(read) != line:
        raise InputError(f"a {form.__name__.lower()} line that is not in its one form")
    return read


def seal_text(origin: str, entries: int, digest: bytes) -> bytes:
    """What the exporter signs: that these are the bytes, and how many entries they hold."""
    return f"egnatia bundle {BUNDLE_VERSION}\n{origin}\n{entries}\n{digest.hex()}\n".encode()
