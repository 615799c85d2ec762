"""From tags and bytes to features: each by its rule, with what is missing, too short, unknown or senseless."""

from collections.abc import Iterable
from dataclasses import replace

from egnatia.engines.documents.seals.tlv import Item, Lengths, read_items
from egnatia.engines.documents.seals.types import Feature, FeatureRule, Flaw, FlawKind
from egnatia.engines.documents.seals.values import Coding, read_value, shown_bytes


def read_features(
    items: Iterable[Item], rules: tuple[FeatureRule, ...] | None
) -> tuple[tuple[Feature, ...], tuple[Flaw, ...]]:
    """Name and read every item; without rules nothing is expected and everything is shown as bytes."""
    known = {rule.tag: rule for rule in rules or ()}
    features: list[Feature] = []
    flaws: list[Flaw] = []
    for item in items:
        rule = known.get(item.tag)
        if rule is None:
            features.append(Feature(item.tag, "", shown_bytes(item.value), item.value, item.start, item.end))
            if rules is not None:
                flaws.append(_unknown(item))
            continue
        feature, wrong = _read(item, rule)
        features.append(feature)
        flaws += wrong
    return tuple(features), (*flaws, *_missing(features, rules or ()), *_repeated(features))


def _read(item: Item, rule: FeatureRule) -> tuple[Feature, list[Flaw]]:
    flaws: list[Flaw] = []
    size = len(item.value)
    if not rule.least <= size <= rule.most:
        expected = f"{rule.least} bytes" if rule.least == rule.most else f"{rule.least} to {rule.most} bytes"
        flaws.append(_flaw(item, rule, expected, f"{size} bytes"))
    if rule.coding is Coding.PARTS:
        parts, wrong = _parts(item, rule)
        return Feature(item.tag, rule.name, "", item.value, item.start, item.end, parts), [*flaws, *wrong]
    value = read_value(item.value, rule.coding)
    if value is None:
        flaws.append(_flaw(item, rule, rule.coding.replace("_", " "), shown_bytes(item.value)))
    shown = shown_bytes(item.value) if value is None else value
    return Feature(item.tag, rule.name, shown, item.value, item.start, item.end), flaws


def _parts(item: Item, rule: FeatureRule) -> tuple[tuple[Feature, ...], list[Flaw]]:
    """What stands inside a feature, its places counted from the beginning of the whole seal."""
    inside = read_items(item.value, 0, Lengths.DER)
    begin = item.end - len(item.value)
    moved = [replace(each, start=each.start + begin, end=each.end + begin) for each in inside.items]
    parts, flaws = read_features(moved, rule.parts)
    if inside.flaw:
        return parts, [*flaws, _flaw(item, rule, "features one behind the other", inside.flaw)]
    return parts, list(flaws)


def _flaw(item: Item, rule: FeatureRule, expected: str, found: str) -> Flaw:
    return Flaw(FlawKind.MEANING, rule.name, expected, found, item.start, item.end)


def _unknown(item: Item) -> Flaw:
    found = f"tag {item.tag:02x}, {len(item.value)} bytes"
    return Flaw(FlawKind.UNKNOWN, "features", "a tag of the profile", found, item.start, item.end)


def _missing(features: list[Feature], rules: tuple[FeatureRule, ...]) -> list[Flaw]:
    there = {feature.tag for feature in features}
    return [
        Flaw(FlawKind.MEANING, rule.name, f"the feature of tag {rule.tag:02x}", "it is not there")
        for rule in rules
        if rule.required and rule.tag not in there
    ]


def _repeated(features: list[Feature]) -> list[Flaw]:
    tags = [feature.tag for feature in features]
    return [
        Flaw(FlawKind.MEANING, "features", f"tag {tag:02x} once", f"{tags.count(tag)} times")
        for tag in sorted(set(tags))
        if tags.count(tag) > 1
    ]
