"""What is kept of a linked register, so that a second run compares what is new and nothing else.

Kept are the model, how often values occur that several records have, and the pairs that matter: those that count among the candidates
of their records (`others.FROM_BITS`), and all within connected parts. No name is kept, only keys of those that several bear. What
the other records of a pair say is worked out anew from all kept pairs, so that a record that is added or taken out changes what it
changes in a fresh run. Model and frequencies are those of the last fresh run; `drifted` says when that is too long ago.
"""

import json
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from egnatia.engines.people.frequencies import spelling
from egnatia.engines.people.link.clusters import Weighed, parts_of, weighed
from egnatia.engines.people.link.em import Rates
from egnatia.engines.people.link.fields import NAMES, TEXTS, Field
from egnatia.engines.people.link.grouping import Pair, pair_of
from egnatia.engines.people.link.linkage import AGAINST, Linked, Settings, Weigher, begin, finish
from egnatia.engines.people.link.lists import Codes, Ints
from egnatia.engines.people.link.model import HOLDERS, MODEL_VERSION, Frequencies, Model, Scorer, from_json, to_json
from egnatia.engines.people.link.others import FROM_BITS, others_alike
from egnatia.engines.people.link.register import Register, register_of
from egnatia.engines.people.link.spelling import hashed
from egnatia.engines.people.link.values import Flags, Values, read
from egnatia.engines.people.link.vectors import Comparer
from egnatia.engines.people.types import PersonRecord
from egnatia.errors import InputError

FORMAT: Final = f"{MODEL_VERSION} kept/1"
"""What kept bytes begin with; those of another method or form are not read."""
DRIFT: Final = 0.01
"""Share of new records from which the register is linked anew: what they teach is no longer little, and to look for each by itself, 7 to 12 ms,
takes about as long as a fresh run (bench/people/kept_links.py). One record is never too many."""
_COUNTED = (*NAMES, *TEXTS, Field.NUMBERS)
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Borne:
    """How many records have each of those values of a field that several have, and how many have any.

    Attributes:
        keys: of the values, in order; no value can be read from its key.
        counts: records that have each.
        total: records that have one at all; of numbers, all records.
    """

    keys: np.ndarray[Any, np.dtype[np.uint64]]
    counts: Codes
    total: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a linked register.

    Attributes:
        model: what the last fresh run learned.
        borne: how often values occurred then, by field.
        refs: records that are in a pair, in order; numbers of records refer to it.
        left: the first record of every pair, and `right` the second, which has the higher number.
        gain: what the fields of each pair add.
        contrary: how much of that is taken by fields that contradict each other.
        records: on the register.
        added: records that came since the last fresh run.
    """

    model: Model
    borne: dict[Field, Borne]
    refs: tuple[str, ...]
    left: Codes
    right: Codes
    gain: Rates
    contrary: Rates
    records: int
    added: int = 0

    @property
    def bits(self) -> Rates:
        """What each pair weighs, the prior and what other records say included."""
        own = self.gain + self.model.prior
        sides = np.zeros(max(self.records, len(self.refs)), dtype=np.int8)
        return own + others_alike(self.left, self.right, own, AGAINST * self.contrary, sides)

    def weighed(self, bits: Rates, more: Iterable[str] = ()) -> Weighed:
        """The pairs for `Clusters`, as `Linked.weighed` gives them; `more` are other records of which something was said."""
        refs = (*self.refs, *sorted(frozenset(more).difference(self.refs)))
        return weighed(refs, self.left, self.right, np.where(bits > 0, bits, AGAINST * self.contrary))

    def drifted(self, more: int) -> bool:
        """Whether so many more records are too many to be added to what the last fresh run knew."""
        return self.added + more > max(1.0, DRIFT * self.model.records)

    def has(self, ref: str) -> bool:
        """Whether a record is in a pair."""
        place = bisect_left(self.refs, ref)
        return place < len(self.refs) and self.refs[place] == ref

    def without(self, gone: Iterable[str]) -> "Kept":
        """The same without some records; nothing that names them is left."""
        taken_out = frozenset(gone)
        away = np.array([ref in taken_out for ref in self.refs], dtype=bool)
        if not away.any():
            return self
        return _packed(self, ~(away[self.left] | away[self.right]))

    def parts(self, refs: Collection[str]) -> list[list[str]]:
        """The connected parts in which some records are, by what is rather one person than two; who is alone is in none."""
        close = self.gain + self.model.prior > 0
        every = parts_of(zip(self.left[close].tolist(), self.right[close].tolist(), strict=True))
        named = (sorted(self.refs[number] for number in part) for part in every)
        return [part for part in named if any(ref in refs for ref in part)]

    def pairs(self) -> set[Pair]:
        """Every kept pair, by reference in alphabetical order."""
        refs = self.refs
        return {
            pair_of(refs[one], refs[other]) for one, other in zip(self.left.tolist(), self.right.tolist(), strict=True)
        }

    def to_bytes(self) -> bytes:
        """All of it, for `from_bytes`."""
        head = {
            "format": FORMAT,
            "model": to_json(self.model),
            "records": self.records,
            "added": self.added,
            "totals": {field.value: each.total for field, each in self.borne.items()},
        }
        arrays: dict[str, Any] = {
            "head": np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
            "refs": np.frombuffer("\n".join(self.refs).encode(), dtype=np.uint8),
            "left": self.left,
            "right": self.right,
            "gain": self.gain,
            "contrary": self.contrary,
        }
        for field, each in self.borne.items():
            arrays[f"{field.value}.keys"], arrays[f"{field.value}.counts"] = each.keys, each.counts
        stream = BytesIO()
        np.savez(stream, **arrays)
        return zlib.compress(stream.getvalue(), 1)


def from_bytes(written: bytes) -> Kept:
    """What `Kept.to_bytes` wrote.

    Raises:
        InputError: it is of another release, or broken.
    """
    try:
        with np.load(BytesIO(zlib.decompress(written)), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise InputError("the kept links are of another release")
        text = arrays["refs"].tobytes().decode()
        borne = {
            Field(name): Borne(arrays[f"{name}.keys"], arrays[f"{name}.counts"], int(total))
            for name, total in head["totals"].items()
        }
        left, right, gain, contrary = (arrays[name] for name in ("left", "right", "gain", "contrary"))
        refs = tuple(text.split("\n")) if text else ()
        sizes = int(head["records"]), int(head["added"])
        return Kept(from_json(head["model"]), borne, refs, left, right, gain, contrary, *sizes)
    except (zlib.error, BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError, OSError) as broken:
        raise InputError("what was kept of the links is broken") from broken


def link_and_keep(register: Register, how: Settings | None = None, told: Told = lambda *_: None) -> tuple[Linked, Kept]:
    """Link a register as `linkage.link` does, and what is kept of it."""
    how = how or Settings()
    work = begin(register, how, told)
    weigher = Weigher(work)
    found = []
    for number, span in enumerate(work.spans):
        told("comparing", number, len(work.spans))
        found.append(weigher.span(span))
    linked = finish(register, work, found, how, weigher)
    own = linked.bits - linked.others
    some = (own >= FROM_BITS) | _within_parts(linked.left, linked.right, np.maximum(own, linked.bits) > 0)
    whole = Kept(
        linked.model,
        _borne(work.values),
        register.refs,
        linked.left,
        linked.right,
        own - linked.model.prior,
        linked.contrary,
        len(register),
    )
    return linked, _packed(whole, some)


def compared_with(kept: Kept, records: Sequence[PersonRecord], pairs: Iterable[Pair]) -> Kept:
    """Kept links with some pairs more, weighed by the kept model.

    Args:
        kept: what was kept; a pair that it has already is weighed again.
        records: every record of the pairs; nobody else is looked at.
        pairs: which of them to put beside each other, by reference.
    """
    wanted = frozenset(pairs)
    if not wanted:
        return kept
    register = register_of(records)
    values = read(register)
    number = {ref: place for place, ref in enumerate(register.refs)}
    asked = sorted({tuple(sorted((number[one], number[other]))) for one, other in wanted})
    compared = Comparer(values).compare(np.array([low << 32 | high for low, high in asked], dtype=np.int64))
    parts = Scorer(kept.model, values, _Known(kept.borne, values)).parts(compared)
    gain, contrary = parts.sum(axis=0), np.minimum(parts[:-1], 0).sum(axis=0)
    return _joined(kept, register.refs, (compared.left, compared.right), gain, contrary)


def pruned(kept: Kept) -> Kept:
    """Without pairs that no longer matter: those below `FROM_BITS` whose records nothing connects."""
    own = kept.gain + kept.model.prior
    return _packed(kept, (own >= FROM_BITS) | _within_parts(kept.left, kept.right, np.maximum(own, kept.bits) > 0))


def _joined(kept: Kept, refs: tuple[str, ...], ends: tuple[Ints, Ints], gain: Rates, contrary: Rates) -> Kept:
    """Kept pairs and new ones under one numbering; where a pair is in both, the new one counts."""
    every = (*kept.refs, *refs)
    size = len(kept.refs)
    left, right = np.concatenate([ends[0] + size, kept.left]), np.concatenate([ends[1] + size, kept.right])
    whole = replace(
        kept,
        refs=every,
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        gain=np.concatenate([gain, kept.gain]),
        contrary=np.concatenate([contrary, kept.contrary]),
    )
    return _packed(whole, np.ones(len(left), dtype=bool))


def _packed(kept: Kept, some: Flags) -> Kept:
    """Some of the pairs, with the records that are in one, numbered by reference; of equal pairs the first."""
    left, right = kept.left[some], kept.right[some]
    used = np.unique(np.concatenate([left, right]))
    refs = sorted({kept.refs[number] for number in used.tolist()})
    place = {ref: number for number, ref in enumerate(refs)}
    numbers = np.zeros(len(kept.refs), dtype=np.int64)
    numbers[used] = [place[kept.refs[number]] for number in used.tolist()]
    low, high = np.minimum(numbers[left], numbers[right]), np.maximum(numbers[left], numbers[right])
    _, first = np.unique(low << 32 | high, return_index=True)
    return replace(
        kept,
        refs=tuple(refs),
        left=low[first].astype(np.int32),
        right=high[first].astype(np.int32),
        gain=kept.gain[some][first],
        contrary=kept.contrary[some][first],
    )


def _within_parts(left: Codes, right: Codes, close: Flags) -> Flags:
    """Which pairs are of two records that close pairs connect."""
    size = int(max(left.max(initial=-1), right.max(initial=-1))) + 1
    part = np.arange(size, dtype=np.int64)
    for group in parts_of(zip(left[close].tolist(), right[close].tolist(), strict=True)):
        part[group] = min(group)
    inside: Flags = part[left] == part[right]
    return inside


def _texts(values: Values, field: Field) -> Sequence[str]:
    """Every different value of a field, as its key is made from it; the first is none."""
    if field not in NAMES:
        return values.texts[field]
    starts, flat = values.names.starts.tolist(), values.names.flat.astype(np.int64).tolist()
    words = [spelling(part) for part in values.parts]
    return [" ".join(words[part] for part in flat[start:end]) for start, end in pairwise(starts)]


def _codes(values: Values, field: Field) -> Ints:
    if field is Field.NUMBERS:
        return values.numbers.flat.astype(np.int64)
    return (values.name_of[field] if field in NAMES else values.text_of[field]).astype(np.int64)


def _borne(values: Values) -> dict[Field, Borne]:
    """What several records have, by field; of numbers, what more have than one person has papers."""
    keys = {field: hashed(_texts(values, field)) for field in (*TEXTS, Field.NUMBERS)}
    names = hashed(_texts(values, Field.FIRST))
    made = {}
    for field in _COUNTED:
        known = keys.get(field, names)
        counts = np.bincount(_codes(values, field), minlength=len(known))
        if field is not Field.NUMBERS:
            counts[0] = 0
        total = len(values) if field is Field.NUMBERS else int(counts.sum())
        several = np.flatnonzero(counts > (HOLDERS if field is Field.NUMBERS else 1))
        order = several[np.argsort(known[several])]
        made[field] = Borne(known[order], counts[order].astype(np.int32), total)
    return made


class _Known(Frequencies):
    """How often the values of some records occur in the register that was linked. A value that it did not have twice has one bearer."""

    def __init__(self, borne: dict[Field, Borne], values: Values) -> None:
        names = hashed(_texts(values, Field.FIRST))
        self.names = {field: _shares(borne[field], names) for field in NAMES}
        self.texts = {field: _shares(borne[field], hashed(values.texts[field])) for field in TEXTS}
        numbers = borne[Field.NUMBERS]
        held = _counts(numbers, hashed(values.texts[Field.NUMBERS]))
        self.numbers = np.maximum(held - HOLDERS, 0) / max(1, numbers.total)


def _counts(borne: Borne, keys: np.ndarray[Any, np.dtype[np.uint64]]) -> Ints:
    places = np.minimum(np.searchsorted(borne.keys, keys), max(0, len(borne.keys) - 1))
    if not len(borne.keys):
        return np.ones(len(keys), dtype=np.int64)
    return np.where(borne.keys[places] == keys, borne.counts[places], 1).astype(np.int64)


def _shares(borne: Borne, keys: np.ndarray[Any, np.dtype[np.uint64]]) -> Rates:
    shares: Rates = _counts(borne, keys) / max(1.0, float(borne.total))
    shares[0] = 0.0
    return shares
