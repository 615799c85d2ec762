"""What taking a partner's file would change, certificate by certificate, for the people who decide whether to take it.

Nothing here decides. A difference is what two stores answer differently on one day: authorities that would be listed,
authorities that would be listed no more, and every statement that came with the file, with who made it.
"""

from dataclasses import dataclass
from datetime import date

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.crl import RevocationList
from egnatia.engines.documents.trust.defects import Defect
from egnatia.engines.documents.trust.holdings import Holdings, ListVersion
from egnatia.engines.documents.trust.index import StoreIndex
from egnatia.engines.documents.trust.master_lists import ListTrust

_VOUCHED = frozenset({ListTrust.ROOT, ListTrust.ITSELF})


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """A certificate that would be an anchor, or stand in a list, on that day, and does not today."""

    certificate: Certificate
    known: bool
    """Whether the store held it already, in a list that has been replaced or in one that nobody vouches for."""
    anchor: bool
    """Whether a list that the partner believes holds it: chains that end there would be trusted."""
    lists: tuple[ListVersion, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that would change on a day."""

    day: date
    new: tuple[NewAuthority, ...]
    gone: tuple[Certificate, ...]
    """Listed before and not after: chains that end there would be `dropped`."""
    lists: tuple[ListVersion, ...]
    crls: tuple[RevocationList, ...]
    defects: tuple[Defect, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.new or self.gone or self.lists or self.crls or self.defects)

    @property
    def proves_itself(self) -> bool:
        """Whether all of it is revocation lists, each signed by an authority that is held: nobody's word is taken."""
        return bool(self.crls) and not (self.new or self.gone or self.lists or self.defects)


def difference(before: Holdings, after: Holdings, day: date) -> Difference:
    """What differs between two states of one store on a day.

    Args:
        before: what is held.
        after: the same with something more; holdings only ever grow.
        day: of the question; a list counts from its own date on.
    """
    old, new = StoreIndex(before).listed_on(day), StoreIndex(after).listed_on(day)
    listed = [
        NewAuthority(after.certificates[each], each in before.certificates, _believed(new[each]), new[each])
        for each in new
        if each not in old or (_believed(new[each]) and not _believed(old[each]))
    ]
    return Difference(
        day=day,
        new=tuple(sorted(listed, key=lambda each: _order(each.certificate))),
        gone=tuple(sorted((after.certificates[each] for each in old if each not in new), key=_order)),
        lists=tuple(each for each in after.versions if each not in before.versions),
        crls=tuple(each for each in after.crls if each not in before.crls),
        defects=tuple(each for each in after.defects if each not in before.defects),
    )


def _believed(holders: tuple[ListVersion, ...]) -> bool:
    return any(each.trust in _VOUCHED for each in holders)


def _order(certificate: Certificate) -> tuple[str, str, str]:
    return certificate.state or "", str(certificate.subject), certificate.fingerprint
