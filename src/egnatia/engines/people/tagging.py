"""Step 1 without a name: keyed tags of a person's features, and the judgement of what they hit.

Two partners share a key. The asker turns the query into tags, pads them so that their number says nothing, and sends
them; the answerer has made the same tags from its own records and looks them up. A tag is HMAC-SHA-256 (RFC 2104) cut
to 16 bytes, with the feature in front of the value, so that a name never meets a date or a number.

What this gives and what not: whoever lacks the key learns nothing from tags but repetition, and a message carries no name
and no date of birth. The answerer holds the key and could try a dictionary of names against the tags it receives: towards
it this is minimisation, not secrecy. What it learned is compared in memory and forgotten by `enquiries`. For single
identifiers `engines.blind` gives secrecy.
"""

import hmac
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.people.identifiers import Identifier, IdentifierKind, read_identifier
from egnatia.engines.people.names import Token, joined, split_full_name, tokens
from egnatia.engines.people.types import PartialDate, PersonQuery, PersonRecord, identifier_text
from egnatia.errors import InputError
from egnatia.model.ids import Randomness, RecordRef

TAG_LENGTH = 16
"""Bytes of a tag. With 10 million records of 20 tags, a chance hit has probability 2 ** -100."""
KEY_LENGTH = 32
_DOMAIN = b"egnatia/people/tag/1"


class Feature(StrEnum):
    """What a tag is made from. The list is closed; a change needs a new domain string."""

    FAMILY_TOKEN = "family_token"  # noqa: S105 - a name part, no secret
    FAMILY_SOUND = "family_sound"
    FIRST_TOKEN = "first_token"  # noqa: S105 - same
    FIRST_SOUND = "first_sound"
    BIRTH_DATE = "birth_date"
    BIRTH_YEAR_MONTH = "birth_year_month"
    BIRTH_YEAR_DAY = "birth_year_day"
    BIRTH_SWAPPED = "birth_swapped"
    IDENTIFIER = "identifier"


SLOTS = {
    Feature.FAMILY_TOKEN: 5,
    Feature.FAMILY_SOUND: 5,
    Feature.FIRST_TOKEN: 5,
    Feature.FIRST_SOUND: 5,
    Feature.BIRTH_DATE: 1,
    Feature.BIRTH_YEAR_MONTH: 1,
    Feature.BIRTH_YEAR_DAY: 1,
    Feature.BIRTH_SWAPPED: 1,
    Feature.IDENTIFIER: 4,
}
"""Tags of each feature in every padded query: four name parts and all of them written together; 28 tags in all."""
RECORD_FACTOR = 4
"""A record may have so many times as many, because its aliases and exchanged fields are tagged too."""


@dataclass(frozen=True, slots=True, order=True)
class Tag:
    """One blinded feature: what kind it is, and 16 bytes."""

    feature: Feature
    value: bytes


def tag(feature: Feature, text: str, key: bytes) -> Tag:
    """Blind one normalised text.

    Raises:
        InputError: the key has not 32 bytes.
    """
    if len(key) != KEY_LENGTH:
        raise InputError(f"a blinding key has {KEY_LENGTH} bytes, not {len(key)}")
    message = b"\0".join((_DOMAIN, feature.value.encode(), text.encode()))
    return Tag(feature, hmac.digest(key, message, "sha256")[:TAG_LENGTH])


def _name_parts(name: str) -> list[Token]:
    """The parts of a name that are tagged: the longest four, and all of it written together."""
    longest = sorted((part for part in tokens(name) if len(part.text) > 1), key=lambda part: (-len(part.text), part))
    whole = joined(name)
    return longest[:4] + ([whole] if whole is not None else [])


def _name_features(name: str, token_kind: Feature, sound_kind: Feature) -> Iterator[tuple[Feature, str]]:
    """The features of one name field."""
    for part in _name_parts(name):
        yield token_kind, part.text
        yield sound_kind, part.sound


def _date_features(born: PartialDate | None) -> Iterator[tuple[Feature, str]]:
    """The features of a date of birth. A placeholder date gives its year and month only; a year alone gives none."""
    if born is None or born.month is None:
        return
    yield Feature.BIRTH_YEAR_MONTH, f"{born.year}-{born.month}"
    if born.day is None or born.placeholder:
        return
    low, high = sorted((born.month, born.day))
    yield Feature.BIRTH_DATE, str(born)
    yield Feature.BIRTH_YEAR_DAY, f"{born.year}-{born.day}"
    yield Feature.BIRTH_SWAPPED, f"{born.year}-{low}-{high}"


def _features(subject: PersonQuery | PersonRecord) -> Iterator[tuple[Feature, str]]:
    """Every feature of a person; of a record also its aliases, and every name with its two fields exchanged."""
    names = [(subject.first_names, subject.family_names)]
    if isinstance(subject, PersonRecord):
        names += [split_full_name(alias) for alias in subject.aliases]
        names += [(family, first) for first, family in names]  # registers confuse the two fields: file both ways
    for first, family in names:
        yield from _name_features(family, Feature.FAMILY_TOKEN, Feature.FAMILY_SOUND)
        yield from _name_features(first, Feature.FIRST_TOKEN, Feature.FIRST_SOUND)
    yield from _date_features(subject.birth_date)
    yield from ((Feature.IDENTIFIER, text) for text in _numbers(subject.identifiers))


def _numbers(identifiers: Iterable[str]) -> Iterator[str]:
    """The numbers in the form in which they are compared, and then as they are written, where that is another one.

    A telephone begins with 00 on one register and with + on another, a plate stands in Cyrillic on one. What a release before
    0.2.0 tagged is the written form. An address is no number, and neither is one sign throughout.
    """
    read = [(made.text, identifier_text(each)) for each in identifiers if (made := _number(each)) is not None]
    yield from (compared for compared, _ in read)
    yield from (written for compared, written in read if written and written != compared)


def _number(identifier: str) -> Identifier | None:
    made = read_identifier(identifier)
    return None if made is None or made.kind is IdentifierKind.ADDRESS else made


def tags(subject: PersonQuery | PersonRecord, key: bytes) -> tuple[Tag, ...]:
    """The tags of a person, each once, sorted; the same function at both ends.

    At most `SLOTS` of each feature for a query and `RECORD_FACTOR` times as many for a record; the first in the order of
    the person's names stay.

    Raises:
        InputError: the key has not 32 bytes.
    """
    factor = RECORD_FACTOR if isinstance(subject, PersonRecord) else 1
    kept: dict[Feature, dict[str, None]] = {feature: {} for feature in Feature}
    for feature, text in _features(subject):
        if len(kept[feature]) < SLOTS[feature] * factor:
            kept[feature][text] = None
    return tuple(sorted(tag(feature, text, key) for feature, texts in kept.items() for text in texts))


def padded(made: Iterable[Tag], randomness: Randomness) -> tuple[Tag, ...]:
    """A query's tags filled up to `SLOTS` of each feature with random ones, in random order.

    How many names somebody has, and whether a date or a number was given at all, does then not show.
    """
    full = list(made)
    for feature, slots in SLOTS.items():
        missing = slots - sum(one.feature is feature for one in full)
        full += [Tag(feature, randomness.randbytes(TAG_LENGTH)) for _ in range(missing)]
    return tuple(one for _, one in sorted((randomness.randbytes(TAG_LENGTH), one) for one in full))


def tag_rows(record: PersonRecord, key: bytes) -> tuple[tuple[bytes, RecordRef], ...]:
    """The rows (tag, reference) that the table `blind_tag` holds for a record and one partner, each once, sorted."""
    return tuple((value, record.ref) for value in sorted({one.value for one in tags(record, key)}))


def hits(query: Collection[Tag], record_values: Collection[bytes]) -> frozenset[bytes]:
    """The values of a query that a record has too."""
    return frozenset(one.value for one in query) & frozenset(record_values)
