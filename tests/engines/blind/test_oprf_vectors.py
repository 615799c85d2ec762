"""The function and its proofs against every published vector, and against what an attacker may send instead."""

import json
import random
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.blind import (
    Evaluation,
    Mode,
    blind,
    blind_with,
    check_evaluation,
    derive_key,
    evaluate,
    evaluate_directly,
    finalise,
    fresh_key,
    fresh_scalar,
    group,
)
from egnatia.errors import InputError, TamperedError

HERE = Path(__file__).parent
SUITES: list[dict[str, Any]] = json.loads((HERE / "rfc9497_ristretto255.json").read_text())["suites"]
XMD: dict[str, Any] = json.loads((HERE / "rfc9380_xmd_sha512.json").read_text())
CASES = [(suite, vector) for suite in SUITES for vector in suite["vectors"]]
LAWS = settings(deadline=None, derandomize=True, max_examples=25)
ORDER = 2**252 + 27742317777372353535851937790883648493
# RFC 9496 appendix A.3: encodings that every implementation has to refuse.
BAD = [
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
    "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78",
    "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
    "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72",
    "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b",
    "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042",
    "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08",
    "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22",
    "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731",
    "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b",
]


def mode_of(suite: dict[str, Any]) -> Mode:
    return Mode.VOPRF if suite["mode"] else Mode.OPRF


def parts(text: str) -> list[bytes]:
    return [bytes.fromhex(each) for each in text.split(",")]


def test_all_published_vectors_are_here() -> None:
    assert [(suite["mode"], len(suite["vectors"])) for suite in SUITES] == [(0, 2), (1, 3)]
    assert [vector["Batch"] for _, vector in CASES] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize("suite", SUITES, ids=["oprf", "voprf"])
def test_the_key_of_a_seed(suite: dict[str, Any]) -> None:
    key = derive_key(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]), mode_of(suite))
    assert key.secret.hex() == suite["skSm"]
    if "pkSm" in suite:
        assert key.public.hex() == suite["pkSm"]


@pytest.mark.parametrize(("suite", "vector"), CASES)
def test_every_step_of_every_vector(suite: dict[str, Any], vector: dict[str, Any]) -> None:
    mode = mode_of(suite)
    key = derive_key(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]), mode)
    texts, scalars = parts(vector["Input"]), parts(vector["Blind"])
    asked = [blind_with(text, scalar, mode) for text, scalar in zip(texts, scalars, strict=True)]
    assert [each.element for each in asked] == parts(vector["BlindedElement"])
    nonce = bytes.fromhex(vector.get("Proof", {"r": "00" * 32})["r"])
    answer = evaluate(key, [each.element for each in asked], nonce, mode)
    assert list(answer.elements) == parts(vector["EvaluationElement"])
    if mode is Mode.VOPRF:
        assert answer.proof.hex() == vector["Proof"]["proof"]
        check_evaluation(key.public, [each.element for each in asked], answer)
    outputs = [finalise(*each) for each in zip(texts, scalars, answer.elements, strict=True)]
    assert outputs == parts(vector["Output"])
    assert [evaluate_directly(key, text, mode) for text in texts] == outputs


@pytest.mark.parametrize("vector", XMD["tests"], ids=lambda each: f"{len(each['msg'])}-{each['len_in_bytes']}")
def test_expand_message(vector: dict[str, str]) -> None:
    length = int(vector["len_in_bytes"], 16)
    assert group.expand_message(vector["msg"].encode(), XMD["DST"].encode(), length).hex() == vector["uniform_bytes"]


def test_expand_message_has_limits() -> None:
    assert len(group.expand_message(b"", b"x", 255 * 64)) == 255 * 64
    for dst, length in ((b"x", 255 * 64 + 1), (b"x" * 256, 32)):
        with pytest.raises(InputError):
            group.expand_message(b"", dst, length)


def test_another_binding_of_libsodium_agrees() -> None:
    """pysodium, where it is installed beside: the same multiplication and the same map to the group."""
    sodium = pytest.importorskip("pysodium")
    rng = random.Random(255)
    for _ in range(10):
        scalar, element = fresh_scalar(rng), group.hash_to_group(rng.randbytes(9), b"test")
        assert sodium.crypto_scalarmult_ristretto255(scalar, element) == group.multiply(scalar, element)


# Encodings.


@pytest.mark.parametrize("element", BAD)
def test_unsound_encodings_are_refused_everywhere(element: str) -> None:
    raw, rng = bytes.fromhex(element), random.Random(1)
    key, good = fresh_key(rng), blind(b"text", rng).element
    with pytest.raises(InputError, match="canonical"):
        evaluate(key, [good, raw], fresh_scalar(rng))
    answer = evaluate(key, [good], fresh_scalar(rng))
    with pytest.raises(InputError, match="evaluated element"):
        check_evaluation(key.public, [good], Evaluation((raw,), answer.proof))
    with pytest.raises(InputError, match="published key"):
        check_evaluation(raw, [good], answer)


@pytest.mark.parametrize("element", [b"", bytes(31), bytes(33)])
def test_an_element_has_32_bytes(element: bytes) -> None:
    with pytest.raises(InputError, match="32 bytes"):
        group.check_element(element, "element")


def test_the_top_bit_makes_no_second_encoding() -> None:
    """libsodium ignores it: the identity and every element would pass under another name."""
    rng = random.Random(11)
    for element in (group.IDENTITY, *(blind(bytes([each]), rng).element for each in range(1, 9))):
        twin = element[:31] + bytes([element[31] | 0x80])
        with pytest.raises(InputError, match="canonical"):
            group.check_element(twin, "element")


def test_the_identity_is_refused() -> None:
    with pytest.raises(InputError, match="identity"):
        group.check_element(group.IDENTITY, "element")
    rng = random.Random(2)
    with pytest.raises(InputError, match="identity"):
        evaluate(fresh_key(rng), [group.IDENTITY], fresh_scalar(rng))


@pytest.mark.parametrize("value", [ORDER, ORDER + 1, 2**255 - 1, 2**256 - 1])
def test_a_scalar_beyond_the_order_is_refused(value: int) -> None:
    scalar, rng = value.to_bytes(32, "little"), random.Random(3)
    with pytest.raises(InputError, match="canonical"):
        group.check_scalar(scalar, "blind")
    key, good = fresh_key(rng), blind(b"text", rng).element
    proof = evaluate(key, [good], fresh_scalar(rng)).proof
    for wrong in (scalar + proof[32:], proof[:32] + scalar):
        with pytest.raises(InputError):
            check_evaluation(key.public, [good], Evaluation((group.multiply(key.secret, good),), wrong))


def test_a_proof_is_not_malleable_by_the_order() -> None:
    """Adding the order to the response gives the same group equation; only the canonical form passes."""
    rng = random.Random(4)
    key, good = fresh_key(rng), blind(b"text", rng).element
    answer = evaluate(key, [good], fresh_scalar(rng))
    response = int.from_bytes(answer.proof[32:], "little") + ORDER
    with pytest.raises(InputError):
        check_evaluation(
            key.public, [good], Evaluation(answer.elements, answer.proof[:32] + response.to_bytes(32, "little"))
        )


@pytest.mark.parametrize(("text", "good"), [(b"", False), (b"x", True), (b"x" * 128, True), (b"x" * 129, False)])
def test_an_input_has_a_length(text: bytes, good: bool) -> None:  # noqa: FBT001
    if good:
        blind(text, random.Random(5))
    else:
        with pytest.raises(InputError):
            blind(text, random.Random(5))


def test_a_blind_of_zero_is_refused() -> None:
    with pytest.raises(InputError, match="zero"):
        blind_with(b"text", bytes(32))


@pytest.mark.parametrize("count", [0, 257])
def test_a_batch_has_a_size(count: int) -> None:
    rng = random.Random(6)
    with pytest.raises(InputError, match="256"):
        evaluate(fresh_key(rng), [blind(b"x", rng).element] * count, fresh_scalar(rng))


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(InputError):
        derive_key(bytes(31), b"", Mode.VOPRF)


# Proofs.


@LAWS
@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=5), st.integers(0, 2**32))
def test_any_batch_comes_back_as_its_direct_evaluation(texts: list[bytes], seed: int) -> None:
    rng = random.Random(seed)
    key = fresh_key(rng)
    asked = [blind(text, rng) for text in texts]
    answer = evaluate(key, [each.element for each in asked], fresh_scalar(rng))
    check_evaluation(key.public, [each.element for each in asked], answer)
    outputs = [finalise(t, a.blind, e) for t, a, e in zip(texts, asked, answer.elements, strict=True)]
    assert outputs == [evaluate_directly(key, text) for text in texts]


@LAWS
@given(st.integers(0, 2**32), st.integers(0, 511))
def test_any_changed_bit_of_a_proof_is_noticed(seed: int, bit: int) -> None:
    rng = random.Random(seed)
    key, asked = fresh_key(rng), [blind(b"one", rng).element, blind(b"two", rng).element]
    answer = evaluate(key, asked, fresh_scalar(rng))
    wrong = bytearray(answer.proof)
    wrong[bit >> 3] ^= 1 << (bit & 7)
    with pytest.raises((TamperedError, InputError)):
        check_evaluation(key.public, asked, Evaluation(answer.elements, bytes(wrong)))


def test_order_belongs_to_the_proof() -> None:
    rng = random.Random(7)
    key, asked = fresh_key(rng), [blind(bytes([each]), rng).element for each in range(1, 4)]
    answer = evaluate(key, asked, fresh_scalar(rng))
    for order in permutations(range(3)):
        mixed = Evaluation(tuple(answer.elements[each] for each in order), answer.proof)
        if order == (0, 1, 2):
            check_evaluation(key.public, asked, mixed)
            continue
        with pytest.raises(TamperedError):
            check_evaluation(key.public, asked, mixed)
        with pytest.raises(TamperedError):
            check_evaluation(key.public, [asked[each] for each in order], answer)


def test_another_key_another_batch_and_a_short_proof_are_noticed() -> None:
    rng = random.Random(8)
    key, other, asked = fresh_key(rng), fresh_key(rng), [blind(b"one", rng).element]
    answer = evaluate(key, asked, fresh_scalar(rng))
    for public, elements, given_ in (
        (other.public, asked, answer),
        (key.public, [blind(b"one", rng).element], answer),
        (key.public, asked * 2, answer),
        (key.public, asked, evaluate(other, asked, fresh_scalar(rng))),
    ):
        with pytest.raises(TamperedError):
            check_evaluation(public, elements, given_)
    with pytest.raises((TamperedError, InputError)):
        check_evaluation(key.public, asked, Evaluation(answer.elements, answer.proof[:-1]))


def test_modes_and_keys_give_unrelated_outputs() -> None:
    rng = random.Random(9)
    one, two = fresh_key(rng), fresh_key(rng)
    outputs = {evaluate_directly(key, b"text", mode) for key in (one, two) for mode in Mode}
    assert len(outputs) == 4
    assert {len(each) for each in outputs} == {64}


def test_the_same_question_never_looks_the_same() -> None:
    rng = random.Random(10)
    assert len({blind(b"text", rng).element for _ in range(50)}) == 50
