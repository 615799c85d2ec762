"""Every text that a report may show is there in five languages, with its placeholders, and nothing is left over."""

import re

import pytest

from egnatia.engines.documents.catalogue import FINDINGS
from egnatia.engines.documents.report.speaker import LOCALE, speaker
from egnatia.engines.documents.report.words import FILE_SIGNED, messages
from egnatia.languages import LANGUAGES, read_messages

OTHERS = [tag for tag in LANGUAGES if tag != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
NAMES = re.compile(r"EF\.\w+|DG\d+|PACE|ICAO|ISO|Doc|JPEG|BER|DER|`[^`]*`|\bO\b|\bX\b|%\(\w+\)s|hash")


def said(tag: str) -> dict[str, str]:
    return {str(each.id): str(each.string) for each in read_messages(LOCALE, tag) if each.id}


@pytest.mark.parametrize("tag", OTHERS)
def test_nothing_is_missing_and_nothing_is_left_over(tag: str) -> None:
    known = said(tag)
    assert sorted(message for message in messages() if not known.get(message)) == []
    assert sorted(known.keys() - messages()) == []


@pytest.mark.parametrize("tag", OTHERS)
def test_placeholders_and_names_are_kept_and_the_script_is_the_languages(tag: str) -> None:
    for message, text in said(tag).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(message)), message
        assert "<" not in text
        plain = NAMES.sub("", text)
        cyrillic = bool(CYRILLIC.search(plain))
        assert cyrillic is (tag in {"sr", "mk"}), (message, text)
        if cyrillic:
            assert not re.search(r"[A-Za-z]{2,}", plain), (message, text)
        assert message.endswith(".") is text.endswith("."), message


def test_joined_reasons_are_said_one_by_one() -> None:
    for tag in OTHERS:
        for rule in FINDINGS.values():
            told = speaker(tag).say(rule.innocent)
            assert told != rule.innocent
            assert told.count("; ") == rule.innocent.count("; ")


def test_a_files_name_stays_what_it_is() -> None:
    assert speaker("mk").say(FILE_SIGNED, file="DG2").startswith("DG2 ")
    assert speaker("sr-Latn").say("Suspected false: bring it to the second line").startswith("Sumnja")
    assert speaker("sq").say("no such message") == "no such message"
