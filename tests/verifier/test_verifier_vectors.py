"""Published vectors on the standalone verifier, and its verdicts beside those of the package, one by one."""

import base64
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from egnatia.errors import InputError, TamperedError
from egnatia.exchange.signatures import is_signed
from egnatia.ledger.checkpoints import read_note
from egnatia.ledger.notekeys import parse_verify_key
from egnatia.ledger.notes import parse_note, verify_note
from egnatia.ledger.proofs import verify_consistency, verify_inclusion
from egnatia.ledger.tree import Frontier, leaf_hash

TESTS = Path(__file__).parents[1]
VECTORS = TESTS / "ledger" / "vectors"
BORDER = {"low_order_A", "low_order_R", "low_order_residue"}
# RFC 8032 section 7.1, TEST 1 to TEST 3
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def rows(name: str) -> list[Any]:
    lines = (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]


def hashes(values: list[str]) -> list[bytes]:
    return [base64.b64decode(value) for value in values]


def holds(check: Any, *arguments: Any) -> bool:
    """Whether a check passes, on either verifier."""
    try:
        check(*arguments)
    except (InputError, TamperedError):
        return False
    except Exception as error:
        if type(error).__name__ != "Wrong":
            raise
        return False
    return True


def includes(verifier: ModuleType, leaf: bytes, place: tuple[int, int], proof: list[bytes], root: bytes) -> bool:
    try:
        return bool(verifier.root_from_inclusion(leaf, *place, proof) == root)
    except verifier.Wrong:
        return False


@pytest.mark.parametrize("name", ["inclusion", "subtree_inclusion"])
def test_inclusion_proofs(verifier: ModuleType, name: str) -> None:
    """98 of logs, 204 of subtrees: the latter are those of a log that starts at the subtree's first leaf."""
    vectors = rows(name)
    assert len(vectors) == {"inclusion": 98, "subtree_inclusion": 204}[name]
    for vector in vectors:
        leaf, root = hashes([vector["leafHash"], vector["root"]])
        start, end = vector.get("start", 0), vector.get("end", vector.get("treeSize"))
        place, proof = (vector["leafIdx"] - start, end - start), hashes(vector["proof"])
        sound = end > start and start % (1 << (end - start - 1).bit_length()) == 0
        wanted = not vector["wantErr"]
        assert (sound and includes(verifier, leaf, place, proof, root)) is wanted, vector["name"]
        assert (sound and holds(verify_inclusion, leaf, place, proof, root)) is wanted, vector["name"]


@pytest.mark.parametrize("name", ["consistency", "subtree_consistency"])
def test_consistency_proofs(verifier: ModuleType, name: str) -> None:
    """98 of logs; of the 118 of subtrees those that start at leaf 0, which are the proofs of a log."""
    ran = 0
    for vector in rows(name):
        if vector.get("start", 0):
            continue  # there are no subtrees in this protocol
        ran += 1
        old, new = vector.get("size1", vector.get("end")), vector.get("size2", vector.get("size"))
        roots, proof = (base64.b64decode(vector["root1"]), base64.b64decode(vector["root2"])), hashes(vector["proof"])
        # A root that is no hash at all is refused even where both sides name it (see test_merkle_tree).
        no_hash = vector["name"] == "additional/sizes-are-equal-one-and-proof-is-empty"
        ours_alone = name == "subtree_consistency" and old == 0  # an empty subtree is in every tree, as the empty log
        wanted = not vector["wantErr"] and not no_hash
        assert holds(verifier.check_consistency, old, new, roots, proof) is wanted or ours_alone, vector["name"]
        assert holds(verify_consistency, old, new, roots, proof) is wanted or ours_alone, vector["name"]
    assert ran == {"consistency": 98, "subtree_consistency": 102}[name]


def test_rfc_8032(verifier: ModuleType) -> None:
    for key, message, signature in RFC_8032:
        parts = (bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message))
        assert verifier.is_signed(*parts)
        assert is_signed(*parts)
        assert not verifier.is_signed(parts[0], parts[1], parts[2] + b".")


def test_wycheproof_and_cctv_get_one_verdict(verifier: ModuleType) -> None:
    folder = TESTS / "exchange"
    border = 0
    for name, wanted in (
        ("ed25519_wycheproof.json", lambda vector: vector[5] == "valid"),
        ("ed25519_cctv.json", lambda vector: not BORDER & set(vector[4].split())),
    ):
        for vector in json.loads((folder / name).read_text("utf-8"))["vectors"]:
            message = bytes.fromhex(vector[3]) if "wycheproof" in name else vector[3].encode()
            parts = (bytes.fromhex(vector[1]), bytes.fromhex(vector[2]), message)
            assert verifier.is_signed(*parts) is is_signed(*parts) is wanted(vector), (name, vector[0])
            border += not wanted(vector)
    assert border > 100


def test_the_tessera_log(verifier: ModuleType) -> None:
    """Fifteen entries and sixteen signed checkpoints of another implementation: every signature, every root."""
    log = json.loads((VECTORS / "tessera_log.json").read_text("utf-8"))
    key, known = verifier.Key(log["key"], verifier.NOTE), parse_verify_key(log["key"])
    stack: list[tuple[int, bytes]] = []
    tree = Frontier()
    for size, note in enumerate(log["checkpoints"]):
        if size:
            entry = log["entries"][size - 1].encode()
            verifier.grow(stack, verifier.leaf_hash(entry))
            tree.add(leaf_hash(entry))
        assert verifier.parse_checkpoint(verifier.open_note(note, key), key.name) == (size, verifier.tree_root(stack))
        verify_note(parse_note(note.encode()), known)
        checkpoint = read_note(note.encode())
        assert (checkpoint.size, checkpoint.root) == (size, tree.root())
    assert size == 15


def test_the_published_notes(verifier: ModuleType) -> None:
    """C2SP signed-note's example, and that of golang.org/x/mod sumdb/note."""
    from tests.ledger.test_ledger_notes import COSIGNED, EXAMPLE_KEY, EXAMPLE_NOTE, GO_KEY, GO_NOTE

    for text, note in ((EXAMPLE_KEY, EXAMPLE_NOTE), (GO_KEY, GO_NOTE)):
        key = verifier.Key(text, verifier.NOTE)
        assert verifier.open_note(note, key) == note.rpartition("\n\n")[0] + "\n"
        with pytest.raises(verifier.Wrong):
            verifier.open_note(note.replace("is", "iz", 1), key)
    body, signatures = verifier.parse_note(COSIGNED)
    assert verifier.parse_checkpoint(body, "example.com/behind-the-sofa")[0] == 20852163
    assert [len(value) for _, _, value in signatures] == [64, 72]
