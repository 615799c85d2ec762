"""Remarks on certificates in five languages: every code has words, and no two codes the same ones."""

import pytest

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.language import language
from egnatia.console.words import phrase
from egnatia.engines.documents.trust.remarks import RemarkCode

ENGLISH = {code: phrase(code) for code in RemarkCode}


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_every_remark_has_its_own_words(tag: str) -> None:
    """Two codes with one wording would hide from the reader which of them was met."""
    speaks = language(tag)
    said = {code: speaks.say(text) for code, text in ENGLISH.items()}
    assert len(set(said.values())) == len(said) == len(RemarkCode)
    assert all(text and not text.endswith(".") for text in said.values())
    assert not any("TRUST_" in text for text in said.values())
    if tag != "en":
        assert [code for code, text in said.items() if text == ENGLISH[code]] == []


@pytest.mark.parametrize("tag", ["sr", "mk"])
def test_cyrillic_words_are_cyrillic_but_for_signs_of_the_trade(tag: str) -> None:
    for text in ENGLISH.values():
        letters = [sign for sign in language(tag).say(text).replace("SHA-1", "").replace("NULL", "") if sign.isalpha()]
        assert all("\u0400" <= sign <= "\u04ff" for sign in letters), text
