"""One spelling for each identifier; the vectors are those that docs/reference/blind.md publishes."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.blind import IdentifierKind, hashed_text, normal_document, normal_iban, normal_phone
from egnatia.engines.blind.normalise import IBAN_LENGTHS, ISSUER_ALIASES
from egnatia.engines.documents import normal_issuer, normal_number
from egnatia.errors import InputError

LAWS = settings(deadline=None, derandomize=True, max_examples=50)
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "blind.md"


def published() -> list[tuple[str, str, str]]:
    """Kind, what was typed, what is hashed (or `refused`), from the table of the page."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition("\n## Normalisation vectors\n")
    lines = [line.split("|")[1:4] for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    plain = [[cell.strip().strip("`") for cell in line] for line in lines]
    return [(kind, typed, expected) for kind, typed, expected in plain]


VECTORS = published()


def normal(kind: str, typed: str) -> str:
    if kind == "document":
        issuer, document_type, number = typed.split(" / ")
        return normal_document(issuer.strip(), document_type.strip(), number)
    return normal_iban(typed) if kind == "iban" else normal_phone(typed)


def test_there_are_vectors_of_every_kind_both_ways() -> None:
    assert len(VECTORS) >= 30
    for kind in IdentifierKind:
        mine = [expected for each, _, expected in VECTORS if each == kind.value]
        assert "refused" in mine
        assert len(set(mine)) >= 4


@pytest.mark.parametrize(("kind", "typed", "expected"), VECTORS)
def test_a_published_vector_holds(kind: str, typed: str, expected: str) -> None:
    if expected == "refused":
        with pytest.raises(InputError):
            normal(kind, typed)
    else:
        assert hashed_text(IdentifierKind(kind), normal(kind, typed)).decode() == expected


@LAWS
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=20), st.randoms())
def test_separators_and_small_letters_do_not_matter(number: str, rng: random.Random) -> None:
    spoiled = "".join(rng.choice(["", " ", "-", "."]) + rng.choice([each, each.lower()]) for each in number)
    assert normal_document("rks", "p", spoiled) == normal_document("RKS", "PD", number) == f"RKSP{number}"


@LAWS
@given(st.text(max_size=70))
def test_anything_is_normal_or_refused_and_normal_stays(text: str) -> None:
    for normalise in (normal_iban, normal_phone, lambda each: normal_document("", "", each)[4:]):
        try:
            plain = normalise(text)
        except InputError:
            continue
        assert plain.isascii()
        assert normalise(plain) == plain


@LAWS
@given(st.text(max_size=30))
def test_numbers_are_normal_as_the_register_has_them(text: str) -> None:
    """The blind list and the open search must agree about one document."""
    try:
        plain = normal_document("", "", text)
    except InputError:
        return
    assert plain == f"<<<<{normal_number(text)}"


@pytest.mark.parametrize("code", ["RKS", "XKX", "KOS", "D", "DEU", "D<<", "GER", "ALB", "gbr"])
def test_issuers_are_normal_as_the_register_has_them(code: str) -> None:
    assert normal_document(code, "P", "1")[:3].rstrip("<") == normal_issuer(code)


def test_aliases_end_in_codes_of_documents() -> None:
    assert not set(ISSUER_ALIASES.values()) & set(ISSUER_ALIASES)


def checked(country: str, account: str) -> str:
    """An IBAN with its check digits computed."""
    rest = int("".join(str(int(each, 36)) for each in f"{account}{country}00"))
    return f"{country}{98 - rest % 97:02d}{account}"


@LAWS
@given(st.sampled_from(sorted(IBAN_LENGTHS)), st.integers(0, 10**27 - 1))
def test_an_iban_with_its_digits_right_passes_and_any_wrong_digit_does_not(country: str, number: int) -> None:
    length = IBAN_LENGTHS[country] - 4
    iban = checked(country, f"{number:027d}"[-length:])
    assert normal_iban(iban) == iban
    for at in range(2, len(iban)):
        wrong = iban[:at] + str((int(iban[at]) + 1) % 10) + iban[at + 1 :]
        with pytest.raises(InputError):
            normal_iban(wrong)


def test_check_digits_that_nobody_computes_are_refused() -> None:
    """97 + 2 = 99 and 0, 1 leave the same remainder; ISO 13616 gives only 02 to 98."""
    for account in (f"{each:018d}" for each in range(2_000)):
        good = checked("GB", account)
        twin = {"02": "99", "97": "00", "98": "01"}.get(good[2:4])
        if twin:
            with pytest.raises(InputError):
                normal_iban(f"GB{twin}{account}")


def test_kinds_are_never_confused() -> None:
    texts = {hashed_text(kind, "1234567") for kind in IdentifierKind}
    assert len(texts) == 3
    assert all(text.startswith(b"egnatia/1/") for text in texts)
