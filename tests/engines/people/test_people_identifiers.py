"""Numbers, telephones, accounts, plates and addresses: one form each, what looks alike, what national numbers say."""

# ruff: noqa: RUF001 - numbers in other scripts are the subject

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.synthetic.national_numbers import albanian, jmbg, kosovo
from egnatia.engines.people import Claim, PersonQuery, PersonRecord, compare, parse_date, tags
from egnatia.engines.people.features import IDENTIFIER_BITS, LOOK_ALIKE_COST, identifier_claims
from egnatia.engines.people.identifiers import (
    Identifier,
    IdentifierKind,
    iban_is_right,
    national_of,
    read_identifier,
    read_identifiers,
    without_name,
)
from egnatia.engines.people.national import NationalRule, read_national
from egnatia.engines.people.problems import Problem, ProblemCode, born_inside, problems
from egnatia.engines.people.types import identifier_text
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

KIND = IdentifierKind


def read(written: str) -> Identifier:
    made = read_identifier(written)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("ba 123-4567", KIND.DOCUMENT, "BA1234567"),
        ("passport: BA 1234567", KIND.DOCUMENT, "BA1234567"),
        ("document:ba1234567", KIND.DOCUMENT, "BA1234567"),
        ("+383 44 123 456", KIND.PHONE, "38344123456"),
        ("00383 (0)44 123-456", KIND.PHONE, "38344123456"),
        ("tel: 0038344123456", KIND.PHONE, "38344123456"),
        ("PHONE: +383/44/123.456", KIND.PHONE, "38344123456"),
        ("phone:٠٠٣٨٣٤٤١٢٣٤٥٦", KIND.PHONE, "38344123456"),
        ("AL47 2121 1009 0000 0002 3569 8741", KIND.IBAN, "AL47212110090000000235698741"),
        ("iban: gb82 west 1234 5698 7654 32", KIND.IBAN, "GB82WEST12345698765432"),
        ("plate: 01-234-AB", KIND.PLATE, "01234AB"),
        ("plate: СК 1234 АБ", KIND.PLATE, "SK1234AB"),
        ("address: Rr. Agim Ramadani nr 12, Prishtinë", KIND.ADDRESS, "12 agim prishtine ramadani"),
        ("address: Prishtine, Agim Ramadani 12", KIND.ADDRESS, "12 agim prishtine ramadani"),
        ("address: ул. Вуна Караџића бр. 5", KIND.ADDRESS, "5 karadzica vuna"),
        ("J00101999W", KIND.NATIONAL, "J00101999W"),
        ("national: J00101999W", KIND.NATIONAL, "J00101999W"),
        ("1234567892", KIND.NATIONAL, "1234567892"),
        ("1234567893", KIND.DOCUMENT, "1234567893"),
    ],
)
def test_an_identifier_is_read_in_one_form(written: str, kind: IdentifierKind, text: str) -> None:
    made = read(written)
    assert (made.kind, made.text) == (kind, text)


@pytest.mark.parametrize(
    "written",
    ["", "12", "1-2-3-4", "phone:12345", "phone:" + "1" * 16, "address: rr. nr", "plate: A1", "::", "national:"],
)
def test_what_is_too_short_or_no_telephone_is_nothing(written: str) -> None:
    assert read_identifier(written) is None


@pytest.mark.parametrize(
    "written", ["0000000000000", "00000", "999 999 999", "XXXXXXX", "phone:+00000000", "national:0000000000", "ХХХХХ"]
)
def test_one_sign_throughout_fills_a_field_and_ties_nobody(written: str) -> None:
    assert read_identifier(written) is None
    one, other = (PersonRecord(RecordRef(ref), ref, "Hoxha", identifiers=(written, "BA1234567")) for ref in "AB")
    assert read_identifiers(one.identifiers) == read_identifiers(other.identifiers) == read_identifiers(["BA1234567"])


def test_a_kosovo_number_without_a_check_digit_is_not_wrong_and_not_guessed() -> None:
    assert problems(person("", "national:9123456789")) == ()
    assert read("9123456789").kind is KIND.DOCUMENT, "any ten digits that begin with 9 would be one"


def test_identifiers_are_read_once_each_and_sorted() -> None:
    made = read_identifiers(["X9999999", "x 9999999", "12", "+383 44 123 456", "00383 44 123456"])
    assert [each.text for each in made] == ["X9999999", "38344123456"]
    assert made == read_identifiers(["+38344123456", "X9999999"])


@pytest.mark.parametrize(
    ("left", "right"),
    [("BO123456O", "B01234560"), ("BAI23S5Z8", "8A1235528"), ("AB12G456", "A812G456"), ("XQ000017", "X0000017")],
)
def test_letters_and_digits_that_look_alike_are_one_and_worth_less(left: str, right: str) -> None:
    (found,) = identifier_claims(read_identifiers([left]), read_identifiers([right]))
    assert found.claim is Claim.IDENTIFIER_ALIKE
    assert found.added == IDENTIFIER_BITS[KIND.DOCUMENT] - LOOK_ALIKE_COST
    assert (found.left, found.right) == (left, right)


def test_telephones_and_addresses_have_no_look_alikes() -> None:
    assert read("address: Rruga Bio 8").loose == read("address: Rruga Bio 8").text
    assert (
        identifier_claims(read_identifiers(["address: Rruga Bill 8"]), read_identifiers(["address: Rruga 8ill 8"]))
        == []
    )


@pytest.mark.parametrize("kind", list(KIND))
def test_every_kind_is_worth_what_it_says_and_a_document_more_than_an_address(kind: IdentifierKind) -> None:
    written = {"national": "J00101999W", "iban": "GB82WEST12345698765432", "phone": "+38344123456"}.get(
        kind, "Rruga 123456 Q"
    )
    (found,) = identifier_claims(read_identifiers([f"{kind}:{written}"]), read_identifiers([f"{kind}:{written}"]))
    assert found.added == IDENTIFIER_BITS[kind]
    assert (found.field == "address") == (kind is KIND.ADDRESS)


def test_of_several_shared_numbers_the_best_counts_once_and_the_address_beside_it() -> None:
    both = read_identifiers(["BA1234567", "+38344123456", "address: Rruga Bio 81"])
    found = identifier_claims(both, both)
    assert [(part.field, part.added) for part in found] == [("identifiers", 20.0), ("address", 9.0)]


@pytest.mark.parametrize(
    ("left", "right"), [("phone:+38344123456", "38344123456"), ("address:12345 67890", "1234567890")]
)
def test_a_telephone_or_address_is_no_document(left: str, right: str) -> None:
    assert identifier_claims(read_identifiers([left]), read_identifiers([right])) == []


def test_a_number_of_one_rule_meets_the_same_number_without_its_kind_at_the_lower_worth() -> None:
    (found,) = identifier_claims(read_identifiers(["national:1234567893"]), read_identifiers(["1234567893"]))
    assert found.added == IDENTIFIER_BITS[KIND.DOCUMENT]


def test_an_account_is_right_by_its_check_digits() -> None:
    assert iban_is_right("GB82WEST12345698765432")
    assert not iban_is_right("GB83WEST12345698765432")
    assert not iban_is_right("GB82")


# The rules of national numbers: two published examples, and another program of this project that was written apart.


@pytest.mark.parametrize(
    ("text", "rule", "born"),
    [
        ("J00101999W", NationalRule.ALBANIA, date(1990, 1, 1)),
        ("1234567892", NationalRule.KOSOVO, None),
        ("0101006500006", NationalRule.JMBG, date(2006, 1, 1)),
    ],
)
def test_published_numbers_are_right(text: str, rule: NationalRule, born: date | None) -> None:
    number = read_national(text)
    assert number is not None
    assert (number.rule, number.right, number.born) == (rule, True, born)


@pytest.mark.parametrize(
    "text", ["", "J0010199W", "J00101999X", "12345678901", "ABCDEFGHIJ", "123456789A123", "Z00101999W"]
)
def test_other_shapes_are_no_national_numbers(text: str) -> None:
    assert read_national(text) is None


DAYS = [date(1940, 1, 1) + timedelta(days=97 * n) for n in range(250)]


@pytest.mark.parametrize("sex", ["F", "M"])
def test_numbers_of_every_kind_are_read_back(sex: str) -> None:
    rng = random.Random(5)
    for day in DAYS:
        for text in (albanian(day, sex, rng.randrange(1, 1000)), jmbg(day, sex, (71, 89), rng)):
            number = read_national(text)
            assert number is not None
            assert (number.right, number.born) == (True, day)
    for _ in range(250):
        number = read_national(kosovo(rng))
        assert number is not None
        assert (number.right, number.born) == (True, None)


@pytest.mark.parametrize("make", [lambda rng: jmbg(date(1990, 3, 7), "M", (71, 89), rng), kosovo])
def test_one_wrong_digit_is_noticed(make: Callable[[random.Random], str]) -> None:
    text = make(random.Random(7))
    for place, digit in enumerate(text):
        wrong = text[:place] + str((int(digit) + 1) % 10) + text[place + 1 :]
        number = read_national(wrong)
        assert number is not None
        assert not number.right


def test_one_wrong_sign_of_an_albanian_number_is_noticed_nearly_always() -> None:
    text = albanian(date(1990, 3, 7), "F", 17)
    wrong = [text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :] for place in range(1, 9)]
    assert [made for each in wrong if (made := read_national(each)) is not None and made.right] == []


def test_neither_sex_nor_region_inside_a_number_changes_a_comparison() -> None:
    rng = random.Random(9)
    scores = set()
    for sex, region in (("M", (71, 89)), ("F", (71, 89)), ("M", (41, 49)), ("F", (10, 19))):
        number = jmbg(date(1990, 3, 7), sex, region, rng)
        known = PersonRecord(RecordRef("R"), "Arta", "Hoxha", identifiers=(number,))
        scores.add(compare(PersonQuery("Arta", "Hoxha", parse_date("1990-03-07")), known).score)
    assert len(scores) == 1


# What does not fit together within one record.


def person(born: str, *identifiers: str) -> PersonRecord:
    return PersonRecord(RecordRef("R"), "Arta", "Hoxha", parse_date(born), identifiers=identifiers)


@pytest.mark.parametrize(
    ("born", "codes"),
    [
        ("1990-01-01", []),
        ("1990", []),
        ("", []),
        ("1990-01", []),
        ("1991", [ProblemCode.NUMBER_DATE_DIFFERS]),
        ("1990-02", [ProblemCode.NUMBER_DATE_DIFFERS]),
        ("1990-01-02", [ProblemCode.NUMBER_DATE_DIFFERS]),
        ("1989-01-01", [ProblemCode.NUMBER_DATE_DIFFERS]),
    ],
)
def test_a_date_inside_a_number_that_is_not_the_date_of_birth_is_found(born: str, codes: list[ProblemCode]) -> None:
    assert [problem.code for problem in problems(person(born, "J00101999W"))] == codes


def test_numbers_that_are_wrong_or_of_two_people_are_found() -> None:
    assert problems(person("", "national:1234567893")) == (Problem(ProblemCode.NUMBER_WRONG, "1234567893"),)
    assert problems(person("", "national:12345")) == (Problem(ProblemCode.NUMBER_OF_NO_RULE, "12345"),)
    assert problems(person("", "iban:GB83WEST12345698765432")) == (
        Problem(ProblemCode.IBAN_WRONG, "GB83WEST12345698765432"),
    )
    two = problems(person("", "J00101999W", albanian(date(1985, 5, 5), "F", 3)))
    assert [problem.code for problem in two] == [ProblemCode.NUMBERS_DISAGREE]
    assert problems(person("1990-01-01", "BA1234567", "+38344123456", "address:Rruga Bio 81")) == ()


def test_the_date_inside_a_number_stands_in_for_a_missing_one() -> None:
    known, query = person("", "J00101999W"), PersonQuery("Arta", "Hoxha", parse_date("1990-01-01"))
    assert born_inside(known) == parse_date("1990-01-01")
    assert Claim.BIRTH_DATE_PLACEHOLDER in {part.claim for part in compare(query, known).evidence}
    other = PersonQuery("Arta", "Hoxha", parse_date("1971-11-21"))
    assert Claim.BIRTH_DATE_DIFFERENT in {part.claim for part in compare(other, known).evidence}


def test_a_shared_number_does_not_count_again_by_the_date_inside() -> None:
    number = albanian(date(1985, 5, 5), "F", 3)
    dated, undated = person("1985-05-05", number), person("", number)
    claims = {part.claim for part in compare(dated, undated).evidence}
    assert Claim.IDENTIFIER_SAME in claims
    assert not {claim for claim in claims if claim.startswith("birth_date")}
    assert born_inside(person("", number, "J00101999W")) is None
    assert born_inside(person("", "BA1234567")) is None


# What blind tags are made of stays what it was.


@pytest.mark.parametrize("written", ["ba 123-4567", "+383 44 123 456", "J00101999W", "a:b:cdef1", "ß-12345"])
def test_a_number_without_its_kind_is_tagged_as_before(written: str) -> None:
    kept = "".join(character for character in written.upper() if character.isalnum())
    assert identifier_text(written) == kept
    assert without_name(written) == written


def test_a_number_with_its_kind_is_tagged_like_the_number_and_an_address_is_not_tagged() -> None:
    key = bytes(range(32))
    asked = PersonQuery("Arta", "Hoxha", identifiers=("BA1234567",))
    for written in ("document: BA1234567", "passport:ba 1234567"):
        assert tags(PersonQuery("Arta", "Hoxha", identifiers=(written,)), key) == tags(asked, key)
    plain = tags(PersonQuery("Arta", "Hoxha"), key)
    assert tags(PersonQuery("Arta", "Hoxha", identifiers=("address: Rruga Bio 81",)), key) == plain
    with pytest.raises(InputError, match="too little"):
        PersonQuery(identifiers=("address: Rruga Bio 81, Prishtinë",))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=60))
def test_any_text_is_an_identifier_or_none_and_its_form_is_its_own_form(written: str) -> None:
    made = read_identifier(written)
    if made is not None:
        again = read_identifier(f"{made.kind}:{made.text}")
        assert again == made
        assert national_of(made) is None or made.kind is KIND.NATIONAL
