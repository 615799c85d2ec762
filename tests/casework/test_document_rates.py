"""Error rates by type of document: right on counts made by hand, honest about few cases, and nothing small to be seen."""

import random
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders.counts import FEWEST
from egnatia.casework.borders.document_rates import UNKNOWN, Share, Told, TypeRates, document_rates, tally
from egnatia.engines.documents import inspect
from egnatia.engines.documents.types import Advice
from egnatia.errors import ForbiddenError, InputError
from egnatia.model.borders import FALSE_VERDICTS, MADE_FALSE, VerdictClass
from egnatia.model.intervals import wilson
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.tables import inspection

TODAY = date(2025, 5, 15)
WHY = "Looked at under magnification and under UV light, compared with a specimen."
HIDDEN = Share(0, 0, hidden=True)


def told(number: int, name: str = "ALB P", advice: Advice = Advice.CONSISTENT, kind: VerdictClass = VerdictClass.GENUINE) -> list[Told]:  # fmt: skip
    return [Told(name, advice, kind)] * number


def row(rates: list[TypeRates], name: str) -> TypeRates:
    return next(each for each in rates if each.document_type == name)


def test_false_alarms_and_misses_are_counted_by_type() -> None:
    rates = tally(
        [
            *told(36),
            *told(3, advice=Advice.DISCREPANCIES),
            *told(1, advice=Advice.SUSPECTED_FALSE),
            *told(8, advice=Advice.SUSPECTED_FALSE, kind=VerdictClass.FORGED),
            *told(2, kind=VerdictClass.COUNTERFEIT),
            *told(20, "RKS P"),
            *told(5, "RKS P", Advice.CANNOT_TELL),
        ]
    )
    assert [each.document_type for each in rates] == ["ALB P", "RKS P", ""]
    albanian, kosovar, whole = rates
    assert (albanian.false_alarms, albanian.misses) == (Share(4, 40), Share(2, 10))
    assert (kosovar.false_alarms, kosovar.misses, kosovar.silent_on_genuine) == (
        Share(0, 25),
        Share(0, 0),
        Share(5, 25),
    )
    assert (whole.false_alarms, whole.misses, whole.silent_on_genuine) == (Share(4, 65), Share(2, 10), Share(5, 65))
    assert whole.silent_on_false == Share(0, 10)
    assert albanian.false_alarms.rate == 0.1
    assert kosovar.misses.rate is None
    assert kosovar.misses.interval is None


@pytest.mark.parametrize("kind", sorted(FALSE_VERDICTS - MADE_FALSE))
def test_what_no_document_can_show_is_no_miss(kind: VerdictClass) -> None:
    """An impostor's document is genuine, and so is one obtained by fraud: a document check has nothing to find."""
    rates = tally([*told(20), *told(20, kind=kind), *told(20, kind=VerdictClass.LOST_OR_STOLEN)])
    assert rates[0].misses == Share(0, 0)
    assert rates[0].false_alarms == Share(0, 20)


def test_few_are_hidden_and_cannot_be_worked_out_from_the_sum() -> None:
    rates = tally([*told(30), *told(FEWEST - 1, "RKS P", Advice.DISCREPANCIES)])
    assert row(rates, "RKS P").false_alarms == HIDDEN
    assert row(rates, "ALB P").false_alarms == Share(0, 30)
    assert row(rates, "").false_alarms == HIDDEN, "39 less 30 would be the hidden ones"
    more = tally([*told(30), *told(9, "RKS P", Advice.DISCREPANCIES), *told(9, "MKD P")])
    assert row(more, "").false_alarms == Share(9, 48), "18 hidden ones of two types say nothing of either"


def test_no_two_figures_of_one_row_tell_a_third() -> None:
    [albanian, _] = tally([*told(30), *told(3, kind=VerdictClass.FORGED)])
    shown_ones = {each.of for each in (albanian.false_alarms, albanian.silent_on_genuine)}
    assert shown_ones == {30}
    assert albanian.misses == albanian.silent_on_false == HIDDEN


def test_the_least_that_is_shown() -> None:
    assert tally(told(FEWEST))[0].false_alarms == Share(0, FEWEST)
    assert tally(told(FEWEST - 1))[0].false_alarms == HIDDEN
    assert tally([]) == []


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A P", "B P", "C I"]), st.sampled_from(Advice), st.sampled_from(VerdictClass)),
        max_size=120,
    ),
    st.randoms(use_true_random=False),
)
def test_nothing_under_ten_is_shown_in_any_order_of_the_cases(
    cases: list[tuple[str, Advice, VerdictClass]], rng: random.Random
) -> None:
    first = tally([Told(*each) for each in cases])
    rng.shuffle(cases)
    assert tally([Told(*each) for each in cases]) == first
    genuine = Counter(name for name, _, kind in cases if kind is VerdictClass.GENUINE)
    for each in first:
        for share in (each.false_alarms, each.silent_on_genuine, each.misses, each.silent_on_false):
            assert share.of == 0 or share.of >= FEWEST
            assert 0 <= share.number <= share.of
    shown = {each.document_type: each.false_alarms for each in first if each.document_type}
    missing = {name: number for name, number in genuine.items() if shown[name].hidden}
    if first and not first[-1].false_alarms.hidden and missing:
        left = first[-1].false_alarms.of - sum(share.of for share in shown.values())
        assert left >= FEWEST
        assert len(missing) > 1


@pytest.mark.parametrize(
    ("number", "of", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857-872,
        # table I, method 3 (score without continuity correction), 95 %.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(number: int, of: int, low: float, high: float) -> None:
    found = wilson(number, of)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(1, 5_000), st.data())
def test_wilson_holds_the_share_and_mirrors(of: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, of))
    low, high = wilson(number, of)
    assert 0 <= low <= number / of <= high + 1e-12
    assert high <= 1
    other = wilson(of - number, of)
    assert other == pytest.approx((1 - high, 1 - low))


def inspected(world: World, zone: str = PASSPORT) -> str:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, zone, world.clock()))[0]


def judged(world: World, inspection_id: str, kind: VerdictClass, post: str = "examiner") -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: borders.give_verdict(tx, officer, inspection_id, kind, WHY, world.clock()))


def shown(world: World, post: str = "supervisor", days: tuple[date, date] = (TODAY, TODAY)) -> list[TypeRates]:
    officer = world.officer(ALB, post)
    return world.do(ALB, lambda tx: document_rates(tx, officer, days, world.clock()))


def test_verdicts_at_a_node_make_the_rates_and_disputed_ones_do_not(world: World) -> None:
    ids = [inspected(world) for _ in range(FEWEST + 3)]
    for each in ids[:-2]:
        judged(world, each, VerdictClass.GENUINE)
    judged(world, ids[-2], VerdictClass.GENUINE)
    judged(world, ids[-2], VerdictClass.FORGED, "supervisor")
    rates = shown(world)
    assert [each.document_type for each in rates] == ["RKS P", ""]
    assert rates[0].false_alarms.of == FEWEST + 1, "neither the disputed one nor the one without a verdict"
    assert rates[0].false_alarms.number == 0
    assert world.kinds(ALB)[-1] == "border_figures.viewed"
    assert shown(world, days=(date(2025, 5, 16), date(2025, 6, 1))) == []


def test_an_officers_last_word_counts_and_an_old_row_has_no_type(world: World) -> None:
    ids = [inspected(world) for _ in range(FEWEST)]
    for each in ids:
        judged(world, each, VerdictClass.FORGED)
        judged(world, each, VerdictClass.GENUINE)
    world.do(ALB, lambda tx: tx.execute(inspection.update().values(document_type=None)))
    rates = shown(world)
    assert rates[0].document_type == UNKNOWN
    assert rates[0].false_alarms == Share(0, FEWEST)
    assert rates[0].misses == Share(0, 0)


@pytest.mark.parametrize("post", ["enquirer", "examiner", "auditor", "administrator"])
def test_only_a_supervisor_sees_figures(world: World, post: str) -> None:
    with pytest.raises(ForbiddenError):
        shown(world, post)


def test_an_empty_period_is_refused(world: World) -> None:
    with pytest.raises(InputError):
        shown(world, days=(date(2025, 5, 16), TODAY))


@pytest.mark.parametrize(
    "first",
    ["P<XXYKRASNIQI<<ARBEN", "P<QQQKRASNIQI<<ARBEN", "P<999KRASNIQI<<ARBEN"],
)
def test_an_unknown_issuer_is_no_error_of_either_kind(first: str) -> None:
    """The advice is `cannot_tell`, whatever else is right or wrong with the document (DOC-09)."""
    lines = PASSPORT.splitlines()
    zone = "\n".join((first.ljust(44, "<"), lines[1]))
    advice = inspect(zone, datetime(2025, 5, 15, tzinfo=UTC).date()).advice
    assert advice is Advice.CANNOT_TELL
    rates = tally(told(FEWEST, "XXY P", advice))
    assert rates[0].false_alarms == Share(0, FEWEST)
    assert rates[0].silent_on_genuine == Share(FEWEST, FEWEST)
