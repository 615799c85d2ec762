"""The files of a synthetic document's chip, genuine or as a tampering operator left them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from egnatia.engines.documents.synthetic import data_groups
from egnatia.engines.documents.synthetic.algorithms import KeyForm, ParameterForm, public_key_info
from egnatia.engines.documents.synthetic.authorities import (
    document_signer,
    expired_signer,
    forged_signer,
    revoked_signer,
)
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, SignedPlan, write
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.faces import Coding
from egnatia.engines.documents.synthetic.keys import make_key
from egnatia.engines.documents.synthetic.specimens import chip_keys, face_group
from egnatia.engines.documents.synthetic.tlv import Node
from egnatia.engines.documents.synthetic.types import SPECIMEN, AuthorityRecipe, ChipChange, ChipRecipe

_NAMED = KeyForm(ParameterForm.NAMED)
_KEYS = ("DG14", "DG15")
FOREIGN_STATE = "SRB"
"""Whose genuine signer signs after `FOREIGN_SIGNER`; another state where the document is this one's own."""


def files(recipe: ChipRecipe) -> dict[str, bytes]:
    """Every file of the chip by its name, as `chip_files.write` names them.

    Raises:
        InputError: there is no such algorithm profile.
    """
    plan = _plan(recipe)
    swapped = dict(plan.swapped)
    if ChipChange.GROUP_ALTERED in recipe.changes:
        swapped["DG1"] = data_groups.zone(recipe.altered_zone).encode()
    if ChipChange.FACE_ALTERED in recipe.changes:
        swapped["DG2"] = face_of(recipe.altered_face).encode()
    removed = _removed(recipe.changes)
    kept = [number for number in plan.groups if f"DG{number}" not in removed]
    return write(replace(plan, swapped=swapped, removed=removed, com=data_groups.common(kept)))


@lru_cache(maxsize=128)
def face_of(seed: int) -> Node:
    """DG2 with the face of a seed; drawing and compressing it is most of the time that a chip takes."""
    return face_group(seed, Coding.JPEG2000)


def signer_of(recipe: ChipRecipe) -> Credential:
    """Who signed the chip's security object, whether he was allowed to or not."""
    day, changes = recipe.issue.issued, recipe.changes
    if ChipChange.SELF_KEYED in changes:
        return forged_signer(recipe.authority, _seed(recipe))
    if ChipChange.SIGNER_EXPIRED in changes:
        return expired_signer(recipe.authority, day)
    if ChipChange.SIGNER_REVOKED in changes:
        return revoked_signer(recipe.authority)
    if ChipChange.SIGNER_UNKNOWN in changes:
        return document_signer(replace(recipe.authority, seed="unknown"), day)
    if ChipChange.FOREIGN_SIGNER in changes:
        return document_signer(foreign(recipe.authority), day)
    return document_signer(recipe.authority, day)


def foreign(recipe: AuthorityRecipe) -> AuthorityRecipe:
    """The authority of another state, as genuine as the document's own."""
    return replace(recipe, state=FOREIGN_STATE if recipe.state != FOREIGN_STATE else "BIH")


def _plan(recipe: ChipRecipe) -> ChipPlan:
    broken = ChipChange.SIGNATURE_BROKEN in recipe.changes
    sod = None
    if ChipChange.UNSIGNED not in recipe.changes:
        sod = SignedPlan(signer_of(recipe), MessageLiberties(broken=broken))
    return ChipPlan(_groups(recipe), sod)


def _groups(recipe: ChipRecipe) -> dict[int, Node]:
    issue = recipe.issue
    chip_key, active_key = make_key("p256", f"chip {_seed(recipe)}"), make_key("p256", f"active {_seed(recipe)}")
    return {
        1: data_groups.zone(recipe.zone),
        2: face_of(recipe.face),
        11: data_groups.personal(_details(recipe)),
        12: data_groups.document(data_groups.DocumentDetails(SPECIMEN, f"{issue.issued:%Y%m%d}")),
        14: chip_keys(chip_key, active_key, ()),
        15: data_groups.public_key(public_key_info(active_key, _NAMED)),
    }


def _details(recipe: ChipRecipe) -> data_groups.PersonalDetails:
    """DG11 with the name in the state's own letters."""
    holder = recipe.issue.holder
    return data_groups.PersonalDetails(
        name=f"{holder.family.upper()}<<{'<'.join(holder.given.upper().split())}",
        personal_number=holder.personal_number or None,
        born=f"{holder.birth:%Y%m%d}",
        birth_place=holder.birth_place.upper(),
    )


def _removed(changes: Sequence[ChipChange]) -> frozenset[str]:
    names: set[str] = set()
    if ChipChange.KEYS_STRIPPED in changes:
        names.update(_KEYS)
    if ChipChange.GROUPS_STRIPPED in changes:
        names.add("DG2")
    return frozenset(names)


def _seed(recipe: ChipRecipe) -> str:
    """Another document, another chip: what its keys are drawn from."""
    told = f"{recipe.issue.issuer} {recipe.issue.number} {recipe.issue.issued}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]
