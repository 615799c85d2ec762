"""Over any sequence of share, merge, convert, relay, sanitise and re-grade among five nodes nothing widens.

The machine knows the rules of `agreements.handling` only by calling them. What it compares with is its own record: for
each item, the labels that originators gave to everything it was made from, and nothing else.
"""

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from tests.handling.drawn_labels import FIVE, every_marking, labels

from egnatia.agreements.handling import (
    SCHEMES,
    Circles,
    Circumstances,
    Marking,
    at_least_as_strict,
    canonical_bytes,
    check_pass_on,
    check_regrade,
    check_sanitise,
    export_label,
    from_text,
    meet,
    read_marking,
    wider_in,
)
from egnatia.errors import RefusedError
from egnatia.model.handling import Label, Onward
from egnatia.model.ids import PartnerCode

NODES = sorted(FIVE)
CIRCLES = Circles(frozenset(FIVE))
MARKINGS = list(every_marking())


@dataclass(frozen=True)
class Held:
    """An item at a node, with what the machine itself knows of its history."""

    holder: PartnerCode
    label: Label
    sources: tuple[Label, ...]


class FiveNodes(RuleBasedStateMachine):
    """Five nodes that share, merge, convert, relay, sanitise and re-grade as they like."""

    items = Bundle("items")

    def __init__(self) -> None:
        super().__init__()
        self.made: list[Held] = []

    def _keep(self, item: Held) -> Held:
        self.made.append(item)
        return item

    @initialize(target=items, holder=st.sampled_from(NODES), marking=st.sampled_from(MARKINGS))
    def first(self, holder: PartnerCode, marking: Marking) -> Held:
        label = read_marking(marking, Circumstances(holder, FIVE))
        return self._keep(Held(holder, label, (label,)))

    @rule(target=items, holder=st.sampled_from(NODES), marking=st.sampled_from(MARKINGS))
    def mark(self, holder: PartnerCode, marking: Marking) -> Held:
        label = read_marking(marking, Circumstances(holder, FIVE))
        return self._keep(Held(holder, label, (label,)))

    @rule(target=items, holder=st.sampled_from(NODES), label=labels)
    def write(self, holder: PartnerCode, label: Label) -> Held:
        own = replace(label, originators=frozenset({holder}))
        return self._keep(Held(holder, own, (own,)))

    @rule(target=items, one=items, two=items)
    def merge(self, one: Held, two: Held) -> Held:
        return self._keep(Held(one.holder, meet(one.label, two.label), one.sources + two.sources))

    @rule(target=items, item=items, scheme=st.sampled_from(sorted(SCHEMES)))
    def convert(self, item: Held, scheme: str) -> Held:
        try:
            marking = export_label(item.label, scheme, FIVE)
        except RefusedError:
            return item
        originator = next(iter(item.label.originators))
        return self._keep(replace(item, label=read_marking(marking, Circumstances(originator, FIVE))))

    @rule(target=items, item=items, to=st.sampled_from(NODES), token=st.booleans())
    def relay(self, item: Held, to: PartnerCode, token: bool) -> Held:  # noqa: FBT001 - drawn
        try:
            check_pass_on(item.label, to, CIRCLES, token=token)
        except RefusedError:
            return item
        for source in item.sources:  # what the originators said, not what the label became
            assert source.onward is not Onward.NONE
            reached = source.audience.orgs is None or to in source.audience.orgs
            assert token or (reached and source.onward is not Onward.ASK_ORIGINATOR)
        travelled = from_text(canonical_bytes(item.label))  # as bytes, there and back
        return self._keep(Held(to, travelled, item.sources))

    @rule(target=items, item=items)
    def sanitise(self, item: Held) -> Held:
        """A version without the source is a new item, and carries the label of the old one."""
        try:
            check_sanitise(item.label, item.holder, consulted=False)
        except RefusedError:
            assert item.label.originators != {item.holder}
            return item
        return self._keep(replace(item))

    @rule(target=items, item=consumes(items), wanted=labels)
    def regrade(self, item: Held, wanted: Label) -> Held:
        label = replace(wanted, originators=item.label.originators)
        try:
            check_regrade(item.label, label, item.holder)
        except RefusedError:
            assert item.label.originators != {item.holder}
            assert wider_in(label, item.label)
            return item
        own = item.label.originators == {item.holder}
        return self._keep(replace(item, label=label, sources=(label,) if own else item.sources))

    @invariant()
    def nothing_is_wider_than_what_it_was_made_from(self) -> None:
        for item in self.made[-3:]:
            assert all(at_least_as_strict(item.label, source) for source in item.sources), item


FiveNodes.TestCase.settings = settings(deadline=None, derandomize=True, max_examples=30, stateful_step_count=40)
TestFiveNodes = FiveNodes.TestCase
