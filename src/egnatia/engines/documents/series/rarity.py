"""How common each feature is among false documents: from those that were confirmed, and a prior where they are few."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from egnatia.engines.documents.series.types import VALUES, FeatureKind, Template, TemplateFeature

PRIOR_WEIGHT: Final = 10.0
"""Documents that the prior is worth: with ten confirmed ones the two count alike. Found with the threshold (`match.py`)."""
_OPEN: Final[dict[FeatureKind, float]] = {
    FeatureKind.ISSUER: 0.10,
    FeatureKind.WRONG_CODE: 0.01,
    FeatureKind.NUMBER_SHAPE: 0.10,
    FeatureKind.DETAIL: 0.02,
}
"""Prior frequency of one value of a kind without a list. Issuers and shapes of numbers are few at one border; a wrong
code or one print of a detail hardly occurs twice by chance. Our own, and low weight is the safe side."""
_FAULT: Final = 0.08
"""Prior frequency of one fault of a list: about one in twelve false documents shows a given one."""
LEAST: Final = 0.003
"""No feature is taken for rarer: what was seen once in a small register is not proved rare. At most 8.2 bits each."""


class Rarity:
    """Frequencies of features. Invariant: between `LEAST` and 1 - `LEAST`, and the same for the same documents."""

    def __init__(self, confirmed: Iterable[Template] = ()) -> None:
        """Count the features of confirmed false documents, each document once."""
        documents = {template.reference: template for template in confirmed}
        self._count = len(documents)
        self._counts = Counter(each for template in documents.values() for each in template.features)
        self._known: dict[tuple[FeatureKind, str], float] = {}

    def frequency(self, kind: FeatureKind, value: str) -> float:
        """The share of false documents that show this value."""
        found = self._known.get((kind, value))
        if found is None:
            known = self._counts[TemplateFeature(kind, value)] + PRIOR_WEIGHT * _prior(kind)
            found = self._known[(kind, value)] = min(1 - LEAST, max(LEAST, known / (self._count + PRIOR_WEIGHT)))
        return found


def _prior(kind: FeatureKind) -> float:
    if kind in _OPEN:
        return _OPEN[kind]
    single = kind in {
        FeatureKind.DOCUMENT_KIND,
        FeatureKind.FALSITY,
        FeatureKind.SUBSTRATE,
        FeatureKind.PRINT,
        FeatureKind.PERSONALISATION,
    }
    return 1 / len(VALUES[kind]) if single else _FAULT
