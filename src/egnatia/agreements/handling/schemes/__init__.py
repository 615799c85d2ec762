"""The schemes that can be read and written, by name, and the one way to read a marking of any of them."""

from egnatia.agreements.handling.lattice import meet_all
from egnatia.agreements.handling.schemes import admiralty, europol, misp, pap, tlp, uk3x5x2, uk5x5x5
from egnatia.agreements.handling.schemes.types import Circumstances, Code, Marking, Need, Scheme
from egnatia.agreements.handling.written import to_body, unknown
from egnatia.model.handling import Grading, Label

__all__ = [
    "SCHEMES",
    "Circumstances",
    "Code",
    "Marking",
    "Need",
    "Scheme",
    "check_grading",
    "read_marking",
    "scheme_of",
]

SCHEMES: dict[str, Scheme] = {
    module.SCHEME.name: module.SCHEME for module in (uk3x5x2, uk5x5x5, europol, tlp, pap, admiralty, misp)
}
_BESIDE = {"text": "conditions", "orgs": "orgs", "persons": "persons"}
_WORDS = {"text": "conditions in words", "orgs": "the organisations it is for", "persons": "the persons it is for"}


def scheme_of(name: str) -> Scheme:
    """The scheme of that name.

    Raises:
        RefusedError: HANDLING_UNKNOWN.
    """
    if name not in SCHEMES:
        raise unknown(f"there is no scheme {name[:20]!r}", hint=f"There are: {', '.join(SCHEMES)}.")
    return SCHEMES[name]


def read_marking(marking: Marking, circumstances: Circumstances) -> Label:
    """The label that a marking means.

    Raises:
        RefusedError: HANDLING_UNKNOWN: a code that does not exist, codes that do not stand together, something missing
            beside a code, or something beside it that it has no room for and that would be lost.
    """
    scheme = scheme_of(marking.scheme)
    codes = _ordered(scheme, marking.codes)
    for what, attribute in _BESIDE.items():
        beside = getattr(marking, attribute)
        _check_beside(scheme, codes, what, bool(beside))
        if len(set(beside)) != len(beside):  # two of one name would count as two where a code counts them
            raise unknown(f"{_WORDS[what]} beside {scheme.title} name something twice")
    label = meet_all(scheme.codes[code].label(marking, circumstances) for code in codes)
    with_words = Label(
        **{name: getattr(label, name) for name in Label.__slots__ if name != "conditions"},
        conditions=label.conditions | frozenset(marking.conditions),
    )
    to_body(with_words)
    return with_words


def _ordered(scheme: Scheme, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes in the scheme's order, when they exist and stand together."""
    strange = [code for code in codes if code not in scheme.codes]
    if strange or not codes:
        said = f"has no handling code {strange[0][:20]!r}" if strange else "needs a handling code"
        raise unknown(f"{scheme.title} {said}", hint=f"It has: {', '.join(scheme.codes) or 'none, it only grades'}.")
    ordered = tuple(code for code in scheme.codes if code in codes)
    if ordered not in scheme.combinations or len(codes) != len(ordered):
        allowed = ", ".join("+".join(each) for each in scheme.combinations)
        raise unknown(
            f"the codes {'+'.join(codes)} do not stand together in {scheme.title}", hint=f"Allowed: {allowed}."
        )
    return ordered


def _check_beside(scheme: Scheme, codes: tuple[str, ...], what: str, there: bool) -> None:  # noqa: FBT001 - a fact
    need = scheme.need(codes, what)
    name = f"{scheme.title} {'+'.join(codes)}"
    if need is Need.MUST and not there:
        raise unknown(f"{name} needs {_WORDS[what]}", hint="An empty one is refused: the code would say nothing.")
    if need is Need.NO and there:
        raise unknown(
            f"{name} has no room for {_WORDS[what]}", hint="Choose a code that has, so that nothing of it is lost."
        )


def check_grading(grading: Grading) -> Grading:
    """Return the grading when its scheme has these codes.

    Raises:
        RefusedError: HANDLING_UNKNOWN.
    """
    scheme = scheme_of(grading.scheme)
    if grading.source not in scheme.sources or grading.information not in scheme.information:
        raise unknown(
            f"{scheme.title} has no grade {(grading.source + grading.information)[:8]!r}",
            hint=f"Source: {', '.join(scheme.sources) or 'none'}; information: {', '.join(scheme.information) or 'none'}.",
        )
    return grading
