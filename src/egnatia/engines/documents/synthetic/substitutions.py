"""Operators that put one part of a document in another's place: photo, page, chip or seal."""

import random
from dataclasses import replace

from egnatia.engines.documents.synthetic.alterations import number_contradicts
from egnatia.engines.documents.synthetic.authorities import forged_seal_signer
from egnatia.engines.documents.synthetic.documents import make_issue, options_of, visual_of, zone_of
from egnatia.engines.documents.synthetic.layouts import LAYOUTS
from egnatia.engines.documents.synthetic.seal import seal_of, sealed
from egnatia.engines.documents.synthetic.types import (
    ChipChange,
    ChipRecipe,
    Fault,
    Issue,
    SyntheticDocument,
)
from egnatia.engines.documents.types import Source

_FACES = 1 << 30


def other_issue(document: SyntheticDocument, rng: random.Random) -> Issue:
    """Another document of the same kind and issuer, for another holder, issued and expiring on the same days."""
    own = document.issue
    return replace(make_issue(rng, own.issued, options_of(document)), issued=own.issued, expires=own.expires)


def photo(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Another portrait over the printed one; the small second portrait, where the kind has one, is left."""
    made = replace(document, face=rng.randrange(_FACES))
    return _faulty(made, Fault.GHOST) if any(side.ghost for side in LAYOUTS[document.kind]) else made


def page(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The whole page is that of another document; the chip and a seal stay."""
    other = other_issue(document, rng)
    made = repersonalised(document, other)
    faults = (Fault.NATIONAL_NUMBER,) if number_contradicts(made) else ()
    return replace(made, label=replace(made.label, faults=faults))


def repersonalised(document: SyntheticDocument, issue: Issue) -> SyntheticDocument:
    """Zone, printed page and portraits say what another issue says; chip and seal do not."""
    return replace(
        document,
        told={**document.told, Source.ZONE: issue, Source.VISUAL: issue},
        zone=zone_of(issue),
        visual=visual_of(issue),
        face=issue.holder.face,
        ghost=issue.holder.face,
    )


def chip_swap(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The chip of another genuine document of the same issuer."""
    other = other_issue(document, rng)
    recipe = ChipRecipe(zone_of(other), other.holder.face, other, document.authority.at(other.issued))
    return replace(document, chip=recipe, told={**document.told, Source.CHIP: other})


def chip_zone(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Zone, page and DG1 tell of another holder; the security object is the genuine one, so the hash of DG1 fails."""
    other = replace(other_issue(document, rng), number=document.issue.number)
    made = repersonalised(document, other)
    face = document.issue.holder.face
    recipe = replace(_chip(document), changes=(ChipChange.GROUP_ALTERED,), altered_zone=zone_of(other))
    made = replace(made, chip=recipe, face=face, ghost=face, told={**made.told, Source.CHIP: other})
    return _faulty(made, Fault.HASH)


def chip_face(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Printed portrait and DG2 show somebody else; the security object is the genuine one."""
    other = rng.randrange(_FACES)
    recipe = replace(_chip(document), changes=(ChipChange.FACE_ALTERED,), altered_face=other)
    return _faulty(replace(document, chip=recipe, face=other, ghost=other), Fault.HASH)


def chip_self_keyed(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Page and chip tell of another holder; the forger hashed, signed and certified everything himself."""
    other = replace(other_issue(document, rng), number=document.issue.number)
    made = repersonalised(document, other)
    recipe = ChipRecipe(zone_of(other), other.holder.face, other, document.authority, (ChipChange.SELF_KEYED,))
    made = replace(made, chip=recipe, told={**made.told, Source.CHIP: other})
    return _faulty(made, Fault.SIGNER_UNTRUSTED)


def chip_changed(document: SyntheticDocument, change: ChipChange, fault: Fault) -> SyntheticDocument:
    """The chip's files were made or left in another way; what they say stays."""
    return _faulty(replace(document, chip=replace(_chip(document), changes=(change,))), fault)


def chip_dead(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The chip gives no answer, as after a stay in a microwave oven."""
    del rng
    told = dict(document.told)
    told.pop(Source.CHIP)
    return _faulty(replace(document, chip=None, told=told), Fault.CHIP_MISSING)


def seal_copied(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The seal of another genuine document, photographed and printed on this one."""
    other = other_issue(document, rng)
    seal = seal_of(zone_of(other), other, document.authority.at(other.issued))
    return replace(document, seal=seal, told={**document.told, Source.SEAL: other})


def seal_self_made(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Page, zone and seal tell of another holder; the forger signed the seal himself."""
    other = replace(other_issue(document, rng), number=document.issue.number)
    made = repersonalised(document, other)
    seal = sealed(zone_of(other), other, forged_seal_signer(document.authority, str(rng.random())))
    return _faulty(replace(made, seal=seal, told={**made.told, Source.SEAL: other}), Fault.SEAL_SIGNER)


def seal_altered(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The last bits of the seal's signature are others."""
    seal = bytearray(document.seal or b"")
    seal[-1] ^= rng.randrange(1, 256)
    return _faulty(replace(document, seal=bytes(seal)), Fault.SEAL_SIGNATURE)


def _chip(document: SyntheticDocument) -> ChipRecipe:
    """The document's chip; operators on chips are only called where there is one (`tampering.tamper`)."""
    if document.chip is None:
        raise AssertionError("no chip")
    return document.chip


def _faulty(document: SyntheticDocument, *faults: Fault) -> SyntheticDocument:
    return replace(document, label=replace(document.label, faults=faults))
