"""From one scheme to another: through the canonical label, exactly or not at all.

A label is exported to a scheme only when some marking of it means exactly that label to whoever reads it in the same
circumstances. Nothing is rounded, not even to the strict side: a partner that reads a stricter marking than was meant
would withhold what it was allowed to share, and nobody would know why.
"""

from dataclasses import replace

from egnatia.agreements.handling.lattice import differs_in
from egnatia.agreements.handling.schemes import SCHEMES, Circumstances, Marking, Need, Scheme, read_marking, scheme_of
from egnatia.agreements.handling.schemes.europol import CRIME_PURPOSES
from egnatia.agreements.handling.written import unknown
from egnatia.errors import RefusedError
from egnatia.model.handling import Grading, Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose, RefusalReason

WHOLE_LABEL = "LABEL"
"""What stands as the short code of a release whose label no short code can say: the label itself is in the message."""
_SOURCE_3X5X2 = {"A": "1", "B": "1", "D": "3", "E": "2"}
"""Source grades of 5x5x5 in 3x5x2 (exchange.md section 2.2). C has none: a person decides. There is no way back."""
_SHORT = ("europol", "3x5x2")
"""Schemes whose codes grants use as their short code: `H1`, `H1.H2`, `P`."""


def export_label(label: Label, scheme_name: str, parties: frozenset[PartnerCode]) -> Marking:
    """The marking that means exactly this label.

    Args:
        label: what has to be said.
        scheme_name: in which scheme.
        parties: of the agreement under which the marking will be read.

    Raises:
        RefusedError: HANDLING_NOT_EXPRESSIBLE, naming the fields that the scheme cannot say.
    """
    scheme = scheme_of(scheme_name)
    if len(label.originators) != 1:
        raise _inexpressible(scheme, ("originators",))
    circumstances = Circumstances(next(iter(label.originators)), parties)
    nearest: tuple[str, ...] | None = None
    for codes in scheme.combinations:
        found = _read(_filled(scheme, codes, label), circumstances)
        if found == label:
            return _filled(scheme, codes, label)
        wrong = None if found is None else differs_in(found, label)
        if wrong is not None and (nearest is None or len(wrong) < len(nearest)):
            nearest = wrong
    raise _inexpressible(scheme, nearest or ("audience",))


def _filled(scheme: Scheme, codes: tuple[str, ...], label: Label) -> Marking:
    """The combination with everything of the label beside it that it has room for."""
    audience = label.audience
    text, orgs, persons = (scheme.need(codes, what) is not Need.NO for what in ("text", "orgs", "persons"))
    return Marking(
        scheme.name,
        codes,
        conditions=tuple(sorted(label.conditions)) if text else (),
        orgs=tuple(sorted(audience.orgs or ())) if orgs else (),
        persons=tuple(sorted(audience.persons or ())) if persons else (),
    )


def _read(marking: Marking, circumstances: Circumstances) -> Label | None:
    try:
        return read_marking(marking, circumstances)
    except RefusedError:
        return None


def _inexpressible(scheme: Scheme, fields: tuple[str, ...]) -> RefusedError:
    if not scheme.codes:
        return RefusedError(RefusalReason.HANDLING_NOT_EXPRESSIBLE, f"{scheme.title} says nothing about handling")
    return RefusedError(
        RefusalReason.HANDLING_NOT_EXPRESSIBLE,
        f"{scheme.title} cannot say this label's {', '.join(fields)}",
        hint="Send the label itself, or ask the originator for a version that the scheme can mark. Nothing is rounded.",
    )


def convert(marking: Marking, scheme_name: str, circumstances: Circumstances) -> Marking:
    """The same handling in another scheme.

    Raises:
        RefusedError: HANDLING_UNKNOWN, or HANDLING_NOT_EXPRESSIBLE.
    """
    return export_label(read_marking(marking, circumstances), scheme_name, circumstances.parties)


def convert_source(grading: Grading, scheme_name: str) -> str:
    """The source grade in another scheme; only 5x5x5 to 3x5x2 has a rule.

    The information grade has none: a person grades it anew.

    Raises:
        RefusedError: HANDLING_NOT_EXPRESSIBLE, there is no rule; least of all from a coarse scheme to a fine one.
    """
    if (grading.scheme, scheme_name) == ("5x5x5", "3x5x2") and grading.source in _SOURCE_3X5X2:
        return _SOURCE_3X5X2[grading.source]
    raise RefusedError(
        RefusalReason.HANDLING_NOT_EXPRESSIBLE,
        f"no rule converts the source grade {grading.source} of {grading.scheme} to {scheme_name}",
        hint="A person who knows the source grades it in the other scheme; the original grade stays beside it.",
    )


def short_label(code: str, circumstances: Circumstances, purpose: Purpose) -> Label:
    """The label that a grant's short code gives to a release under that grant.

    The code adds to what the grant says and takes nothing back: of a purpose that the same grant names, `H1` does not
    say that it is forbidden. The label is for the one purpose for which the item was asked.

    Raises:
        RefusedError: HANDLING_UNKNOWN: no code is called that, or it needs words that a short code has no room for.
    """
    codes = tuple(code.split("."))
    for name in _SHORT:
        if all(each in SCHEMES[name].codes for each in codes):
            label = read_marking(Marking(name, codes), circumstances)
            if label.purposes not in (CRIME_PURPOSES, frozenset(Purpose)):
                raise unknown(f"the short code {code!r} limits purposes in a way that a grant cannot carry")
            return replace(label, purposes=frozenset({purpose}))
    raise unknown(
        f"nobody knows the handling code {code[:10]!r}",
        hint="Short codes are H0 to H3, joined by dots, or P; anything else goes as a whole label.",
    )


def short_code(label: Label, circumstances: Circumstances, purpose: Purpose) -> str:
    """The short code that says exactly this label under a grant, or `WHOLE_LABEL` when none does."""
    for name in _SHORT:
        for codes in SCHEMES[name].combinations:
            code = ".".join(codes)
            if len(code) <= 10 and _says(code, label, circumstances, purpose):  # noqa: PLR2004 - the wire's limit
                return code
    return WHOLE_LABEL


def _says(code: str, label: Label, circumstances: Circumstances, purpose: Purpose) -> bool:
    try:
        return short_label(code, circumstances, purpose) == label
    except RefusedError:
        return False
