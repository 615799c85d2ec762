"""The question about a person: what is wrong is said at its field and in the officer's language, numbers are read before sending."""

import pytest
from tests.console.conftest import ALB, Force
from tests.console.exchange_story import GBR, join, upgrade
from tests.console.people_story import ABROAD, PERSON, asked, bring, own_register, record

from egnatia.console.drafts import read_answers, to_draft
from egnatia.console.language import language
from egnatia.console.person_answers import numbers_of, read_for_check
from egnatia.console.visit import Form
from egnatia.console.words import phrase
from egnatia.engines.people.identifiers import IdentifierKind
from egnatia.enquiries.numbers import Remark

FIELDS = {name: value for name, value in PERSON.items() if name != "partners"}


def form(**changes: str) -> Form:
    return Form({name: (value,) for name, value in (FIELDS | changes).items()})


def problems(**changes: str) -> dict[str, str]:
    return dict(read_answers(form(**changes), str).problems)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("", ()),
        ("BA1234567", ("BA1234567",)),
        (" BA1234567 \n\n +383 44 123 456 \n", ("BA1234567", "+383 44 123 456")),
        ("BA1234567; plate: AA 001 BB", ("BA1234567", "plate: AA 001 BB")),
        ("a\r\nb", ("a", "b")),
        (";;\n;", ()),
    ],
)
def test_numbers_stand_one_to_a_line_or_with_semicolons(typed: str, numbers: tuple[str, ...]) -> None:
    assert numbers_of({"identifiers": typed}) == numbers


def test_numbers_come_into_the_question_as_a_list() -> None:
    answers = read_answers(form(identifiers="BA1234567\n+383 44 123 456"), str)
    assert answers.problems == {}
    assert to_draft(answers).query["identifiers"] == ["BA1234567", "+383 44 123 456"]
    assert "identifiers" not in to_draft(read_answers(form(), str)).query


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"identifiers": "1234"}, "identifiers", "no number a person could be found by"),
        ({"identifiers": "BA1234567\n0000000000"}, "identifiers", "0000000000"),
        ({"identifiers": "address: Rruga e Durresit 12"}, "identifiers", "no address"),
        ({"identifiers": "\n".join(f"BA123456{n}" for n in range(5))}, "identifiers", "at most four"),
        ({"identifiers": "B" * 150 + "1" * 150}, "identifiers", "no number a person could be found by"),
        ({"birth_date": "31.02.1990"}, "birth_date", "no date of birth"),
        ({"birth_date": "1369-01-01"}, "birth_date", "our calendar"),
        ({"birth_date": "\u0661\u0669\u0669\u0660-03-07"}, "birth_date", "our calendar"),
        ({"birth_date": "yesterday"}, "birth_date", "no date of birth"),
        ({"family_names": "K" * 60_000}, "family_names", "200 characters"),
        ({"mother_name": "\u202e" * 201}, "mother_name", "200 characters"),
        ({"birth_date": "", "first_names": ""}, "family_names", "at least two"),
        ({"birth_date": "", "first_names": "UNKNOWN"}, "family_names", "at least two"),
        ({"birth_date": "1994", "first_names": "XXX"}, "family_names", "at least two"),
        ({"birth_date": "", "first_names": "\u200b\u202e"}, "family_names", "at least two"),
        ({"birth_date": "", "first_names": "", "identifiers": "BA1234567"}, "family_names", "at least two"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], field: str, says: str) -> None:
    found = problems(**changes)
    assert set(found) == {field}
    assert says in found[field]


def test_two_wrong_fields_are_two_problems() -> None:
    assert set(problems(birth_date="yesterday", identifiers="1", justification="")) == {
        "birth_date",
        "identifiers",
        "justification",
    }


@pytest.mark.parametrize("changes", [{"birth_date": ""}, {"first_names": ""}, {"family_names": ""},
                                     {"birth_date": "1994-03"}, {"birth_date": "18.3.1994"}])  # fmt: skip
def test_any_two_are_enough(changes: dict[str, str]) -> None:
    assert problems(**changes) == {}


def test_numbers_are_read_for_the_check_page() -> None:
    found = read_for_check(FIELDS | {"identifiers": "phone: 044 123 456\nBA1234567"})
    assert [(each.text, each.remarks) for each in found] == [("044123456", (Remark.NO_COUNTRY,)), ("BA1234567", ())]


@pytest.mark.parametrize("tag", ["sq", "sr", "sr-Latn", "mk"])
def test_every_kind_and_remark_has_words_in_every_language(tag: str) -> None:
    english, other = language("en"), language(tag)
    for each in (*IdentifierKind, *Remark):
        assert english.say(phrase(each)) == phrase(each)
        assert other.say(phrase(each)) != phrase(each)


@pytest.fixture(scope="module")
def ready(force: Force, tmp_path_factory: pytest.TempPathFactory) -> Force:
    join(force, tmp_path_factory.mktemp("gbr"))
    upgrade(force)
    bring(force, GBR, ABROAD, record("GBR-P-007777", "Ilir", "Gashi", "1971-05-05", "", "+383 44 123 456"))
    own_register(force)
    return force


def test_a_question_with_numbers_from_the_form_to_the_candidates_page(ready: Force) -> None:
    """The number of somebody with another name is found, said in words, and no digit of it travels."""
    browser = ready.browser(ALB, "enquirer")
    typed = PERSON | {"identifiers": "00383 44 123 456\nphone: 044 999 888", "case_ref": "DUR-2025-0433"}
    check = browser.post("/enquiries/check", typed)
    assert check.status_code == 200
    assert "38344123456" in check.text
    assert "its country is missing" in check.text
    assert "nothing is wrong with it" in check.text
    assert 'name="identifiers" value="00383 44 123 456\nphone: 044 999 888"' in check.text, (
        "it is carried to the button"
    )
    known = asked(ready, **(typed | {"partners": ["GBR"]}))
    page = ready.browser(ALB, "enquirer").get(f"/enquiries/{known.enquiry}").text
    assert "00383 44 123 456, phone: 044 999 888" in page
    candidates = [part[:36] for part in page.split('href="/candidates/')[1:]]
    pages = [ready.browser(ALB, "examiner").get(f"/candidates/{each}").text for each in candidates]
    [by_number] = [each for each in pages if "GBR-P-007777" in each]
    assert "A number is the same" in by_number
    assert "the partner does not say which" in by_number


@pytest.mark.parametrize(
    ("language", "word"), [("sq", "pasaportë"), ("sr", "пасош"), ("sr-Latn", "pasoš"), ("mk", "пасош")]
)
def test_the_form_is_asked_in_every_language_and_keeps_what_was_typed(force: Force, language: str, word: str) -> None:
    browser = force.browser(ALB, "enquirer")
    browser.get(f"/help?lang={language}")
    page = browser.post("/enquiries/check", PERSON | {"identifiers": "12", "birth_date": "31.02.1990"})
    assert page.status_code == 422
    assert word in page.text
    assert "no number a person" not in page.text
    assert ">12</textarea>" in page.text
    assert 'value="31.02.1990"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_who_cannot_be_told_apart_is_said_with_what_would_tell_them_apart(ready: Force) -> None:
    bring(ready, GBR, record("GBR-P-008888", "Arben", "Krasniqi", "1994-03-18", "Ilir"))
    known = asked(ready, case_ref="DUR-2025-0434", birth_date="1994-03")
    page = ready.browser(ALB, "examiner").get(f"/candidates/{known.candidate}").text
    assert "2 records of this partner agree in exactly the same" in page
    assert "full date of birth or a number" in page
    assert "There may be more" not in page
