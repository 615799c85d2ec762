"""Never widen: random sequences of share, merge, convert and relay over five nodes, and every combination of codes.

Run `.venv/bin/python bench/handling.py` for a million sequences (about ten minutes), or name another number. Each
sequence starts with one item at each node and does six random acts; after each act the item that came of it is compared
with everything that it was made from, and its way with what the originators said. It prints how many items were wider
than a source or went where a source forbids it (must be 0), how many acts the rules refused, and the rate. No peer can run beside it: MISP decays level 2 to 1 at a hand-over and checks nothing else.
"""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import product

from egnatia.agreements.handling import (
    SCHEMES,
    Circles,
    Circumstances,
    Marking,
    at_least_as_strict,
    check_pass_on,
    check_regrade,
    check_sanitise,
    convert,
    export_label,
    meet,
    meet_all,
    read_marking,
)
from egnatia.agreements.handling.schemes import Need
from egnatia.errors import RefusedError
from egnatia.model.handling import Label, Onward
from egnatia.model.ids import PartnerCode

CODES = tuple(PartnerCode(each) for each in ("GBR", "ALB", "XKX", "MKD", "MNE"))
PARTIES = frozenset(CODES)
CIRCLES = Circles(frozenset(CODES))
ACTS = 6
SEQUENCES = 1_000_000
SEED = 16


@dataclass(frozen=True, slots=True)
class Held:
    """An item at a node: its marking when it has one, its label, and the labels of all that it was made from.

    `unlawful` says that it came there against the word of one of their originators.
    """

    holder: PartnerCode
    label: Label
    sources: tuple[Label, ...]
    marking: Marking | None = None
    unlawful: bool = False


def markings(originator: PartnerCode, rng: random.Random) -> list[Marking]:
    """Every combination of codes of every scheme; what stands beside a code is drawn."""
    found = []
    others = [code for code in CODES if code != originator]
    for scheme in SCHEMES.values():
        for codes in scheme.combinations:
            text, orgs, persons = (scheme.need(codes, what) is not Need.NO for what in ("text", "orgs", "persons"))
            beside = (rng.choice(others),) if codes == ("AMBER+STRICT",) else tuple(sorted(rng.sample(CODES, 3)))
            words = (f"condition {rng.randrange(4)}",) if text else ()
            found.append(Marking(scheme.name, codes, words, beside if orgs else (), ("off-1",) if persons else ()))
    return found


def known_labels(rng: random.Random) -> dict[PartnerCode, list[tuple[Marking, Label]]]:
    """Each node's own markings with what they mean."""
    return {
        code: [(each, read_marking(each, Circumstances(code, PARTIES))) for each in markings(code, rng)]
        for code in CODES
    }


def act(held: list[Held], kind: str, rng: random.Random) -> Held:
    """One random act on the items; raises RefusedError when a rule forbids it."""
    item, to = rng.choice(held), rng.choice(CODES)
    if kind == "merge":
        other = rng.choice([each for each in held if each.holder == item.holder])
        return Held(item.holder, meet(item.label, other.label), item.sources + other.sources)
    if kind == "convert":
        if item.marking is None:
            written = export_label(item.label, rng.choice(list(SCHEMES)), PARTIES)
        else:
            known = Circumstances(next(iter(item.label.originators)), PARTIES)
            written = convert(item.marking, rng.choice(list(SCHEMES)), known)
        read = read_marking(written, Circumstances(next(iter(item.label.originators)), PARTIES))
        return Held(item.holder, read, item.sources, written)
    if kind == "sanitise":
        check_sanitise(item.label, item.holder, consulted=False)
        return Held(item.holder, item.label, item.sources)
    if kind == "regrade":
        wanted = rng.choice(held).label
        check_regrade(item.label, wanted, item.holder)
        own = item.label.originators == {item.holder}
        return Held(
            item.holder, wanted, (wanted,) if own else item.sources
        )  # an originator's new word is the new source
    token = kind == "token"
    check_pass_on(item.label, to, CIRCLES, token=token)
    return Held(to, item.label, item.sources, unlawful=not all(may(each, to, token=token) for each in item.sources))


def may(source: Label, to: PartnerCode, *, token: bool) -> bool:
    """Whether an originator's own word lets its item go there: asked of each source, not of what the label became."""
    if token or source.onward is Onward.FREE:
        return source.onward is not Onward.NONE
    named = source.audience.orgs is None or to in source.audience.orgs
    return named and source.onward is Onward.AUDIENCE_ONLY


KINDS = ("share", "merge", "convert", "relay", "token", "sanitise", "regrade")


def sequence(known: dict[PartnerCode, list[tuple[Marking, Label]]], rng: random.Random, seen: Counter[str]) -> int:
    """One random sequence. Returns how many items came out wider than something they were made from."""
    held = []
    for code in CODES:
        marking, label = rng.choice(known[code])
        held.append(Held(code, label, (label,), marking))
    wider = 0
    for _ in range(ACTS):
        kind = rng.choice(KINDS)
        try:
            made = act(held, kind, rng)
        except RefusedError:
            seen["refused"] += 1
            continue
        seen[kind] += 1
        wider += made.unlawful or not all(at_least_as_strict(made.label, each) for each in made.sources)
        held.append(made)
    return wider


def exhaustive() -> tuple[int, int, int]:
    """Every combination of one marking of each scheme. Returns combinations, distinct labels, and violations.

    A violation is a merge that is wider than a part, or an export of it that reads back as anything else.
    """
    known: dict[str, list[Label]] = {}
    here = Circumstances(CODES[1], PARTIES)
    for each in markings(CODES[1], random.Random(SEED)):
        known.setdefault(each.scheme, []).append(read_marking(each, here))
    count, wrong, distinct = 0, 0, set()
    for chosen in product(*known.values()):
        whole = meet_all(chosen)
        count += 1
        wrong += not all(at_least_as_strict(whole, each) for each in chosen)
        distinct.add(whole)
    for label, name in product(distinct, SCHEMES):
        try:
            wrong += read_marking(export_label(label, name, PARTIES), here) != label
        except RefusedError:
            continue
    return count, len(distinct), wrong


def main() -> None:
    """Print the figures."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SEQUENCES
    rng, seen = random.Random(SEED), Counter[str]()
    print(f"command: bench/handling.py {wanted}")
    started = time.perf_counter()
    count, distinct, wrong = exhaustive()
    spent = time.perf_counter() - started
    print(f"every combination of codes of all schemes: {count:,} combinations, {distinct:,} labels, each exported to")
    print(f"  {len(SCHEMES)} schemes in {spent:.1f} s: violations = {wrong}")
    known = known_labels(rng)
    started, wider = time.perf_counter(), 0
    for _ in range(wanted):
        wider += sequence(known, rng, seen)
    spent = time.perf_counter() - started
    acts = ", ".join(f"{kind} {seen[kind]:,}" for kind in (*KINDS, "refused"))
    print(f"random sequences: {wanted:,} of {ACTS} acts over {len(CODES)} nodes in {spent:.1f} s")
    print(f"  {wanted / spent:,.0f} sequences a second; {acts}")
    print(f"  violations = {wider}")
    raise SystemExit(1 if wider or wrong else 0)


if __name__ == "__main__":
    main()
