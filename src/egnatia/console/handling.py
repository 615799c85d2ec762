"""A handling label as a page shows it: what one may do with the item, and the code of each scheme that says exactly that."""

from dataclasses import dataclass

from egnatia.agreements.handling import SCHEMES, WHOLE_LABEL, export_label, short_code
from egnatia.enquiries.labels import circumstances
from egnatia.errors import RefusedError
from egnatia.model.handling import Grading, Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose


@dataclass(frozen=True, slots=True)
class SchemeCode:
    """One scheme and its marking; no text where it cannot say this label exactly."""

    title: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A label for a page.

    Attributes:
        label: the label.
        short: the short code that says the same under the grant, such as `H1`; None where none does.
        codes: the schemes that say something about handling, with their codes.
        grading: how good source and content are; None where nobody said.
    """

    label: Label
    short: str | None
    codes: tuple[SchemeCode, ...]
    grading: Grading | None


def shown(label: Label, grading: Grading | None, sides: tuple[PartnerCode, PartnerCode], purpose: Purpose) -> Shown:
    """What a page shows of a label.

    Args:
        label: of the item.
        grading: beside it.
        sides: the originator and the holder; codes are read in these circumstances.
        purpose: for which the holder has it.
    """
    known = circumstances(*sides)
    short = short_code(label, known, purpose)
    codes = tuple(
        SchemeCode(scheme.title, _code(label, name, known.parties)) for name, scheme in SCHEMES.items() if scheme.codes
    )
    return Shown(label, None if short == WHOLE_LABEL else short, codes, grading)


def _code(label: Label, scheme: str, parties: frozenset[PartnerCode]) -> str | None:
    try:
        marking = export_label(label, scheme, parties)
    except RefusedError:
        return None
    return " ".join(SCHEMES[scheme].prefix + code for code in marking.codes)
