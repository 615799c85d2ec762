"""Five languages: nothing hard-coded, nothing missing, placeholders kept, dates and countries from the CLDR."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract

import egnatia.console
from egnatia import errors
from egnatia.agreements import parse_register
from egnatia.console.catalogues import LANGUAGES, read_catalogue, to_latin, translations
from egnatia.console.language import choose_language, language
from egnatia.console.words import phrase
from egnatia.engines.dna.words import LOOK_AGAIN, MORE_LOCI, WARNING
from egnatia.engines.documents import Field, FindingCode, Severity, Verdict
from egnatia.engines.documents.report.words import messages
from egnatia.indicators import definitions, lint
from egnatia.model import events, states

ROOT = Path(egnatia.console.__path__[0])
CATALOGUES = [tag for tag in LANGUAGES if tag != "en"]
MUST_BE_COMPLETE = {"sq"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
Message = str | tuple[str, ...]


def extracted() -> set[Message]:
    """Every message of the templates and modules, by the same tool that translators use."""
    found: set[Message] = set()
    keywords = {"_": None, "N_": None, "_n": (1, 2)}
    for path in ROOT.rglob("*.html"):
        with path.open("rb") as file:
            found |= {row[1] for row in extract("jinja2.ext:babel_extract", file, keywords, (), {"silent": "false"})}
    for path in ROOT.rglob("*.py"):
        with path.open("rb") as file:
            found |= {row[1] for row in extract("python", file, {"N_": None})}
    return found


def from_other_rooms() -> set[Message]:
    """Sentences that other rooms own and pages show in the officer's language."""
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.Error)]
    figures = [text for each in definitions() for text in (each.label, each.explanation)]
    return {*(each.default_hint for each in kinds), *figures, WARNING, MORE_LOCI, LOOK_AGAIN}


EVERY = extracted() | from_other_rooms()


def forms(catalogue: Catalog, message: Message) -> list[str]:
    entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
    if entry is None or not entry.string:
        return []
    return [entry.string] if isinstance(entry.string, str) else [form for form in entry.string if form]


def texts(message: Message) -> Iterable[str]:
    return (message,) if isinstance(message, str) else message


def missing(tag: str) -> list[Message]:
    catalogue = read_catalogue(tag)
    elsewhere = messages()  # translated with the documents engine, and found through the console's catalogue
    return [message for message in EVERY if message not in elsewhere and not forms(catalogue, message)]


@pytest.mark.parametrize("tag", CATALOGUES)
def test_catalogues_are_complete(tag: str, record_property: Any) -> None:
    lacking = missing(tag)
    record_property(f"translated_{tag}", f"{1 - len(lacking) / len(EVERY):.1%}")
    if tag in MUST_BE_COMPLETE:
        assert lacking == []
    assert len(lacking) <= len(EVERY) // 20, lacking


@pytest.mark.parametrize("tag", ["sq", "sr", "mk"])
def test_catalogues_hold_nothing_that_is_not_used(tag: str) -> None:
    known = {message[0] if isinstance(message, tuple) else message for message in EVERY}
    unused = [entry.id for entry in read_catalogue(tag) if entry.id and texts_of(entry.id)[0] not in known]
    assert unused == []


def texts_of(message: Any) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


@pytest.mark.parametrize("tag", CATALOGUES)
def test_translations_keep_every_placeholder_and_add_no_markup(tag: str) -> None:
    catalogue = read_catalogue(tag)
    for message in EVERY:
        wanted = set(PLACEHOLDER.findall(next(iter(texts(message)))))
        for form in forms(catalogue, message):
            assert set(PLACEHOLDER.findall(form)) == wanted, message
            assert "<" not in form.replace("<.", ""), message
            assert "%" not in PLACEHOLDER.sub("", form), message


def test_each_catalogue_has_the_plural_forms_of_its_language() -> None:
    assert [read_catalogue(tag).num_plurals for tag in ("sq", "sr", "mk")] == [2, 3, 2]
    one, many = "Send the enquiry to %(num)s partner", "Send the enquiry to %(num)s partners"
    said = [language("sr").say_many(one, many, count) for count in (1, 2, 5, 21)]
    assert len(set(said)) == 4
    assert language("en").say_many(one, many, 1) == "Send the enquiry to 1 partner"
    assert language("sq").say_many(one, many, 2).endswith("2 partnerëve")


def test_no_template_holds_a_word_that_cannot_be_translated() -> None:
    allowed = {"Egnatia", "Enter", "j", "k", "lang", "UTC"}
    for path in ROOT.rglob("*.html"):
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        shown = re.sub(r"<[^>]*>|\baria-\w+(?:=\"\w*\")?", " ", source)
        words = set(re.findall(r"[A-Za-z]{2,}", shown)) - allowed - {"amp", "doctype", "html"}
        assert words == set(), (path.name, words)


@pytest.mark.parametrize("module", [states, events])
def test_every_value_of_a_closed_list_has_a_phrase(module: Any) -> None:
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    for kind in kinds:
        for value in kind:
            assert phrase(value) != value.value or value.value in EVERY, value


@pytest.mark.parametrize("value", [*Field, *Verdict, *Severity, *FindingCode])
def test_every_word_of_an_inspection_has_a_phrase_that_every_language_has(value: StrEnum) -> None:
    assert phrase(value) in EVERY | messages()
    for tag in CATALOGUES:
        assert translations(tag).gettext(phrase(value)) != phrase(value) or phrase(value) in EVERY


def test_no_message_names_a_cause_or_blames_a_people() -> None:
    for message in EVERY:
        for text in texts(message):
            assert lint(text) == (), text


def test_latin_serbian_is_the_cyrillic_letter_by_letter() -> None:
    assert to_latin("Љубав и Њива, ЏЕП, џеп, Ђорђе Чича Шћепан Жућа") == (
        "Ljubav i Njiva, DŽEP, džep, Đorđe Čiča Šćepan Žuća"
    )
    assert to_latin("ЉУБАВ %(country)s DUR-2025") == "LJUBAV %(country)s DUR-2025"
    cyrillic, latin = read_catalogue("sr"), read_catalogue("sr-Latn")
    for message in EVERY:
        written = [to_latin(form) for form in forms(cyrillic, message)]
        assert forms(latin, message) == written
        assert not CYRILLIC.search("".join(written))


def test_untranslated_messages_stay_english() -> None:
    assert translations("sq").gettext("No such message exists") == "No such message exists"
    assert language("en").say("Search") == "Search"
    assert language("sq").say("Search") == "Kërkim"


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "chosen"),
    [
        (None, None, "", "en"),
        ("sq", "mk", "sr", "sq"),
        (None, "mk", "sr", "mk"),
        ("xx", "yy", "sr-RS,sq;q=0.5", "sr"),
        (None, None, "sr-Latn-RS", "sr-Latn"),
        (None, None, "fr;q=0.9, sq-XK;q=0.8, en;q=0.1", "sq"),
        (None, None, "de-DE,de", "en"),
        (None, None, "mk;q=0, en", "en"),
        (None, None, "sq;q=nonsense,mk", "mk"),
        ("<script>", None, ",;q=,,", "en"),
    ],
)
def test_the_language_is_chosen(asked: str | None, remembered: str | None, accepted: str, chosen: str) -> None:
    assert choose_language(asked, remembered, accepted).tag == chosen


@pytest.mark.parametrize(
    ("tag", "day"),
    [
        ("en", "15 May 2025"),
        ("sq", "15 maj 2025"),
        ("sr-Latn", "15. 5. 2025."),
        ("mk", "15.5.2025\N{NARROW NO-BREAK SPACE}\N{CYRILLIC SMALL LETTER GHE}."),
    ],
)
def test_dates_are_written_as_the_language_does(tag: str, day: str) -> None:
    assert language(tag).day(date(2025, 5, 15)) == day
    assert language(tag).moment(datetime(2025, 5, 15, 23, 5, tzinfo=UTC)) == f"{day}, 23:05 UTC"


def test_numbers_and_spans_are_written_as_the_language_does() -> None:
    assert language("en").number(12345) == "12,345"
    assert language("sq").number(12345) == "12\N{NO-BREAK SPACE}345"
    assert language("mk").quality(0.5) == "0,50"
    assert language("en").span(timedelta(hours=3)) == "3 hours"
    assert language("sq").span(timedelta(hours=3)) == "3 orë"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_partner_and_document_code_has_a_name_from_the_cldr(tag: str) -> None:
    content = (Path(egnatia.console.__path__[0]).parent / "scenario" / "agreements.toml").read_bytes()
    for code, partner in parse_register(content).partners.items():
        assert language(tag).country(code) != code
        assert len(partner.travel_document_codes) > 0
    assert language(tag).country("RKS") == language(tag).country("XKX")
    assert language(tag).country("ZZZ9") == "ZZZ9"
    assert language("sq").country("XKX") == "Kosovë"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_pages_say_their_language_and_the_switch_remembers_it(force: Any, tag: str) -> None:
    browser = force.browser("ALB", "enquirer")
    page = browser.get(f"/?lang={tag}")
    assert f'<html lang="{tag}">' in page.text
    assert language(tag).say("What do you have?") in page.text
    assert f'<html lang="{tag}">' in browser.get("/help").text
    assert f'<html lang="{tag}">' in browser.get("/no/such/page").text
