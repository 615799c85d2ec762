"""What a subject of enquiry has to provide. Adding a subject is one module here and one line in `subjects/__init__`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from egnatia.model.ids import PartnerCode, Randomness, RecordRef
from egnatia.model.states import Evidence, SubjectKind
from egnatia.store.database import Transaction

Values = Mapping[str, Any]
"""What an officer gave, by field name; each subject checks its own."""


@dataclass(frozen=True, slots=True)
class Found:
    """One of our records that agrees with a question.

    Attributes:
        ref: our reference number.
        quality: 0 to 1; how well it agrees, not how likely it is the same person.
        evidence: what agrees, in closed codes.
    """

    ref: RecordRef
    quality: float
    evidence: tuple[Evidence, ...]


Confirm = Callable[[Transaction, Sequence[bytes], dict[str, Any], Found], Found | None]
"""Holds one record that was found against the question anew, under any of the pair's keys; None where it does not agree."""


@dataclass(frozen=True, slots=True)
class Subject:
    """How one kind of subject is asked about, searched, and released.

    Attributes:
        kind: the subject.
        check: the officer's values, checked and cleaned; raises InputError.
        minimise: the query of step 1 from checked values, under the key shared with one partner.
        search: our records that agree with a query; raises RefusedError MALFORMED on an unknown field.
        core_fields: the whitelist of step 2, in order.
        core_values: the values of those fields for one record, empty ones left out.
        confirm: looks at a record itself before its reference is returned, where `search` has to believe the question.
    """

    kind: SubjectKind
    check: Callable[[Values], dict[str, Any]]
    minimise: Callable[[Values, bytes, Randomness], dict[str, Any]]
    search: Callable[[Transaction, PartnerCode, dict[str, Any]], list[Found]]
    core_fields: tuple[str, ...]
    core_values: Callable[[Transaction, RecordRef], dict[str, str]]
    confirm: Confirm | None = None
