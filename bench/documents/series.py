"""Are seeded series of false documents found again, and is the next one of a series flagged?

Five workshops each have a template; each of their documents is noted with gaps and mistakes, beside unrelated false
documents with faults of their own. Prints, for several thresholds, the adjusted Rand index of the groups (1 is perfect, 0
is chance), and of new documents the share flagged of a known series and of an unknown source; the noise that a detail's
hash stands; and the seconds. Requirement DOC-08 asks for an index of 0.9.

Run: `python -m bench.documents.series [seeds]`, by default 20 seeds.
"""

import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from egnatia.engines.documents.series.cluster import JOIN_BITS, series_of
from egnatia.engines.documents.series.details import SAME_BITS, bits_apart, detail_hash
from egnatia.engines.documents.series.match import FLAG_BITS, compare
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.types import MANY, VALUES, Detail, FeatureKind, Template, TemplateFeature

SERIES, MEMBERS, OTHERS, NEXT = 5, 12, 60, 20
"""Workshops, documents of each, unrelated false documents, new documents of each kind."""
NOTED, WRONG = 0.75, 0.05
"""A feature of the template is noted with this probability, and if so with a wrong value with that one."""
ISSUERS = ("ALB", "RKS", "MKD", "MNE", "SRB", "BIH", "GRC", "ITA")
ISSUER_WEIGHTS = (20, 15, 10, 5, 10, 5, 20, 15)
SHAPES = ("@@#######", "#########", "@########", "B@#######", "P########")
SKEW = 0.6
"""Values of a list are drawn with weights that fall by this factor: some faults are common among all false documents."""


@dataclass(frozen=True)
class Workshop:
    """What one source's template shows."""

    features: tuple[TemplateFeature, ...]
    hash: int


def drawn(rng: random.Random, kind: FeatureKind, count: int = 1) -> list[TemplateFeature]:
    """Values of a list, the first ones of the alphabet more often."""
    values = sorted(VALUES[kind])
    weights = [SKEW**at for at in range(len(values))]
    chosen: list[str] = []
    while len(chosen) < min(count, len(values)):
        (value,) = rng.choices(values, weights)
        if value not in chosen:
            chosen.append(value)
    return [TemplateFeature(kind, value) for value in chosen]


def workshop(rng: random.Random) -> Workshop:
    """A source with its own habits; several may make documents of one issuer by one technique."""
    kinds = (FeatureKind.DOCUMENT_KIND, FeatureKind.FALSITY, FeatureKind.SUBSTRATE, FeatureKind.PRINT)
    features = [each for kind in (*kinds, FeatureKind.PERSONALISATION) for each in drawn(rng, kind)]
    for kind in (FeatureKind.FONT_FAULT, FeatureKind.LAYOUT_FAULT, FeatureKind.SECURITY_FAULT, FeatureKind.ZONE_FAULT):
        features += drawn(rng, kind, rng.randint(1, 3))
    features += drawn(rng, FeatureKind.WORDING_FAULT, rng.randint(0, 1))
    (issuer,) = rng.choices(ISSUERS, ISSUER_WEIGHTS)
    features.append(TemplateFeature(FeatureKind.ISSUER, issuer))
    features.append(TemplateFeature(FeatureKind.NUMBER_SHAPE, rng.choice(SHAPES)))
    return Workshop(tuple(features), rng.getrandbits(64))


def document(rng: random.Random, source: Workshop, reference: str) -> Template:
    """One document of a source as an examiner notes it: gaps, mistakes, a noisy picture of the emblem half of the time."""
    noted: dict[tuple[FeatureKind, str], TemplateFeature] = {}
    for each in source.features:
        if rng.random() > NOTED:
            continue
        wrong = rng.random() < WRONG and each.kind in VALUES
        value = drawn(rng, each.kind)[0] if wrong else each
        noted[(value.kind, value.value if value.kind in MANY else "")] = value
    if rng.random() < 0.5:
        flipped = source.hash
        for bit in range(64):
            flipped ^= (rng.random() < 0.06) << bit
        noted[(FeatureKind.DETAIL, "")] = TemplateFeature(FeatureKind.DETAIL, f"{Detail.EMBLEM}:{flipped:016x}")
    if not noted:
        noted[(FeatureKind.ISSUER, "")] = TemplateFeature(FeatureKind.ISSUER, "ALB")
    return Template(reference, frozenset(noted.values()))


def seeded(rng: random.Random) -> tuple[list[Template], dict[str, str], list[Workshop]]:
    """Documents of five series and others, and which source each is of."""
    sources = [workshop(rng) for _ in range(SERIES)]
    made: list[Template] = []
    truth: dict[str, str] = {}
    for at, source in enumerate(sources):
        for number in range(MEMBERS):
            reference = f"S{at}-{number:03d}"
            made.append(document(rng, source, reference))
            truth[reference] = f"S{at}"
    for number in range(OTHERS):
        reference = f"X-{number:03d}"
        made.append(document(rng, workshop(rng), reference))
        truth[reference] = reference
    rng.shuffle(made)
    return made, truth, sources


def adjusted_rand(truth: Sequence[str], found: Sequence[str]) -> float:
    """Agreement of two groupings of the same items, 0 by chance and 1 where they are the same (Hubert and Arabie 1985)."""
    pairs = sum(comb(count, 2) for count in Counter(zip(truth, found, strict=True)).values())
    rows = sum(comb(count, 2) for count in Counter(truth).values())
    columns = sum(comb(count, 2) for count in Counter(found).values())
    expected = rows * columns / comb(len(truth), 2)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


def index_of(made: list[Template], truth: dict[str, str], threshold: float) -> float:
    """The adjusted Rand index of the groups at a threshold."""
    group = {member: series.reference for series in series_of(made, threshold=threshold) for member in series.members}
    references = sorted(truth)
    return adjusted_rand([truth[each] for each in references], [group.get(each, each) for each in references])


def likenesses(rng: random.Random, made: list[Template], sources: list[Workshop]) -> tuple[list[float], list[float]]:
    """The highest likeness of new documents to a known one: of known series to their own, and of unknown sources to any."""
    rarity = Rarity(made)
    same, other = [], []
    for at, source in enumerate(sources):
        for number in range(NEXT // SERIES):
            new = document(rng, source, f"N{at}-{number:03d}")
            same.append(max(compare(new, each, rarity).bits for each in made if each.reference.startswith(f"S{at}-")))
    for number in range(NEXT):
        new = document(rng, workshop(rng), f"U-{number:03d}")
        other.append(max(compare(new, each, rarity).bits for each in made))
    return same, other


def hash_noise(rng: random.Random) -> None:
    """Bits in which the hash of a picture changes with light, size and noise."""
    apart = []
    for _ in range(200):
        base = [[rng.random() for _ in range(12)] for _ in range(10)]
        first = [[base[y // 6][x // 6] for x in range(72)] for y in range(60)]
        second = [[0.8 * base[y // 5][x // 5] + 0.1 + rng.gauss(0, 0.1) for x in range(60)] for y in range(50)]
        apart.append(bits_apart(f"emblem:{detail_hash(first)}", f"emblem:{detail_hash(second)}") or 0)
    share = sum(each <= SAME_BITS for each in apart) / len(apart)
    print(
        f"hash of one print, other light, size and noise: {statistics.mean(apart):.1f} bits apart, {share:.1%} within {SAME_BITS}"
    )
    chance = sum(comb(64, bits) for bits in range(SAME_BITS + 1)) / 2**64
    print(f"hash of two prints: within {SAME_BITS} bits by chance {chance:.1e}")


def main() -> None:
    """Sweep thresholds over seeds and print."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(f"{SERIES} series of {MEMBERS} among {OTHERS} others, {seeds} seeds")
    print("threshold  series: ARI mean    min   new documents flagged: of a series   of none")
    started = time.process_time()
    drawn_worlds = [(rng := random.Random(seed), *seeded(rng)) for seed in range(seeds)]
    near = [likenesses(rng, made, sources) for rng, made, _, sources in drawn_worlds]
    same, other = ([bits for pair in near for bits in pair[at]] for at in (0, 1))
    for threshold in (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 14.0):
        indexes = [index_of(made, truth, threshold) for _, made, truth, _ in drawn_worlds]
        shares = [sum(bits >= threshold for bits in each) / len(each) for each in (same, other)]
        print(
            f"{threshold:6.1f} bits {statistics.mean(indexes):16.3f} {min(indexes):6.3f} {shares[0]:28.1%} {shares[1]:9.1%}"
        )
    print(
        f"{time.process_time() - started:.1f} s of CPU; series are joined at {JOIN_BITS} bits, documents flagged at {FLAG_BITS}"
    )
    hash_noise(random.Random(417))


if __name__ == "__main__":
    main()
