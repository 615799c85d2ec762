"""Clones: chips that answer with another key, hide their key, or repeat what was once said."""

from collections.abc import Callable
from dataclasses import replace

from bench.documents.attack_scenes import (
    Scene,
    active_key,
    chip_key,
    curve_key,
    everyone,
    forged,
    genuine,
    recorded,
    shown,
    victim,
)

from egnatia.engines.documents.synthetic import data_groups, exchanges, security_infos
from egnatia.engines.documents.synthetic.algorithms import KeyForm, ParameterForm, public_key_info
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.chip_files import SignedPlan, write
from egnatia.engines.documents.synthetic.keys import EcKey
from egnatia.engines.documents.synthetic.specimens import card_access, chip_keys

_NAMED = KeyForm(ParameterForm.NAMED)
_FRESH = bytes(range(0x10, 0x18))
"""A challenge that the attacker's record does not hold."""


def _spki(key: EcKey) -> bytes:
    return public_key_info(key, _NAMED)


def _own_dg15() -> Scene:
    """DG15 holds the attacker's key, and his chip answers with it."""
    own = curve_key("15")
    evidence, sent = recorded(exchanges.active(own))
    swapped = {"DG15": data_groups.public_key(_spki(own)).encode()}
    return shown(replace(victim().plan, swapped=swapped), evidence=evidence, sent=sent)


def _own_dg14() -> Scene:
    """DG14 holds the attacker's key, and his chip agrees with it."""
    own = curve_key("14")
    evidence, sent = recorded(exchanges.chip(own))
    swapped = {"DG14": chip_keys(own, active_key(victim()), card_access()).encode()}
    return shown(replace(victim().plan, swapped=swapped), evidence=evidence, sent=sent)


def _own_everything() -> Scene:
    """All keys are the attacker's, and so is the signer: a certificate that he made with the real signer's name."""
    plan, own = victim().plan, curve_key("all")
    if plan.sod is None:
        raise ValueError("the victim's chip is signed")
    fake = forged(plan.sod.signer, "everything")
    groups = {**plan.groups, 14: chip_keys(own, own, card_access()), 15: data_groups.public_key(_spki(own))}
    evidence, sent = recorded(exchanges.active(own), exchanges.chip(own), exchanges.pace(own))
    security = (*card_access(), security_infos.chip_key_info(_spki(own)))
    made = replace(plan, groups=groups, sod=SignedPlan(fake), security=security)
    return shown(made, evidence=evidence, sent=sent)


def _stripped(*names: str, com: tuple[int, ...] | None = None) -> Scene:
    """Files with keys left out, with or without their mention in EF.COM, which nothing signs."""
    plan = victim().plan
    listed = None if com is None else data_groups.common(com)
    return shown(replace(plan, removed=frozenset(names), com=listed))


def _other_answer() -> Scene:
    """The files are the victim's; the clone answers active authentication with its own key."""
    evidence, sent = recorded(exchanges.active(curve_key("answer")))
    return genuine(evidence=evidence, sent=sent)


def _other_agreement() -> Scene:
    """The files are the victim's; the clone agrees on a key with its own."""
    evidence, sent = recorded(exchanges.chip(curve_key("agreement")))
    return genuine(evidence=evidence, sent=sent)


def _other_mapping() -> Scene:
    """The files are the victim's; the clone explains its mapping with its own key."""
    evidence, sent = recorded(exchanges.pace(chip_key(victim()), mapped_by=curve_key("mapping")))
    return genuine(evidence=evidence, sent=sent)


def _replayed_answer() -> Scene:
    """An answer that the victim's chip really gave, to another challenge."""
    evidence, _ = recorded(exchanges.active(active_key(victim())))
    return genuine(evidence=evidence, sent=frozenset({_FRESH}))


def _replayed_agreement() -> Scene:
    evidence, _ = recorded(exchanges.chip(chip_key(victim())))
    _, sent = recorded(exchanges.chip(chip_key(victim()), seed="today"))
    return genuine(evidence=evidence, sent=sent)


def _replayed_mapping() -> Scene:
    evidence, _ = recorded(exchanges.pace(chip_key(victim())))
    _, sent = recorded(exchanges.pace(chip_key(victim()), seed="today"))
    return genuine(evidence=evidence, sent=sent)


def _challenge_put_in() -> Scene:
    """An old answer with today's challenge written beside it."""
    old = exchanges.active(active_key(victim()))
    old["active_authentication"]["challenge"] = _FRESH.hex()
    evidence, sent = recorded(old)
    return genuine(evidence=evidence, sent=sent)


def _accomplice() -> Scene:
    """A genuine chip of the same issuer lends its answers; its key is not this document's."""
    other = victim(2)
    evidence, sent = recorded(exchanges.active(active_key(other)), exchanges.chip(chip_key(other)))
    return genuine(evidence=evidence, sent=sent)


def _accomplice_card() -> Scene:
    """EF.CardSecurity of another genuine chip of the same issuer, which also runs PACE; all else is the victim's."""
    other = victim(2)
    evidence, sent = recorded(exchanges.pace(chip_key(other)))
    swapped = {"EF.CardSecurity": write(other.plan)["EF.CardSecurity"]}
    plan = replace(victim().plan, swapped=swapped)
    return shown(plan, evidence=evidence, sent=sent, data_is_genuine=True)


def _accomplice_group() -> Scene:
    """DG15 of another genuine chip of the same issuer, whose chip answers."""
    other = victim(2)
    evidence, sent = recorded(exchanges.active(active_key(other)))
    return shown(replace(victim().plan, swapped={"DG15": write(other.plan)["DG15"]}), evidence=evidence, sent=sent)


def _own_card(fake: Credential) -> Scene:
    """EF.CardSecurity made and signed by the attacker, whose chip runs PACE with it."""
    own = curve_key("card")
    evidence, sent = recorded(exchanges.pace(own))
    security = (*card_access(), security_infos.chip_key_info(_spki(own)))
    return shown(replace(victim().plan, security=security, card=SignedPlan(fake)), evidence=evidence, sent=sent)


def _bare_card() -> Scene:
    """EF.CardSecurity without any signature: the infos as they are."""
    own = curve_key("bare")
    evidence, sent = recorded(exchanges.pace(own))
    infos = data_groups.security_infos((*card_access(), security_infos.chip_key_info(_spki(own)))).encode()
    return shown(replace(victim().plan, swapped={"EF.CardSecurity": infos[2:]}), evidence=evidence, sent=sent)


def _no_authority() -> Scene:
    """A genuine clone's answer is right, but nobody knows the signing state: then the key proves nothing."""
    own = victim()
    evidence, sent = recorded(exchanges.active(active_key(own)))
    known = tuple(each for each in everyone() if each.state != "UTO")
    return genuine(evidence=evidence, sent=sent, trusted=known)


def _signer() -> Credential:
    plan = victim().plan
    if plan.sod is None:
        raise ValueError("the victim's chip is signed")
    return plan.sod.signer


ATTACKS: tuple[tuple[str, Callable[[], Scene]], ...] = (
    ("DG15 with the attacker's key", _own_dg15),
    ("DG14 with the attacker's key", _own_dg14),
    ("all keys and the signer self-made", _own_everything),
    ("DG15 left out", lambda: _stripped("DG15")),
    ("DG15 left out, also from EF.COM", lambda: _stripped("DG15", com=(1, 2, 11, 14))),
    ("DG14, DG15 and EF.CardSecurity left out, also from EF.COM", lambda: _stripped("DG14", "DG15", "EF.CardSecurity", com=(1, 2, 11))),
    ("DG14 and DG15 left out, and EF.COM as well", lambda: _stripped("DG14", "DG15", "EF.COM")),
    ("active authentication answered with another key", _other_answer),
    ("chip authentication agreed with another key", _other_agreement),
    ("PACE mapping explained with another key", _other_mapping),
    ("active authentication replayed", _replayed_answer),
    ("chip authentication replayed", _replayed_agreement),
    ("PACE with chip authentication mapping replayed", _replayed_mapping),
    ("today's challenge put beside an old answer", _challenge_put_in),
    ("answers borrowed from another chip of the issuer", _accomplice),
    ("EF.CardSecurity and PACE borrowed from another chip", _accomplice_card),
    ("DG15 and answer borrowed from another chip", _accomplice_group),
    ("EF.CardSecurity signed by a self-made signer of the same name", lambda: _own_card(forged(_signer(), "card"))),
    ("EF.CardSecurity without a signature", _bare_card),
    ("answer of a chip whose state nobody knows", _no_authority),
)  # fmt: skip
