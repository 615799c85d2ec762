"""A blind enquiry on its way through its question page and its check page; nothing is stored before it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from egnatia.console.catalogues import N_
from egnatia.console.drafts import HOLDER_FIELDS, LABELS, MISSING, member
from egnatia.console.texts import text_problem
from egnatia.console.visit import Form
from egnatia.enquiries.blind.asking import BlindDraft
from egnatia.enquiries.blind.lists import LISTS
from egnatia.enquiries.desk import CASE_REF, MIN_JUSTIFICATION
from egnatia.model.ids import PartnerCode
from egnatia.model.states import BlindList, Offence, Purpose

VALUE_FIELDS = ("issuer", "document_type", "number", "iban", "phone")
"""The values that can name an identifier; each list is asked by some of them (`LISTS`)."""
CLUES = tuple(name for name in HOLDER_FIELDS if name != "holder_birth_date")
"""What we know of the person; it is never sent, only the protection-claim guard reads it."""
CARRIED = ("list", "case_ref", "purpose", "offence", "justification", "override", *VALUE_FIELDS, *CLUES)
"""Every single-valued field, so that a page can hand all of them to the next one."""
BLIND_LABELS: dict[str, str] = LABELS | {
    "list": N_("List to look in"),
    "iban": N_("IBAN"),
    "phone": N_("Telephone number"),
    "holder_family_names": N_("Family names of the person"),
    "holder_first_names": N_("First names of the person"),
}
BLIND_HINTS: dict[str, str] = {
    "issuer": N_("Code in the machine-readable zone, such as RKS."),
    "document_type": N_("P, I or V; P if left out."),
    "iban": N_("With or without spaces."),
    "phone": N_("In international form, such as +383 44 123 456."),
}
_MISSING: dict[str, str] = MISSING | {
    "iban": N_("Give the IBAN."),
    "phone": N_("Give the telephone number."),
}
_OPTIONAL = frozenset({"document_type"})


@dataclass(frozen=True, slots=True)
class BlindAnswers:
    """What the form holds, and what is wrong with it by field name."""

    values: Mapping[str, str]
    partners: tuple[str, ...]
    problems: Mapping[str, str]

    @property
    def which(self) -> BlindList:
        """The list chosen; lost and stolen documents until one is."""
        return member(BlindList, self.values["list"]) or BlindList.REGISTERED_DOCUMENTS

    @property
    def fields(self) -> tuple[str, ...]:
        """The values by which the list is asked."""
        return LISTS[self.which].fields


def read_blind(form: Form, say: Callable[[str], str]) -> BlindAnswers:
    """Read the form and find what is missing; `say` puts a problem into the officer's language."""
    values = {name: form.get(name) for name in CARRIED}
    answers = BlindAnswers(values, form.many("partners"), {})
    problems = {name: _MISSING[name] for name in answers.fields if not values[name] and name not in _OPTIONAL}
    checks = {
        "case_ref": CASE_REF.fullmatch(values["case_ref"]) is not None,
        "purpose": member(Purpose, values["purpose"]) is not None,
        "offence": member(Offence, values["offence"]) is not None,
    }
    problems |= {name: MISSING[name] for name, holds in checks.items() if not holds}
    for name, minimum in (("justification", MIN_JUSTIFICATION), ("override", 0)):
        text = text_problem(values[name], minimum, MISSING["justification"])
        if text is not None:
            problems[name] = text
    return BlindAnswers(values, answers.partners, {name: say(text) for name, text in problems.items()})


def to_blind(answers: BlindAnswers) -> BlindDraft:
    """The draft that `enquiries.blind.asking` takes; the answers must have no problems."""
    values = answers.values
    return BlindDraft(
        case_ref=values["case_ref"],
        which=answers.which,
        purpose=Purpose(values["purpose"]),
        offence=Offence(values["offence"]),
        justification=values["justification"],
        values={name: values[name] for name in answers.fields if values[name]},
        partners=tuple(PartnerCode(code) for code in answers.partners) or None,
        holder={name.removeprefix("holder_"): values[name] for name in CLUES if values[name]},
        override=values["override"] or None,
    )
