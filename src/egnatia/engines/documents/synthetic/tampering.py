"""Every tampering operator by its name: what it does, what class of false document that makes, and who can see it.

`tamper` applies one to a genuine document and fills in the label. What is wrong with one source by itself each operator
says; which sources no longer agree is found afterwards (`compare.disagreements`), so that a label cannot claim more or
less than was done.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from egnatia.engines.documents.synthetic import alterations, falsities, substitutions
from egnatia.engines.documents.synthetic.compare import disagreements, said
from egnatia.engines.documents.synthetic.documents import name_is_cut
from egnatia.engines.documents.synthetic.types import (
    GENUINE,
    ChipChange,
    Fault,
    Label,
    SyntheticDocument,
)
from egnatia.engines.documents.types import FalseClass, Source
from egnatia.errors import InputError

Apply = Callable[[SyntheticDocument, random.Random], SyntheticDocument]


@dataclass(frozen=True, slots=True)
class Operator:
    """One thing that can be done to a document.

    Args:
        name: how it is asked for.
        kind: the class of false or misused document that it makes.
        said: what it does, as a sentence about the document.
        apply: does it.
        needs: sources that the document must have.
        fields: the fields that it changes; the document's source named in `needs` must have them.
        register: category of the register that would know of it.
    """

    name: str
    kind: FalseClass
    said: str
    apply: Apply
    needs: tuple[Source, ...] = ()
    fields: tuple[str, ...] = ()
    register: str = ""


_NEEDS: dict[str, tuple[Source, ...]] = {"visual": (Source.VISUAL,), "both": (Source.ZONE, Source.VISUAL)}


def _field_operators() -> list[Operator]:
    made: list[Operator] = []
    for field in alterations.CHANGES:
        told = field.replace("_", " ")
        made.append(_of_field("visual", field, f"The printed {told} was altered.", alterations.alter_page))
        if field in alterations.VISUAL_ONLY:
            continue
        made.append(
            _of_field("zone", field, f"The zone's {told} was altered, check digits too.", alterations.alter_zone)
        )
        made.append(
            _of_field("both", field, f"The {told} was altered in the zone and in print.", alterations.alter_both)
        )
        if field in alterations.CHECKED:
            said_ = f"The zone's {told} was altered, its check digit was not."
            made.append(_of_field("careless", field, said_, alterations.alter_zone_carelessly))
    return made


def _of_field(
    where: str, field: str, told: str, apply: Callable[[SyntheticDocument, str, random.Random], SyntheticDocument]
) -> Operator:
    needs = _NEEDS.get(where, (Source.ZONE,))
    name = f"{where}-{field.replace('_', '-')}"
    return Operator(name, FalseClass.FORGED, told, lambda document, rng: apply(document, field, rng), needs, (field,))


def _chip_operator(name: str, told: str, change: ChipChange, fault: Fault) -> Operator:
    def apply(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
        del rng
        return substitutions.chip_changed(document, change, fault)

    return Operator(name, FalseClass.FORGED, told, apply, (Source.CHIP,))


_forged = partial(Operator, kind=FalseClass.FORGED)
_CHIP, _SEAL = (Source.CHIP,), (Source.SEAL,)
_PARTS = [
    _forged("photo", said="The printed portrait was replaced.", apply=substitutions.photo, fields=("face",)),
    _forged("page", said="The whole page is that of another document.", apply=substitutions.page),
    _forged("chip-swap", said="The chip is that of another document.", apply=substitutions.chip_swap, needs=_CHIP),
    _forged("chip-zone", said="Page and DG1 were altered, EF.SOD was not.", apply=substitutions.chip_zone, needs=_CHIP),
    _forged("chip-face", said="Portrait and DG2 were altered, EF.SOD was not.", apply=substitutions.chip_face, needs=_CHIP),
    _forged(
        "chip-self-keyed", said="Page and chip were replaced; the forger signed the chip himself.",
        apply=substitutions.chip_self_keyed, needs=_CHIP,
    ),
    _forged("chip-dead", said="The chip was destroyed.", apply=substitutions.chip_dead, needs=_CHIP),
    _chip_operator(
        "chip-keys-stripped", "DG14 and DG15 were taken away.", ChipChange.KEYS_STRIPPED, Fault.GROUP_MISSING
    ),
    _chip_operator("chip-face-stripped", "DG2 was taken away.", ChipChange.GROUPS_STRIPPED, Fault.GROUP_MISSING),
    _chip_operator(
        "chip-expired-signer", "EF.SOD was signed after its signer had expired.", ChipChange.SIGNER_EXPIRED,
        Fault.SIGNER_EXPIRED,
    ),
    _chip_operator(
        "chip-revoked-signer", "EF.SOD was signed by a signer who is revoked by now.", ChipChange.SIGNER_REVOKED,
        Fault.SIGNER_REVOKED,
    ),
    _chip_operator(
        "chip-unknown-signer", "EF.SOD was signed under an authority that nobody knows.", ChipChange.SIGNER_UNKNOWN,
        Fault.SIGNER_UNTRUSTED,
    ),
    _chip_operator(
        "chip-foreign-signer", "EF.SOD was signed by another state's signer.", ChipChange.FOREIGN_SIGNER,
        Fault.SIGNER_FOREIGN,
    ),
    _chip_operator("chip-broken-signature", "One bit of EF.SOD's signature is wrong.", ChipChange.SIGNATURE_BROKEN, Fault.SIGNATURE),
    _chip_operator("chip-unsigned", "EF.SOD is missing.", ChipChange.UNSIGNED, Fault.SECURITY_OBJECT_MISSING),
    _forged("seal-copied", said="The seal is that of another document.", apply=substitutions.seal_copied, needs=_SEAL),
    _forged(
        "seal-self-made", said="The page was replaced; the forger signed the seal himself.",
        apply=substitutions.seal_self_made, needs=_SEAL,
    ),
    _forged("seal-altered", said="The seal's signature was altered.", apply=substitutions.seal_altered, needs=_SEAL),
]  # fmt: skip
_WHOLES = [
    Operator("counterfeit", FalseClass.COUNTERFEIT, "Made from nothing; everything in it agrees.", falsities.counterfeit),
    Operator(
        "counterfeit-careless", FalseClass.COUNTERFEIT, "Made from nothing, with wrong check digits.",
        falsities.counterfeit_careless,
    ),
    Operator(
        "counterfeit-with-chip", FalseClass.COUNTERFEIT, "Made from nothing, with a chip that the forger signed.",
        falsities.counterfeit_with_chip, _CHIP,
    ),
    Operator("fantasy", FalseClass.FANTASY, "Of an issuer that does not exist.", falsities.fantasy, fields=("issuer",)),
    Operator(
        "stolen-blank", FalseClass.STOLEN_BLANK, "A stolen blank, filled in by somebody else.", falsities.stolen_blank,
        register="stolen_blank",
    ),
    Operator(
        "stolen-blank-with-chip", FalseClass.STOLEN_BLANK, "A stolen blank with a chip that the thief signed.",
        falsities.stolen_blank_with_chip, _CHIP, register="stolen_blank",
    ),
    Operator("impostor", FalseClass.IMPOSTOR, "Genuine, carried by somebody who looks alike.", falsities.untouched),
    Operator(
        "fraudulently-obtained", FalseClass.FRAUDULENTLY_OBTAINED, "Genuine, given out on false papers and revoked.",
        falsities.untouched, register="revoked",
    ),
    Operator("lost", FalseClass.LOST_OR_STOLEN, "Genuine, reported lost.", falsities.untouched, register="lost"),
    Operator("stolen", FalseClass.LOST_OR_STOLEN, "Genuine, reported stolen.", falsities.untouched, register="stolen"),
]  # fmt: skip
OPERATORS: dict[str, Operator] = {each.name: each for each in (*_field_operators(), *_PARTS, *_WHOLES)}
"""Every operator, by name."""


_NAMES = frozenset({"primary", "secondary"})


def obstacle(document: SyntheticDocument, operator: Operator) -> str:
    """Why an operator cannot be applied to this document, in words; empty where it can."""
    for source in operator.needs:
        if source not in document.told:
            return f"the document has no {source.value}"
    told = said(document)
    if _NAMES & set(operator.fields) and name_is_cut(document.issue):
        return "its name is cut off in the zone"
    for field in operator.fields:
        if any(field not in told[source] for source in operator.needs):
            return f"its {operator.needs[0].value} has no {field.replace('_', ' ')}"
    return ""


def tamper(document: SyntheticDocument, name: str, rng: random.Random) -> SyntheticDocument:
    """Apply one operator to a genuine document.

    Args:
        document: a genuine one.
        name: of one of `OPERATORS`.
        rng: source of randomness; the same seed does the same thing.

    Raises:
        InputError: there is no such operator, the document was tampered with before, or it has nothing to apply it to.
    """
    operator = OPERATORS.get(name)
    if operator is None:
        raise InputError(f"There is no tampering operator {name!r}.", hint=f"Take one of {', '.join(OPERATORS)}.")
    if document.label != GENUINE:
        raise InputError(f"This document was already tampered with ({document.label.operator}).")
    reason = obstacle(document, operator)
    if reason:
        raise InputError(
            f"{name} cannot be applied: {reason}.", hint="Make the document with a chip, a seal, or of another state."
        )
    made = operator.apply(document, rng)
    label = Label(
        operator.name,
        operator.kind,
        operator.said,
        operator.fields,
        made.label.faults,
        disagreements(made),
        operator.register,
    )
    return replace(made, label=label)


def applicable(document: SyntheticDocument) -> tuple[str, ...]:
    """The names of all operators that this document has something for."""
    return tuple(name for name, operator in OPERATORS.items() if not obstacle(document, operator))


def classes() -> dict[FalseClass, tuple[str, ...]]:
    """The operators of each class; every class of DOC-03 has one at least."""
    return {kind: tuple(n for n, each in OPERATORS.items() if each.kind is kind) for kind in FalseClass}
