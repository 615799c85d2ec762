"""DNA: what is released of a profile after a hit. Asked and searched in `enquiries.dna`, by messages of its own.

A partner names a profile by the number it was given; only this node knows what that stands for.
"""

from typing import NoReturn

from egnatia.enquiries.dna.links import TRACE_FIELDS, Link, link_of
from egnatia.enquiries.dna.numbers import behind
from egnatia.enquiries.subjects import person
from egnatia.enquiries.subjects.base import Subject
from egnatia.errors import NotFoundError, RefusedError
from egnatia.model.ids import RecordRef
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.store.database import Transaction


def refuse_plain(*_: object) -> NoReturn:
    """Refuse a plain enquiry, at home and from a partner: a profile does not fit into one.

    Raises:
        RefusedError: SUBJECT_NOT_SUPPORTED, always.
    """
    raise RefusedError(
        RefusalReason.SUBJECT_NOT_SUPPORTED,
        "DNA profiles are not asked about by a plain enquiry",
        hint="`egnatia dna ask` asks about one.",
    )


def person_values(tx: Transaction, ref: RecordRef) -> dict[str, str]:
    """What our record holds of the person whose profile has this number; empty where no record is linked.

    Raises:
        NotFoundError: the number stands for no profile of this node any more, or for one that nobody linked.
        ErasedError: the record was erased.
    """
    link = _link(tx, ref)
    return {} if link.record_ref is None else person.core_values(tx, link.record_ref)


def trace_values(tx: Transaction, ref: RecordRef) -> dict[str, str]:
    """The four facts of the trace that has this number.

    Raises:
        NotFoundError: as `person_values`.
    """
    scene = _link(tx, ref).scene
    return {name: scene[name] for name in TRACE_FIELDS if scene.get(name)}


def _link(tx: Transaction, number: RecordRef) -> Link:
    given = behind(tx, number)
    link = link_of(tx, given.ref) if given else None
    if link is None:
        raise NotFoundError(
            f"nobody said whose the profile {number} is, or of which scene",
            hint="A supervisor links it: `egnatia dna link`.",
        )
    return link


_PLAIN = (refuse_plain, refuse_plain, refuse_plain)
PERSON = Subject(SubjectKind.DNA_PERSON, *_PLAIN, person.CORE_FIELDS, person_values)
TRACE = Subject(SubjectKind.DNA_TRACE, *_PLAIN, TRACE_FIELDS, trace_values)
