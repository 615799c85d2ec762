"""What the store knows of one certificate, in sentences for people and as plain values for programs."""

from dataclasses import dataclass
from datetime import date

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.chains import Chain, ChainState, FoundIssuerBy, Standing
from egnatia.engines.documents.trust.defects import Defect
from egnatia.engines.documents.trust.holdings import ListVersion
from egnatia.engines.documents.trust.remarks import Fault, Remark
from egnatia.engines.documents.trust.store import TrustStore

_STATES = {
    ChainState.TRUSTED: "It is signed by an authority that was listed on that day.",
    ChainState.UNCONFIRMED: "It is signed by an authority that only lists hold for which nobody vouches.",
    ChainState.DROPPED: "It is signed by an authority that no list held on that day.",
    ChainState.EXPIRED: "It, or its authority's certificate, was not valid on that day.",
    ChainState.DOUBTED: "It is signed by a listed authority, but a known defect leaves its trust open.",
    ChainState.REVOKED: "It, or its authority's certificate, was taken back.",
    ChainState.NO_ISSUER: "No authority of its name or country is held.",
    ChainState.NOT_SIGNED: "The authority that it names is held, and none of its keys signed it.",
}
_FOUND_BY = {
    FoundIssuerBy.ITSELF: "it is in the store",
    FoundIssuerBy.KEY_ID: "found by its key identifier",
    FoundIssuerBy.NAME: "found by its name",
    FoundIssuerBy.NAME_REORDERED: "found by the parts of its name in another order",
    FoundIssuerBy.COUNTRY: "found by trying the country's keys",
}


@dataclass(frozen=True, slots=True)
class Appearance:
    """One stretch of one source's list versions that hold a certificate."""

    source: str
    first: date
    last: date
    """The last version that holds it."""
    dropped_on: date | None
    """The version that left it out; None while the last version holds it."""
    via: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the store knows of one certificate on a day."""

    certificate: Certificate
    held: bool
    """Whether the store itself holds it."""
    standing: Standing | None
    self_signed: bool
    self_issued: bool
    appearances: tuple[Appearance, ...]
    chain: Chain
    signs: tuple[Certificate, ...]
    """Certificates of the store that its key signed: the links to its successors."""
    defects: tuple[Defect, ...]
    remarks: tuple[Remark, ...]

    def sentences(self) -> tuple[str, ...]:
        """The explanation as sentences."""
        return tuple(_sentences(self))


def explain(store: TrustStore, certificate: Certificate, day: date) -> Explanation:
    """Say what is known of a certificate on a day; it may be one that the store does not hold."""
    held = store.certificate(certificate.fingerprint) is not None
    chain = store.chain(certificate, day)
    return Explanation(
        certificate=certificate,
        held=held,
        standing=store.index.standing(certificate.fingerprint, day) if held else None,
        self_signed=store.index.self_signed(certificate),
        self_issued=certificate.self_issued,
        appearances=appearances(store, certificate.fingerprint),
        chain=chain,
        signs=_signed_by(store, certificate),
        defects=chain.defects,
        remarks=certificate.remarks,
    )


def appearances(store: TrustStore, fingerprint: str) -> tuple[Appearance, ...]:
    """Since when, until when and in which lists a certificate stood; a return is a stretch of its own."""
    by_source: dict[str, list[ListVersion]] = {}
    for each in sorted(store.holdings.versions, key=lambda one: (one.day, one.imported_at)):
        by_source.setdefault(each.source, []).append(each)
    return tuple(
        part for source, versions in sorted(by_source.items()) for part in _stretches(source, versions, fingerprint)
    )


def _stretches(source: str, versions: list[ListVersion], fingerprint: str) -> list[Appearance]:
    found: list[Appearance] = []
    first: ListVersion | None = None
    last: ListVersion | None = None
    for each in versions:
        if fingerprint in each.certificates:
            first, last = first or each, each
        elif first is not None and last is not None:
            found.append(Appearance(source, first.day, last.day, each.day, first.via))
            first = last = None
    if first is not None and last is not None:
        found.append(Appearance(source, first.day, last.day, None, first.via))
    return found


def _signed_by(store: TrustStore, certificate: Certificate) -> tuple[Certificate, ...]:
    key_id = certificate.key_id
    likely = [
        each
        for each in store.certificates()
        if each.fingerprint != certificate.fingerprint
        and (each.issuer.normal == certificate.subject.normal or each.extensions.authority_key_id == key_id)
    ]
    signers = {each.fingerprint: store.index.issuers(each)[0] for each in likely}
    return tuple(
        each
        for each in likely
        if any(found[0].fingerprint == certificate.fingerprint for found in signers[each.fingerprint])
    )


def _sentences(known: Explanation) -> list[str]:
    certificate, chain = known.certificate, known.chain
    key = "a key that cannot be used" if isinstance(certificate.key, Fault) else certificate.key.kind
    said = [
        f"{certificate.subject}: {key}, serial number {certificate.serial:x}.",
        f"Country {certificate.country or 'not named'}, which means {certificate.state or 'no known issuer'}.",
        f"Valid from {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}.",
        _who_signed(known),
    ]
    said += [_where(each) for each in known.appearances]
    if not known.self_signed:
        said.append(_STATES[chain.state])
    for link in chain.links:
        lists = f"in the lists {', '.join(link.sources)}" if link.sources else "in no list on that day"
        said.append(f"Up: {link.certificate.subject}, {_FOUND_BY[link.found_by]}, {lists}.")
    said += [f"Its key signed {each.subject}, serial number {each.serial:x}." for each in known.signs]
    said.append(f"Revocation: {chain.revocation.state}.")
    said += [f"Known defect: {each.kind.replace('_', ' ')} ({each.source})." for each in known.defects]
    return said + [f"Odd: {each.code.lower().replace('_', ' ')} {each.detail}".rstrip() + "." for each in known.remarks]


def _who_signed(known: Explanation) -> str:
    if known.self_signed:
        return "It is signed by its own key: a root."
    if known.self_issued:
        return f"It bears its issuer's name, but another key signed it: a link certificate, issued by {known.certificate.issuer}."
    return f"It is issued by {known.certificate.issuer}."


def _where(part: Appearance) -> str:
    brought = f", brought by {part.via}" if part.via else ""
    if part.dropped_on is not None:
        return f"In {part.source} from {part.first} to {part.last}, left out on {part.dropped_on}{brought}."
    return f"In {part.source} since {part.first}{brought}."
