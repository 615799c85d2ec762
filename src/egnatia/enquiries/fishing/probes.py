"""From a question to what the rules may see of it.

Numbers and names become keyed hashes under a key that is made when a window opens and never stored, so that neither a
memory image kept for later nor a swapped page is a list of what was asked.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from egnatia.engines.documents import normal_issuer, normal_number
from egnatia.engines.people import PersonQuery, query_from_dict, tags
from egnatia.engines.people.blind import SLOTS
from egnatia.engines.people.names import tokens
from egnatia.enquiries.fishing.rules import BLOCK_DIGITS, Probe
from egnatia.errors import InputError
from egnatia.model.states import BlindList, SubjectKind

DIGEST = 12
"""Bytes of a hash: 4,096 questions collide by chance with probability under 2 ** -72."""
MAX_MARKS = sum(SLOTS.values())
"""Tags of a padded query."""


def asked_probe(key: bytes, subject: SubjectKind, query: Mapping[str, Any], at: datetime, case_ref: str) -> Probe:
    """A question of our own officer, whose values this node knows."""
    if subject is SubjectKind.PERSON:
        try:
            person = query_from_dict(query)
        except InputError:  # a question of an older release; its pattern is not judged
            return Probe(at, case_ref)
        marks = frozenset(_hash(key, each.value) for each in tags(person, key))
        return Probe(at, case_ref, marks=marks, order=_order(person))
    return _number_probe(key, query, at, case_ref)


def blind_probe(key: bytes, which: BlindList, values: Mapping[str, str], at: datetime, case_ref: str) -> Probe:
    """A blind question of our own officer: the same rules on its number as on an openly asked one."""
    if which is BlindList.BANK_ACCOUNTS:  # the check digits of neighbouring accounts differ, so they are left out
        iban = normal_number(values["iban"])
        query = {"issuer": iban[:2], "document_type": which.value, "number": iban[4:]}
    elif which is BlindList.PHONES:
        query = {"document_type": which.value, "number": normal_number(values["phone"])}
    else:
        issuer, kind = values.get("issuer", ""), values.get("document_type", "")
        query = {"issuer": normal_issuer(issuer), "document_type": kind.strip().upper()[:1]}
        query["number"] = normal_number(values["number"])
    return _number_probe(key, query, at, case_ref)


def received_probe(key: bytes, subject: SubjectKind, query: Mapping[str, Any], at: datetime, case_ref: str) -> Probe:
    """A partner's question: of a person we see tags that only the two of us can make, and no order.

    It may have been refused before anybody looked at its query, so no more texts count than a padded query has tags:
    thousands would fill the memory, and the rules compare each with each.
    """
    if subject is SubjectKind.PERSON:
        texts = (text for values in query.values() if isinstance(values, list) for text in values)
        marks = (_hash(key, text.encode()) for text in texts if isinstance(text, str))
        return Probe(at, case_ref, marks=frozenset(islice(marks, MAX_MARKS)))
    return _number_probe(key, query, at, case_ref)


def _number_probe(key: bytes, query: Mapping[str, Any], at: datetime, case_ref: str) -> Probe:
    number = str(query.get("number", ""))
    if len(number) <= BLOCK_DIGITS:
        return Probe(at, case_ref)
    kind = f"{query.get('issuer', '')}\0{query.get('document_type', '')}\0{len(number)}\0"
    exact = _hash(key, f"{kind}{number}".encode())
    return Probe(at, case_ref, exact, _hash(key, f"{kind}{number[:-BLOCK_DIGITS]}".encode()))


def _hash(key: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST, key=key).digest()


def _order(person: PersonQuery) -> str:
    """Where the person stands in a list by family name, whatever the script and the diacritics."""
    names = tokens(person.family_names) or tokens(person.first_names)
    return " ".join(each.text for each in names)
