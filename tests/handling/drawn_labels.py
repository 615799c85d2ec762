"""Labels and markings for the tests of handling: every marking there is, and labels drawn at random."""

from collections.abc import Iterator
from datetime import date

from hypothesis import strategies as st

from egnatia.agreements.handling import SCHEMES, Circumstances, Marking
from egnatia.agreements.handling.schemes import Need
from egnatia.model.handling import ActionLimit, Audience, EvidenceUse, Label, Onward, Sanitisation, Scope
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose

GBR, ALB, XKX, MKD, MNE = (PartnerCode(each) for each in ("GBR", "ALB", "XKX", "MKD", "MNE"))
FIVE = frozenset({GBR, ALB, XKX, MKD, MNE})
KNOWN = Circumstances(ALB, FIVE)
TEXTS = ("only with a liaison officer present", "not before the trial ends")


def every_marking() -> Iterator[Marking]:
    """Every combination of codes of every scheme, with what has to stand beside it."""
    pairs = {"AMBER+STRICT": ("GBR",), "AMBER": ("ALB", "GBR")}
    for scheme in SCHEMES.values():
        for codes in scheme.combinations:
            text, orgs, persons = (scheme.need(codes, what) for what in ("text", "orgs", "persons"))
            yield Marking(
                scheme.name,
                codes,
                conditions=() if text is Need.NO else TEXTS[:1],
                orgs=() if orgs is Need.NO else pairs.get(codes[0], ("GBR", "MKD")),
                persons=() if persons is Need.NO else ("off-12", "off-13"),
            )


def _some(names: list[str]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(names))


days = st.none() | st.dates(date(2025, 1, 1), date(2030, 1, 1))
audiences = st.builds(Audience, st.sampled_from(Scope), _some(sorted(FIVE)), _some(["off-1", "off-2", "off-3"]))
labels = st.builds(
    Label,
    st.frozensets(st.sampled_from(sorted(FIVE)), min_size=1, max_size=2),
    audiences,
    st.sampled_from([each for each in Onward if each is not Onward.FREE]),
    st.sampled_from(EvidenceUse),
    st.sampled_from(ActionLimit),
    st.sampled_from(Sanitisation),
    st.frozensets(st.sampled_from(Purpose)),
    days,
    days,
    st.frozensets(st.sampled_from(TEXTS)),
) | st.just(Label(frozenset({ALB}), Audience(Scope.PUBLIC), Onward.FREE))
