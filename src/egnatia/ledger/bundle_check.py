"""Verifying a bundle offline: from a file that nobody vouches for, reading one line at a time.

Whatever the file holds, the outcome is a report. Who stands behind it depends on the keys: those the reader brought
along count as known, those the bundle names itself have to be compared with what the partners publish.
"""

import hashlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.bundle_format import (
    BUNDLE_VERSION,
    MAX_BUNDLE_BYTES,
    MAX_HEADS,
    MAX_LINE_BYTES,
    UNSEALED_VERSION,
    BundledEntry,
    End,
    Head,
    Header,
    read_line,
    seal_text,
)
from egnatia.ledger.checkpoints import Checkpoint
from egnatia.ledger.leaf import Leaf, parse_leaf
from egnatia.ledger.notekeys import KeyKind, VerifyKey, decode_base64, parse_verify_key
from egnatia.ledger.notes import parse_note, signatures_by, verify_note
from egnatia.ledger.proofs import verify_inclusion
from egnatia.ledger.report import Report, Trust
from egnatia.ledger.signed_heads import check_cosignatures, check_head
from egnatia.ledger.tree import Frontier, leaf_hash
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.store.vault import commit_to


def verify_bundle(source: Path | BinaryIO, known: Trust | None = None, *, sealed: bool = False) -> Report:
    """Verify a bundle without any node. Raises nothing for what the file holds.

    Args:
        source: the file or its path.
        known: keys that the reader has from elsewhere. Without them the bundle's own count, and the report says so.
        sealed: whether a bundle of release 0.1.0, which has no seal, is a finding.

    Raises:
        InputError: there is no such file.
    """
    report = Report()
    try:
        opened = source.open("rb") if isinstance(source, Path) else nullcontext(source)
    except OSError as error:
        raise InputError(f"the bundle cannot be read: {error.strerror}") from None
    with opened as file:
        try:
            _check(_lines(file), known, report, sealed=sealed)
        except (InputError, TamperedError) as error:
            report.find("bundle", "the file", error.message)
    return report


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The file's lines, none longer and not more of them than any honest bundle has."""
    total = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        total += len(line)
        if len(line) > MAX_LINE_BYTES or total > MAX_BUNDLE_BYTES:
            raise InputError("the bundle is larger than any honest one")
        if not line.endswith(b"\n"):
            raise InputError("the bundle ends in the middle of a line")
        yield line


def _check(lines: Iterator[bytes], known: Trust | None, report: Report, *, sealed: bool) -> None:
    first = next(lines, b"")
    header = read_line(first, Header)
    if header.bundle not in (UNSEALED_VERSION, BUNDLE_VERSION):
        raise InputError(f"a bundle of version {header.bundle} is not known here")
    trust = _trust(header, known, report)
    report.origin = trust.log.name
    check = BundleCheck(header, trust, report)
    check.digest.update(first)
    for line in lines:
        if line.startswith(b'{"checkpoint"'):
            check.head(read_line(line, Head))
        elif line.startswith(b'{"end"'):
            check.end(read_line(line, End))
        else:
            check.entry(read_line(line, BundledEntry))
        check.digest.update(line)
    check.close(sealed=sealed)


def _trust(header: Header, known: Trust | None, report: Report) -> Trust:
    """The keys to go by: the reader's own, or the bundle's with a note to compare them."""
    log = _key(header.log_key, KeyKind.NOTE)
    if log.name != header.origin:
        raise InputError("the key of the log is not named as its origin")
    witnesses = {_partner(code): _key(text, KeyKind.COSIGNATURE) for code, text in header.witness_keys.items()}
    if known is None:
        report.own_keys = True
        keys = ", ".join([log.text, *(key.text for key in witnesses.values())])
        report.notes.append(f"The keys are those the bundle names itself; compare them with the partners': {keys}")
        return Trust(log, witnesses)
    if log not in known.log_keys():
        raise TamperedError("the bundle is of another log than the one whose key was given")
    report.notes.append("The keys are those you gave.")
    if log != known.log:
        report.notes.append("It was made under a key that the log has replaced since: it shows the log of that time.")
    return replace(known, log=log, past_logs=tuple(each for each in known.log_keys() if each != log))


def _key(text: str, kind: KeyKind) -> VerifyKey:
    key = parse_verify_key(text)
    if key.kind != kind:
        raise InputError(f"the key of {key.name} is of another kind than its place in the bundle")
    return key


def _partner(code: str) -> PartnerCode:
    if not PARTNER_CODE.fullmatch(code):
        raise InputError("a partner's code is three capital letters")
    return PartnerCode(code)


class BundleCheck:
    """The bundle as far as it was read. Invariant: what is counted in the report was verified."""

    def __init__(self, header: Header, trust: Trust, report: Report) -> None:
        self._objects = None if header.objects is None else frozenset(header.objects)
        self._trust = trust
        self._report = report
        self._heads: dict[int, Checkpoint] = {}
        self._held: set[int] = set()
        self._past: set[int] = set()
        self._tree = Frontier()
        self._next = 0
        self._ended = False
        self._version = header.bundle
        self.digest = hashlib.sha256()
        report.notes.append(self._scope(header))

    def _scope(self, header: Header) -> str:
        what = "the whole log" if self._objects is None else f"the entries about {', '.join(sorted(self._objects))}"
        text = f"The bundle holds {what} up to its checkpoint, made at {header.made_at}."
        if self._objects is not None:
            text += " Each entry is proven; that there are no others about them only the whole log shows."
        return text if not header.left_out else f"{text} It says that {header.left_out} later ones are not in it."

    def head(self, line: Head) -> None:
        """Verify a checkpoint and its cosignatures; checkpoints stand before the entries."""
        if self._next or self._ended or len(self._heads) >= (MAX_HEADS if self._objects is None else 1):
            raise InputError("a checkpoint stands where none belongs")
        note = line.checkpoint.encode("utf-8", "replace")
        checkpoint = check_head(note, self._trust, self._report)
        if checkpoint is None:
            return
        if checkpoint.size in self._heads:
            raise InputError("two checkpoints of one size")
        self._heads[checkpoint.size] = checkpoint
        if not signatures_by(parse_note(note).signatures, self._trust.log):
            self._past.add(checkpoint.size)
        lines = {_partner(code): text for code, text in line.cosignatures.items()}
        check_cosignatures(note, checkpoint.size, lines, self._trust, self._report)
        self._look_at_root()

    def entry(self, line: BundledEntry) -> None:
        """Verify one entry: its form, its place in the tree, and its content where it is opened."""
        if self._ended:
            raise InputError("an entry stands after the end")
        body = line.entry.encode("utf-8", "replace")
        leaf = parse_leaf(body)
        if self._objects is None:
            self._grow(line, body)
        else:
            self._prove(line, leaf, body)
        self._report.entries += 1
        self._open(line, leaf)

    def _grow(self, line: BundledEntry, body: bytes) -> None:
        if line.sequence != self._next:
            raise InputError(f"entry {line.sequence} stands where entry {self._next} belongs")
        self._report.nodes += len(self._tree.add(leaf_hash(body)))
        self._next += 1
        self._look_at_root()

    def _look_at_root(self) -> None:
        head = self._heads.get(self._next) if self._objects is None else None
        if head is None or head.size in self._held:
            return
        if head.root == self._tree.root():
            self._hold(head)
        else:
            self._report.find("checkpoint", f"size {head.size}", "the entries do not give the root that was signed")

    def _hold(self, head: Checkpoint) -> None:
        self._held.add(head.size)
        self._report.checkpoints += 1
        self._report.signed_size = max(self._report.signed_size, head.size)

    def _prove(self, line: BundledEntry, leaf: Leaf, body: bytes) -> None:
        if line.sequence < self._next or leaf.object not in (self._objects or ()):
            raise InputError(f"entry {line.sequence} does not belong here")
        self._next = line.sequence + 1
        head = next(iter(self._heads.values()), None)
        if head is None:
            raise TamperedError("there is no checkpoint that holds, so nothing proves the entries")
        try:
            proof = [decode_base64(one) for one in line.proof or ()]
            verify_inclusion(leaf_hash(body), (line.sequence, head.size), proof, head.root)
        except (InputError, TamperedError) as error:
            self._report.find("proof", f"entry {line.sequence}", error.message)
            return
        if head.size not in self._held:
            self._hold(head)

    def _open(self, line: BundledEntry, leaf: Leaf) -> None:
        self._report.erased += line.erased
        if line.opened is None:
            return
        try:
            salt = bytes.fromhex(line.opened.salt)
        except ValueError:
            salt = b""
        if commit_to(line.opened.content.encode("utf-8", "replace"), salt).hex() != leaf.commitment:
            text = "the content is not what the commitment was made for"
            self._report.find("content", f"entry {line.sequence}", text)
        self._report.opened += 1

    def end(self, line: End) -> None:
        """Compare the counts."""
        if self._ended or line.end != self._report.entries:
            raise InputError(f"the bundle says that it has {line.end} entries, but {self._report.entries} were read")
        if (line.seal is None) != (self._version == UNSEALED_VERSION):
            raise InputError("the last line is of another version than the first")
        self._ended = True
        if line.seal is not None and self._report.holds:  # what is wrong in itself is named first
            self._check_seal(line.seal)

    def _check_seal(self, seal: str) -> None:
        """The exporter signed exactly these bytes: nothing was changed, added or taken out since."""
        log = self._trust.log
        try:
            note = parse_note(seal.encode("utf-8", "replace"))
            verify_note(note, log)
        except (InputError, TamperedError) as error:
            self._report.find("seal", "the last line", error.message)
            return
        if note.text != seal_text(log.name, self._report.entries, self.digest.digest()):
            text = "the seal is of another bundle: something was changed, added or taken out"
            self._report.find("seal", "the last line", text)

    def close(self, *, sealed: bool) -> None:
        """Say what should have come and did not."""
        if self._version == UNSEALED_VERSION:
            text = "It is not sealed: its header is not signed, and entries may have been taken out of it."
            if sealed:
                self._report.find("seal", "the file", "release 0.1.0 did not seal, so what was taken out does not show")
            self._report.notes.append(text)
        if not self._ended:
            self._report.find("bundle", "the file", "it was cut: the last line is missing")
        for size in sorted(self._heads.keys() - self._held):
            if self._objects is None and size > self._next:
                self._report.find("checkpoint", f"size {size}", f"it was signed, but {self._next} entries are here")
        if self._past and max(self._heads) in self._past:
            text = "it is signed by a key that the log has replaced, and nothing under the present one confirms it"
            self._report.find("checkpoint", f"size {max(self._heads)}", text)
        if not self._held and not self._report.finding_count:
            self._report.find("bundle", "the file", "it holds no checkpoint, so nothing proves its entries")
        if self._objects is None and self._next > self._report.signed_size and self._report.holds:
            self._report.find("bundle", "the file", "entries after the newest checkpoint are proven by nothing")
