"""What must be true of a register beyond its form. Each check names the place that is wrong and what to do about it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import combinations

from egnatia.agreements.force import BINDING, is_between
from egnatia.errors import InputError
from egnatia.model.agreements import Agreement, Grant, Register
from egnatia.model.dna import DnaTerms, ProfileKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import DNA_SUBJECTS

_Span = tuple[date, date]
_MIN_PARTIES = 3
"""A multilateral agreement has more than two parties; a bilateral one has exactly two."""
_SENT = frozenset({ProfileKind.PERSON, ProfileKind.TRACE, ProfileKind.REMAINS})
"""Kinds that may be sent at all. Victims, relatives, missing persons and whoever may have touched a trace never are, and
mixtures are no reference data (Decision 2008/616/JHA, annex, chapter 1)."""


_LEAST_COMPARED = 6
"""Loci that a candidate by an agreement's own rules has compared: as many as the inclusion and matching rules of Decision
2008/616/JHA, annex, chapter 1 ask for."""


def check_register(register: Register) -> None:
    """Check everything that one table alone cannot show.

    Raises:
        InputError: the first thing found wrong.
    """
    _check_statuses(register)
    for agreement in register.agreements.values():
        _check_parties(register, agreement)
        _check_dates(agreement)
    _once("grant", (grant.id for grant in register.grants))
    for grant in register.grants:
        _check_grant(register, grant)
    _check_overlaps(register)
    _check_declarations(register)


def _wrong(place: str, what: str, advice: str) -> InputError:
    return InputError(f"agreement register: {place} {what}", hint=f"{advice} Nothing was imported.")


def _once(noun: str, keys: Iterable[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise _wrong(f"{noun} {key}", f"stands there {times} times", f"Give each {noun} an id of its own.")


def _known(register: Register, code: PartnerCode, place: str) -> None:
    if code not in register.partners:
        known = ", ".join(sorted(register.partners))
        raise _wrong(place, f"names {code}, which is no [[partner]]", f"Add the partner, or use one of: {known}.")


def _check_statuses(register: Register) -> None:
    owners: dict[str, PartnerCode] = {}
    for partner in register.partners.values():
        _once(f"status of {partner.code} since", (fact.since.isoformat() for fact in partner.statuses))
        for code in partner.travel_document_codes:
            if owners.setdefault(code, partner.code) != partner.code:
                raise _wrong(
                    f"partner {partner.code}",
                    f"issues documents under {code}, as does {owners[code]}",
                    "A travel document code has one issuer.",
                )


def _check_parties(register: Register, agreement: Agreement) -> None:
    place = f"agreement {agreement.id}"
    for party in agreement.parties:
        _known(register, party.partner, place)
    _once(f"party of {agreement.id}", (party.partner for party in agreement.parties))
    if agreement.multilateral != (len(agreement.parties) >= _MIN_PARTIES):
        raise _wrong(
            place,
            f"has {len(agreement.parties)} parties and multilateral = {str(agreement.multilateral).lower()}",
            "Two parties make a bilateral agreement, three or more a multilateral one.",
        )


def _check_dates(agreement: Agreement) -> None:
    for party in agreement.parties:
        dates = [each for each in (party.signed, party.ratified, party.in_force) if each is not None]
        if dates != sorted(dates):
            raise _wrong(
                f"agreement {agreement.id}, party {party.partner}:",
                "signed, ratified and in_force are not in this order",
                "Correct the dates.",
            )


def _check_grant(register: Register, grant: Grant) -> None:
    place, agreement = f"grant {grant.id}", register.agreements[grant.agreement]
    _known(register, grant.asker, place)
    _known(register, grant.answerer, place)
    if grant.asker == grant.answerer:
        raise _wrong(place, f"lets {grant.asker} ask itself", "Asker and answerer are two partners.")
    if not is_between(agreement, grant.asker, grant.answerer):
        raise _wrong(
            place,
            f"is for {grant.asker} and {grant.answerer}, which are not both parties of {agreement.id}",
            "Move it to an agreement between the two.",
        )
    if agreement.force not in BINDING:
        raise _wrong(
            place,
            f"stands on {agreement.id}, a {agreement.force.value}",
            "Only a treaty or a binding_agreement can carry a grant.",
        )
    if (grant.dna is None) == (grant.subject in DNA_SUBJECTS):
        raise _wrong(
            place,
            f"is on {grant.subject.value} and has {'no' if grant.dna is None else 'a'} `dna` of its own",
            'Grants on dna_person and dna_trace have one, such as dna = { rules = "cautious", asked_with = ["trace"] }.',
        )
    if grant.dna is not None:
        _check_dna(grant.dna, place)


@cache
def _rule_sets() -> tuple[str, ...]:
    """Shipped rule sets by the names of their files: reading them would load the engine to look at a register."""
    folder = files("egnatia.engines") / "dna" / "rulesets"
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def check_own_rules(name: str, said: str, content: str) -> None:
    """Check a rule set that travels with the register: that it is what its hash says, and no looser than the law's.

    Raises:
        InputError: it is not; nothing is imported.
    """
    # The engine is loaded for a register that has rules of its own, and for no other.
    from egnatia.engines.dna.rule_file import content_hash, read_rules

    place = f"rule set {name}"
    if name in _rule_sets():
        raise _wrong(place, "bears the name of one that comes with this program", "Give it another id.")
    rules, found = read_rules(content.encode(), place), content_hash(content.encode())
    if found != said:
        raise _wrong(place, f"has the hash {found}, and not {said}", "Lay it beside the text that was agreed.")
    if rules.id != name:
        raise _wrong(place, f"calls itself {rules.id}", "The id stands in both places.")
    for each in rules.classes:
        if each.min_compared < _LEAST_COMPARED:
            raise _wrong(
                place,
                f"makes candidates of {each.min_compared} loci (class {each.label!r})",
                f"A class compares {_LEAST_COMPARED} loci at the least (Decision 2008/616/JHA, annex, chapter 1).",
            )


def _check_dna(terms: DnaTerms, place: str) -> None:
    if terms.own_rules is None and terms.rules not in _rule_sets():
        advice = f"Rule sets are: {', '.join(_rule_sets())}, and what [[rules]] of this register has."
        raise _wrong(place, f"names the rules {terms.rules!r}", advice)
    for kind in sorted({*terms.asked_with} - _SENT):
        raise _wrong(
            place,
            f"lets profiles of kind {kind.value} be sent",
            f"Only these ever leave a node: {', '.join(sorted(_SENT))}.",
        )


def _check_overlaps(register: Register) -> None:
    """No day on which two grants answer the same question: an allow names exactly one."""
    routes: dict[tuple[str, str, str], list[Grant]] = {}
    for grant in register.grants:
        routes.setdefault((grant.asker, grant.answerer, grant.subject), []).append(grant)
    for grants in routes.values():
        for one, other in combinations(grants, 2):
            shared = one.purposes & other.purposes
            if shared and _meet(_span(register, one), _span(register, other)):
                raise _wrong(
                    f"grants {one.id} and {other.id}",
                    f"both let {one.asker} ask {one.answerer} about {one.subject.value} for {min(shared).value}",
                    "Keep one of them, or end the older agreement before the newer enters into force.",
                )


def _span(register: Register, grant: Grant) -> _Span:
    """First day on which the grant's agreement holds between the two, and the first day on which it does not."""
    agreement = register.agreements[grant.agreement]
    starts = [
        party.in_force or date.max for party in agreement.parties if party.partner in {grant.asker, grant.answerer}
    ]
    return max(starts), min(agreement.suspended_from or date.max, agreement.terminated_on or date.max)


def _meet(one: _Span, other: _Span) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _check_declarations(register: Register) -> None:
    for each in register.declarations:
        _known(register, each.partner, f"declaration of {each.partner} on {each.subject.value}")
    _once(
        "declaration",
        (f"{each.partner} on {each.subject.value} since {each.since.isoformat()}" for each in register.declarations),
    )
