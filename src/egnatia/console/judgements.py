"""The form by which an examiner says what a candidate is: one finding of a closed list, the reasons, the qualification."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.texts import text_problem
from egnatia.console.visit import Visit
from egnatia.enquiries.candidates import MIN_BASIS
from egnatia.enquiries.dna.opinions import MAX_QUALIFICATION, MIN_QUALIFICATION

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Judgement(Generic[E]):
    """What the form holds.

    Attributes:
        found: the finding; None where none of the list was chosen, which is a problem.
        typed: every field as it was typed.
        problems: what is wrong, by field, in the officer's language.
    """

    found: E | None
    typed: Mapping[str, str]
    problems: Mapping[str, str]


def read_judgement(visit: Visit, kind: type[E], names: tuple[str, str], missing: tuple[str, str]) -> Judgement[E]:
    """Read the form.

    Args:
        visit: the request.
        kind: the closed list of findings.
        names: the fields of the finding and of the reasons; the qualification's is called so everywhere.
        missing: what is said where each of the two is missing.
    """
    typed = {name: visit.form.get(name) for name in (*names, "qualification")}
    found = member(kind, typed[names[0]])
    wrong = {
        names[0]: missing[0] if found is None else None,
        names[1]: text_problem(typed[names[1]], MIN_BASIS, missing[1]),
        "qualification": text_problem(typed["qualification"], MIN_QUALIFICATION, _QUALIFICATION, MAX_QUALIFICATION),
    }
    problems = {name: visit.language.say(text) for name, text in wrong.items() if text is not None}
    return Judgement(found, typed, problems)


_QUALIFICATION = N_("Name the qualification by which you judge.")
