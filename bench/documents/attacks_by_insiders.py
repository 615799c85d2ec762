"""Attacks with keys that a state really made, for something else: other states, offices, document signers, list signers.

These attackers do have a key under a trusted authority. None may come out as a document signer of the victim's state.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bench.documents.attack_scenes import Scene, chip_key, genuine, recorded, shown, signer, state, victim

from egnatia.engines.documents.synthetic import data_groups, der, exchanges
from egnatia.engines.documents.synthetic.certificates import (
    USAGE,
    Credential,
    Liberties,
    Role,
    Subject,
    extension,
    issue,
)
from egnatia.engines.documents.synthetic.chip_files import SignedPlan
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.keys import make_key
from egnatia.engines.documents.synthetic.names import Name, specimen
from egnatia.engines.documents.synthetic.specimens import face_group

_PURPOSE = "2.5.29.37"
_SERVER, _CLIENT, _SEALS = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.23.136.1.1.14.2"


def _made(by: Credential, name: Name, liberties: Liberties) -> Credential:
    """A certificate in the form of a document signer's, by somebody's real key."""
    start = datetime(2024, 2, 1, tzinfo=state().since.tzinfo)
    key = make_key("rsa2048", f"insider {name.attributes}")
    subject = Subject(Role.DOCUMENT_SIGNER, name, key, by.scheme, start, start.replace(year=2034))
    return issue(by, subject, liberties)


def _signs(one: Credential, others: Sequence[bytes] = (), **changed: Any) -> Scene:
    """The victim's data with another face, signed with this certificate."""
    sod = SignedPlan(one, MessageLiberties(certificates=(one.certificate, *others)))
    plan = replace(victim().plan, groups={**victim().plan.groups, 2: face_group(99)}, sod=sod, card=sod)
    return shown(plan, **changed)


def _other_state(name: Name, issuer: Name | None = None) -> Scene:
    """Albania's authority signs whatever names it likes into a certificate; the document is Utopia's."""
    return _signs(_made(state("ALB").csca, name, Liberties(issuer_name=issuer)))


def _below_a_signer(*, held: bool) -> Scene:
    """The key of the genuine document signer makes another signer; the store may hold the former's certificate."""
    below = _made(signer(), specimen("UT", "DS UTO SPECIMEN 9"), Liberties())
    links = (signer().certificate,) if held else ()
    return _signs(below, (signer().certificate,), links=links)


def _for(*purposes: str) -> Scene:
    """A certificate of the state for an office's line, or for seals."""
    more = extension(_PURPOSE, der.sequence(*map(der.oid, purposes)))
    return _signs(_made(state().csca, specimen("UT", "OFFICE UTO SPECIMEN"), Liberties(extra=(more,))))


def _usage(bits: bytes, unused: int) -> Scene:
    """A certificate of the state whose key must not verify signatures."""
    usage = extension(USAGE, der.bits(bits, unused), critical=True)
    return _signs(_made(state().csca, specimen("UT", "OFFICE"), Liberties(omit=frozenset({USAGE}), extra=(usage,))))


def _faceless(*names: str, com: tuple[int, ...] | None = None) -> Scene:
    """The genuine files without the face, so that the printed one is held against nothing."""
    listed = None if com is None else data_groups.common(com)
    return shown(replace(victim().plan, removed=frozenset(names), com=listed))


def _empty_code() -> Scene:
    """A response with an empty code, and a counter that no session reaches: nothing was agreed with the chip."""
    record = exchanges.chip(chip_key(victim()))
    record["chip_authentication"] |= {"response": "990290008e00", "counter": "01" + "00" * 17}
    evidence, sent = recorded(record)
    return genuine(evidence=evidence, sent=sent)


def _every() -> Iterator[tuple[str, Callable[[], Scene]]]:
    real = state().csca.name
    nobody = Name((("common", "DS"),))
    yield "another state's signer without a country", lambda: _other_state(nobody, Name((("common", "CSCA"),)))
    yield "another state's signer, the victim's state as issuer", lambda: _other_state(specimen("AL", "DS"), real)
    yield "the same, without a country of its own", lambda: _other_state(nobody, real)
    yield "the same, under the victim's country", lambda: _other_state(specimen("UT", "DS"), real)
    yield "another state's signer of a country in no table", lambda: _other_state(specimen("QQ", "DS"))
    yield "signer made by a document signer", lambda: _below_a_signer(held=False)
    yield "the same, with that document signer in the store", lambda: _below_a_signer(held=True)
    yield "signed with the key of an office's server", lambda: _for(_SERVER)
    yield "signed with the key of an office's client", lambda: _for(_CLIENT)
    yield "signed with a seal signer's key", lambda: _for(_SEALS)
    yield "signed with a key that only encrypts", lambda: _usage(b"\x20", 5)
    yield "signed with a key that only signs certificates", lambda: _usage(b"\x06", 1)
    yield "face out of the way, EF.COM as it was", lambda: _faceless("DG2")
    yield "face and EF.COM out of the way", lambda: _faceless("DG2", "EF.COM")
    yield "empty code and a counter that cannot be", _empty_code


ATTACKS: tuple[tuple[str, Callable[[], Scene]], ...] = tuple(_every())
