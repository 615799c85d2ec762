"""Notes, checkpoints, cosignatures and proofs at their edges: the ledger and the standalone verifier say one thing.

Each case says what the verdict has to be, so that two verifiers that are wrong alike are found as well.
"""

import base64
import random
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.errors import Error, InputError, TamperedError
from egnatia.ledger.checkpoints import MAX_SIZE, Checkpoint, checkpoint_text, parse_checkpoint
from egnatia.ledger.notekeys import KeyKind, VerifyKey, key_of
from egnatia.ledger.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    NoteSignature,
    cosign,
    parse_note,
    parse_signatures,
    sign_note,
    signatures_by,
    verify_cosignature,
    verify_note,
)
from egnatia.ledger.proofs import consistency_spans, inclusion_spans, verify_consistency, verify_inclusion
from egnatia.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash

ORIGIN = "alb.example/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(random.Random(1).randbytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(random.Random(2).randbytes(32))
KNOWN = key_of(ORIGIN, KeyKind.NOTE, KEY)
WITNESS = key_of("xkx.example/ledger", KeyKind.COSIGNATURE, OTHER)
ROOT = random.Random(3).randbytes(32)
TEXT = checkpoint_text(Checkpoint(ORIGIN, 12, ROOT)).decode()
NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ROOT_64 = base64.b64encode(ROOT).decode()


def line(text: str, name: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> str:
    """A genuine signature line over any text under any name."""
    public = VerifyKey(name, KeyKind.NOTE, key.public_key().public_bytes_raw())
    return NoteSignature(name, public.key_id, key.sign(text.encode())).line


def note(text: str = TEXT, *lines: str) -> str:
    return f"{text}\n{''.join(lines or (line(text),))}"


def ours(content: str) -> tuple[int, bytes] | None:
    """Size and root by the ledger; nothing when it refuses."""
    try:
        read = parse_note(content.encode("utf-8", "surrogatepass"))
        verify_note(read, KNOWN)
        checkpoint = parse_checkpoint(read.text)
    except (InputError, TamperedError):
        return None
    return (checkpoint.size, checkpoint.root) if checkpoint.origin == ORIGIN else None


def theirs(verifier: ModuleType, content: str) -> tuple[int, bytes] | None:
    try:
        text = verifier.open_note(content, verifier.Key(KNOWN.text, 1))
        size, root = verifier.parse_checkpoint(text, ORIGIN)
    except verifier.Wrong:
        return None
    return int(size), bytes(root)


def rewritten(old: str, new: str) -> str:
    """Another text, genuinely signed: only its form is wrong."""
    assert TEXT.count(old) >= 1
    return note(TEXT.replace(old, new, 1))


STRANGER = line(TEXT, "nobody.example", OTHER)
SAME_NAME = line(TEXT, ORIGIN, OTHER)
BROKEN = NoteSignature(ORIGIN, KNOWN.key_id, bytes(64)).line
COSIGNED = cosign(TEXT.encode(), WITNESS.name, OTHER, NOW).line
GOOD = line(TEXT)

HOLD = {
    "as it was signed": note(),
    "a stranger's line after it": note(TEXT, GOOD, STRANGER),
    "a stranger's line before it": note(TEXT, STRANGER, GOOD),
    "a line of the same name under another key": note(TEXT, SAME_NAME, GOOD),
    "a cosignature beside it": note(TEXT, GOOD, COSIGNED),
    "the same line twice": note(TEXT, GOOD, GOOD),
    "a stranger's line of five bytes": note(TEXT, GOOD, "\u2014 nobody.example AAAAAAA=\n"),
    "a stranger's name in another script": note(TEXT, GOOD, line(TEXT, "\u0430lb.example/ledger", OTHER)),
    "as many lines as there may be": note(TEXT, GOOD, *[STRANGER] * (MAX_SIGNATURES - 1)),
    "an empty log": note(checkpoint_text(Checkpoint(ORIGIN, 0, EMPTY_ROOT)).decode()),
    "the largest size": rewritten("\n12\n", f"\n{MAX_SIZE}\n"),
}
FAIL = {
    "nothing": "",
    "no signature": TEXT + "\n",
    "only a stranger's": note(TEXT, STRANGER),
    "only one of the same name under another key": note(TEXT, SAME_NAME),
    "a good line beside a broken one": note(TEXT, GOOD, BROKEN),
    "a broken line beside a good one": note(TEXT, BROKEN, GOOD),
    "one line too many": note(TEXT, GOOD, *[STRANGER] * MAX_SIGNATURES),
    "signed over the text without its end": note(TEXT, line(TEXT[:-1])),
    "a space after the origin": rewritten(ORIGIN, ORIGIN + " "),
    "a space before the origin": rewritten(ORIGIN, " " + ORIGIN),
    "a no-break space after the origin": rewritten(ORIGIN, ORIGIN + "\u00a0"),
    "another spelling of the origin": rewritten(ORIGIN, "\u0430lb.example/ledger"),
    "capital letters": rewritten(ORIGIN, ORIGIN.upper()),
    "a space after the size": rewritten("\n12\n", "\n12 \n"),
    "a space before the size": rewritten("\n12\n", "\n 12\n"),
    "a leading zero": rewritten("\n12\n", "\n012\n"),
    "a plus sign": rewritten("\n12\n", "\n+12\n"),
    "a minus sign": rewritten("\n12\n", "\n-12\n"),
    "an underscore": rewritten("\n12\n", "\n1_2\n"),
    "digits of another script": rewritten("\n12\n", "\n\u0661\u0662\n"),
    "full-width digits": rewritten("\n12\n", "\n\uff11\uff12\n"),
    "a size past the largest": rewritten("\n12\n", f"\n{MAX_SIZE + 1}\n"),
    "a size of four hundred digits": rewritten("\n12\n", f"\n1{'0' * 400}\n"),
    "a size in hexadecimal": rewritten("\n12\n", "\n0xc\n"),
    "a root without padding": rewritten(ROOT_64, ROOT_64.rstrip("=")),
    "a root with loose last bits": rewritten(ROOT_64[-2:], ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"["AEIMQUYcgkosw048".index(ROOT_64[-2]) * 4 + 1]) + "="),
    "a space after the root": rewritten(ROOT_64, ROOT_64 + " "),
    "a root of 31 bytes": rewritten(ROOT_64, base64.b64encode(ROOT[:31]).decode()),
    "a root of 33 bytes": rewritten(ROOT_64, base64.b64encode(ROOT + b"x").decode()),
    "a root in the alphabet of addresses": rewritten(ROOT_64, base64.urlsafe_b64encode(b"\xff" * 32).decode()),
    "an extension line": note(TEXT + "extension\n"),
    "an empty line more": note(TEXT + "\n"),
    "a line less": note(f"{ORIGIN}\n12\n"),
    "line ends of another system": note(TEXT.replace("\n", "\r\n")),
    "a tab": rewritten("\n12\n", "\n12\t\n"),
    "a NUL": rewritten("\n12\n", "\n12\0\n"),
    "a byte order mark": note("\ufeff" + TEXT),
    "no line end at the end": note()[:-1],
    "an empty line at the end": note() + "\n",
    "a text after the signatures": note() + "more\n",
    "a hyphen for the dash": note(TEXT, GOOD.replace("\u2014", "-")),
    "another dash": note(TEXT, GOOD.replace("\u2014", "\u2013")),
    "no space after the dash": note(TEXT, GOOD.replace("\u2014 ", "\u2014")),
    "two spaces after the dash": note(TEXT, GOOD.replace("\u2014 ", "\u2014  ")),
    "a space after the signature": note(TEXT, GOOD.replace("\n", " \n")),
    "a stranger without a name": note(TEXT, GOOD, "\u2014  AAAAAAAA\n"),
    "a stranger with a plus sign": note(TEXT, GOOD, STRANGER.replace("nobody", "no+body")),
    "a stranger of four bytes": note(TEXT, GOOD, "\u2014 nobody.example AAAAAA==\n"),
    "a stranger in loose base64": note(TEXT, GOOD, "\u2014 nobody.example AAAAAAB=\n"),
    "a note that is too long": note(TEXT, GOOD, line(TEXT, "n" * 150, OTHER) * 63, *["x" * MAX_NOTE_BYTES]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLD)
def test_what_holds_holds_for_both(verifier: ModuleType, name: str) -> None:
    assert ours(HOLD[name]) is not None
    assert theirs(verifier, HOLD[name]) == ours(HOLD[name])


@pytest.mark.parametrize("name", FAIL)
def test_what_does_not_hold_holds_for_neither(verifier: ModuleType, name: str) -> None:
    assert ours(FAIL[name]) is None
    assert theirs(verifier, FAIL[name]) is None


def cosigned(verifier: ModuleType, text: str, written: str) -> tuple[int | None, int | None]:
    """When it was cosigned in the eyes of the ledger and of the verifier."""
    try:
        (found,) = signatures_by(parse_signatures(written), WITNESS)
        mine: int | None = int(verify_cosignature(text.encode(), found, WITNESS).timestamp())
    except (InputError, TamperedError, ValueError):
        mine = None
    try:
        other: int | None = verifier.check_cosignature(text, written.removesuffix("\n"), verifier.Key(WITNESS.text, 4))
    except verifier.Wrong:
        other = None
    return mine, other


def at(seconds: int, text: str = TEXT) -> str:
    value = seconds.to_bytes(8, "big") + OTHER.sign(b"cosignature/v1\ntime %d\n" % seconds + text.encode())
    return NoteSignature(WITNESS.name, WITNESS.key_id, value).line


def test_a_cosignature_of_an_older_size_is_none_of_a_newer(verifier: ModuleType) -> None:
    """Whoever was cosigned at twelve entries is not believed at thirteen, nor with another root at twelve."""
    older, newer = TEXT, TEXT.replace("\n12\n", "\n13\n")
    other_root = checkpoint_text(Checkpoint(ORIGIN, 12, bytes(32))).decode()
    seconds = int(NOW.timestamp())
    assert cosigned(verifier, older, COSIGNED) == (seconds, seconds)
    for text in (newer, other_root, older.replace(ORIGIN, "gbr.example/ledger"), older + "\n", older[:-1]):
        assert cosigned(verifier, text, COSIGNED) == (None, None)


@pytest.mark.parametrize("moved", [1, -1, 86_400, -(2**30)])
def test_the_time_of_a_cosignature_cannot_be_moved(verifier: ModuleType, moved: int) -> None:
    value = parse_signatures(COSIGNED)[0].value
    bent = (int.from_bytes(value[:8], "big") + moved).to_bytes(8, "big") + value[8:]
    assert cosigned(verifier, TEXT, NoteSignature(WITNESS.name, WITNESS.key_id, bent).line) == (None, None)


@pytest.mark.parametrize(
    ("seconds", "read"),
    [(0, 0), (253_402_300_799, 253_402_300_799), (253_402_300_800, None), (2**63 - 1, None)],
)
def test_the_first_and_the_last_second(verifier: ModuleType, seconds: int, read: int | None) -> None:
    assert cosigned(verifier, TEXT, at(seconds)) == (read, read)


def test_neither_kind_of_signature_passes_for_the_other(verifier: ModuleType) -> None:
    """A node's own signature on its checkpoint, under the key id and name of the witness, and the other way round."""
    as_note = NoteSignature(WITNESS.name, WITNESS.key_id, OTHER.sign(TEXT.encode())).line
    short = NoteSignature(WITNESS.name, WITNESS.key_id, bytes(8) + OTHER.sign(TEXT.encode())).line
    for written in (as_note, short):
        assert cosigned(verifier, TEXT, written) == (None, None)
    mine = cosign(TEXT.encode(), ORIGIN, KEY, NOW)
    assert ours(note(TEXT, NoteSignature(ORIGIN, KNOWN.key_id, mine.value).line)) is None
    assert theirs(verifier, note(TEXT, NoteSignature(ORIGIN, KNOWN.key_id, mine.value).line)) is None


LEAVES = [leaf_hash(b"entry %d" % number) for number in range(9)]


def root_of(start: int, end: int) -> bytes:
    frontier = Frontier()
    for each in LEAVES[start:end]:
        frontier.add(each)
    return frontier.root()


def inclusion(index: int, size: int) -> list[bytes]:
    return [root_of(*span) for span in inclusion_spans(index, size)]


def consistency(old: int, new: int) -> list[bytes]:
    return [root_of(*span) for span in consistency_spans(old, new)]


def included(verifier: ModuleType, index: int, size: int, proof: list[bytes], root: bytes) -> tuple[bool, bool]:
    leaf = LEAVES[max(0, min(index, len(LEAVES) - 1))]
    return (
        _holds(lambda: verify_inclusion(leaf, (index, size), proof, root)),
        _holds(lambda: _same(verifier, verifier.root_from_inclusion(leaf, index, size, proof), root), verifier.Wrong),
    )


def _same(verifier: ModuleType, found: bytes, wanted: bytes) -> None:
    if found != wanted:
        raise verifier.Wrong("another root")


def _holds(check: Callable[[], object], wrong: type[Exception] = Error) -> bool:
    try:
        check()
    except wrong:
        return False
    return True


def continued(
    verifier: ModuleType, old: int, new: int, roots: tuple[bytes, bytes], proof: list[bytes]
) -> tuple[bool, bool]:
    return (
        _holds(lambda: verify_consistency(old, new, roots, proof)),
        _holds(lambda: verifier.check_consistency(old, new, roots, proof), verifier.Wrong),
    )


def test_logs_of_no_entry_and_of_one(verifier: ModuleType) -> None:
    one = root_of(0, 1)
    assert included(verifier, 0, 1, [], one) == (True, True)
    for index, size, proof, root in (
        (0, 0, [], EMPTY_ROOT), (0, 0, [], LEAVES[0]), (1, 1, [], one), (-1, 1, [], one), (0, 1, [one], one), (0, -1, [], one), (0, 1, [], EMPTY_ROOT),
    ):  # fmt: skip
        assert included(verifier, index, size, proof, root) == (False, False), (index, size)


def test_what_continues_the_empty_log(verifier: ModuleType) -> None:
    """Every log does, with no proof; and none does with one, or from another root than that of nothing."""
    for size in range(len(LEAVES) + 1):
        root = root_of(0, size)
        assert continued(verifier, 0, size, (EMPTY_ROOT, root), []) == (True, True)
        assert continued(verifier, 0, size, (EMPTY_ROOT, root), [LEAVES[0]]) == (False, False)
        assert continued(verifier, size, size, (root, root), []) == (True, True)
        assert continued(verifier, size, size, (root, root), [root]) == (False, False)
        assert continued(verifier, size, size, (root, LEAVES[1]), []) == (False, False)
        if size:
            assert continued(verifier, 0, size, (root, root), []) == (False, False)
            assert continued(verifier, size, 0, (root, EMPTY_ROOT), []) == (False, False)
        assert continued(verifier, -1, size, (EMPTY_ROOT, root), []) == (False, False)


def test_every_proof_of_small_logs_and_every_neighbour_of_it(verifier: ModuleType) -> None:
    """A hash left out, one more, two exchanged, a byte changed, a hash of 31 bytes, and every other size and index."""
    for size in range(2, len(LEAVES) + 1):
        root = root_of(0, size)
        for index in range(size):
            proof = inclusion(index, size)
            assert included(verifier, index, size, proof, root) == (True, True)
            for bent in _bent(proof):
                assert included(verifier, index, size, bent, root) == (False, False)
            if proof:
                assert included(verifier, (index + 1) % size, size, proof, root) == (False, False)
        for old in range(1, size):
            proof, roots = consistency(old, size), (root_of(0, old), root)
            assert continued(verifier, old, size, roots, proof) == (True, True)
            for bent in _bent(proof):
                assert continued(verifier, old, size, roots, bent) == (False, False)
            assert continued(verifier, old, size, roots[::-1], proof) == (False, False)


def _bent(proof: list[bytes]) -> list[list[bytes]]:
    ways = [proof[:-1], proof[1:], [*proof, LEAVES[0]], [LEAVES[0], *proof], [*proof[:-1], proof[-1][:31]]]
    ways += [[*proof[:-1], bytes([proof[-1][0] ^ 1]) + proof[-1][1:]], [*proof[:-1], proof[-1] + b"x"]]
    return [each for each in [*ways, proof[::-1]] if each != proof]


def test_a_proof_longer_than_any_honest_one_is_none(verifier: ModuleType) -> None:
    long = [LEAVES[0]] * 10_000
    assert included(verifier, 0, 2**62, long, LEAVES[0]) == (False, False)
    assert continued(verifier, 1, 2**62, (LEAVES[0], LEAVES[1]), long) == (False, False)


def test_a_signed_note_of_another_name_is_no_checkpoint_of_this_log(verifier: ModuleType) -> None:
    content = sign_note(TEXT.encode(), "gbr.example/ledger", KEY).decode()
    assert ours(content) is None
    assert theirs(verifier, content) is None
