"""A membership list with its signatures: joined, written to a file, and verified by anybody without a node."""

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.agreements.admission.lists import MembershipList, check_follows, still_to_sign
from egnatia.errors import RefusedError, TamperedError
from egnatia.exchange import signatures, strict_json
from egnatia.exchange.envelope import signed_bytes
from egnatia.exchange.membership.documents import LIST_TYPE, MAX_MEMBERS, decoded, read_list
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason

Signatures = Mapping[PartnerCode, bytes]
Trusted = Mapping[PartnerCode, Collection[bytes]]
"""For each partner the keys that are its own: the one on its card, and those it had when the list was made."""
_Text = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}\Z")]


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keyid: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{16}\Z")]
    sig: _Text


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    payload: _Text
    payloadType: str  # noqa: N815 - DSSE's own name of the field
    signatures: Annotated[list[_Signature], msgspec.Meta(max_length=MAX_MEMBERS)]


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list, its payload, and the signatures over it that hold."""

    payload: bytes
    made: MembershipList
    signatures: Signatures

    @property
    def sha256(self) -> str:
        """The list's identity: SHA-256 of the payload, in hexadecimal."""
        return hashlib.sha256(self.payload).hexdigest()


def sign_list(key: Ed25519PrivateKey, payload: bytes) -> bytes:
    """One member's signature over a list: DSSE's, over type and payload."""
    return key.sign(signed_bytes(LIST_TYPE, payload))


def holding(payload: bytes, offered: Signatures) -> dict[PartnerCode, bytes]:
    """Those of the offered signatures that hold, by the keys on the list itself.

    Raises:
        RefusedError, InputError: the payload is no list.
    """
    keys = {member.code: member.signing_key for member in read_list(payload).members}
    content = signed_bytes(LIST_TYPE, payload)
    return {
        code: signature
        for code, signature in offered.items()
        if code in keys and signatures.is_signed(keys[code], signature, content)
    }


def write_document(signed: SignedList) -> bytes:
    """The list as a file: DSSE with one signature for each member who signed, in order of the codes."""
    keys = {member.code: member.signing_key for member in signed.made.members}
    rows = [
        {"keyid": signatures.key_id(keys[code]), "sig": base64.b64encode(signature).decode()}
        for code, signature in sorted(signed.signatures.items())
    ]
    payload = base64.b64encode(signed.payload).decode()
    return strict_json.render({"payload": payload, "payloadType": LIST_TYPE, "signatures": rows})


def read_document(content: bytes) -> SignedList:
    """Read a list from a file, with the signatures that hold by the keys on it.

    Raises:
        RefusedError: TOO_LARGE or MALFORMED, or BAD_SIGNATURE when one of the signatures is nobody's.
        InputError: the list contradicts itself.
    """
    try:
        document = msgspec.convert(strict_json.parse(content, "membership list"), _Document)
    except msgspec.ValidationError as error:
        raise strict_json.refuse(f"the membership list does not have its form: {error}") from None
    if document.payloadType != LIST_TYPE:
        raise strict_json.refuse(f"the payloadType is not {LIST_TYPE}")
    payload = decoded(document.payload, "payload")
    made = read_list(payload)
    names = {signatures.key_id(member.signing_key): member.code for member in made.members}
    offered = {names[each.keyid]: decoded(each.sig, "sig") for each in document.signatures if each.keyid in names}
    held = holding(payload, offered)
    if len(held) != len(document.signatures):
        raise RefusedError(RefusalReason.BAD_SIGNATURE, "a signature on the list is not that of one of its members")
    return SignedList(payload, made, held)


def verify_complete(
    signed: SignedList,
    before: SignedList | None,
    trusted: Trusted | None = None,
    *,
    anchored: bool = True,
) -> None:
    """Verify a whole list: it follows the one before, everybody needed signed, and the keys are the partners' own.

    Args:
        signed: the list.
        before: the version before it, verified already; none for the first.
        trusted: the partners' signing keys, from their cards; left out, only the chain is verified.
        anchored: false for a list whose predecessor is not at hand: everybody on it has to have signed then.

    Raises:
        InputError: it does not follow.
        TamperedError: a signature is missing, or a key is not the one on the registered card.
    """
    if anchored:
        check_follows(None if before is None else (before.sha256, before.made), signed.made)
    check_keys(signed.made, trusted)
    missing = still_to_sign(before.made if before else None, signed.made, signed.signatures)
    if missing:
        raise TamperedError(f"membership list {signed.made.version} lacks the signature of {', '.join(missing)}")


def check_keys(made: MembershipList, trusted: Trusted | None) -> None:
    """Require that a list names each partner's own key.

    Raises:
        TamperedError: it names another, so whoever made the list could sign for that partner.
    """
    for member in made.members:
        known = (trusted or {}).get(member.code)
        if known is not None and member.signing_key not in known:
            raise TamperedError(
                f"membership list {made.version} names another key for {member.code} than its registered card",
                hint="If the partner has new keys, register its new card first; else somebody is trying something.",
            )
