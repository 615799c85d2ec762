"""Certificates and signed messages spoiled in one place and then signed anew, so that only that place is wrong.

`Liberties` and `MessageLiberties` cover what issuers really do; a conformance case wants more: an element missing, a
value of another type, an algorithm that nobody may use. Here the finished bytes become a tree, the case changes it,
and the part that is signed is signed again. `Signing` also makes signatures that `keys.sign` does not.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.algorithms import signature_identifier
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, Key, RsaKey, Scheme, ecdsa, sign
from egnatia.engines.documents.synthetic.tlv import Node, find, node, parse, put

Edit = Callable[[Node], Node]
"""A change to a tree."""

SIGNED_DATA = "30/A0/30"
"""Path of SignedData in a message; the rest are paths of its parts."""
VERSION = f"{SIGNED_DATA}/02"
DIGESTS = f"{SIGNED_DATA}/31"
CONTENT = f"{SIGNED_DATA}/30"
CERTIFICATES = f"{SIGNED_DATA}/A0"
SIGNERS = f"{SIGNED_DATA}/31[1]"
SIGNER = f"{SIGNERS}/30"
SIGNER_VERSION = f"{SIGNER}/02"
SIGNER_DIGEST = f"{SIGNER}/30[1]"
ATTRIBUTES = f"{SIGNER}/A0"
SIGNER_ALGORITHM = f"{SIGNER}/30[2]"
SIGNATURE = f"{SIGNER}/04"

_PLAIN = "0.4.0.127.0.7.1.1.4.1"
_PLAIN_ARC = {Hash.SHA1: 1, Hash.SHA224: 2, Hash.SHA256: 3, Hash.SHA384: 4, Hash.SHA512: 5}
_MD5_WITH_RSA, _MD5 = "1.2.840.113549.1.1.4", "1.2.840.113549.2.5"


@dataclass(frozen=True, slots=True)
class Signing:
    """An algorithm identifier and what signs by it."""

    identifier: bytes
    sign: Callable[[bytes], bytes]


def usual(key: Key, scheme: Scheme) -> Signing:
    """A signature as `keys.sign` makes it."""
    return Signing(signature_identifier(scheme), lambda message: sign(key, scheme, message))


def plain_ecdsa(key: EcKey, algorithm: Hash) -> Signing:
    """ECDSA with r and s one after the other, under the identifiers of BSI TR-03111 section 5.2.1."""
    width = (key.curve.order.bit_length() + 7) // 8

    def signed(message: bytes) -> bytes:
        return b"".join(each.to_bytes(width) for each in ecdsa(key, algorithm, message))

    return Signing(der.sequence(der.oid(f"{_PLAIN}.{_PLAIN_ARC[algorithm]}")), signed)


def md5_rsa(key: RsaKey) -> Signing:
    """RSA over MD5, which no travel document may use."""

    def signed(message: bytes) -> bytes:
        hashed = hashlib.md5(message, usedforsecurity=False).digest()
        info = der.sequence(der.sequence(der.oid(_MD5), der.NULL), der.octets(hashed))
        block = b"\0\1" + b"\xff" * (key.width - len(info) - 3) + b"\0" + info
        return key.power(int.from_bytes(block)).to_bytes(key.width)

    return Signing(der.sequence(der.oid(_MD5_WITH_RSA), der.NULL), signed)


def reissued(
    credential: Credential, issuer: Credential, edit: Edit | None = None, signing: Signing | None = None
) -> Credential:
    """A certificate whose signed part was changed and signed again by its issuer.

    Args:
        credential: the certificate with its key.
        issuer: whose key signs; the credential itself where it is self-signed.
        edit: the change, made to TBSCertificate (root tag 30).
        signing: another way to sign; the algorithm inside the signed part follows it unless `edit` puts another.
    """
    whole = parse(credential.certificate)
    signed, algorithm = find(whole, "30/30"), find(whole, "30/30[1]")
    if signing is None:
        signing = Signing(algorithm.encode(), usual(issuer.key, issuer.scheme).sign)
    else:
        signed = put(signed, "30/30", parse(signing.identifier))
    signed = signed if edit is None else edit(signed)
    signature = Node(0x03, b"\0" + signing.sign(signed.encode()))
    made = node(0x30, signed, parse(signing.identifier), signature)
    return replace(credential, certificate=made.encode())


def signed_again(message: Node, signing: Signing, edit: Edit | None = None) -> Node:
    """A message whose signed attributes were changed and signed again; SignerInfo names the signing's algorithm.

    Args:
        message: ContentInfo (root tag 30), as `parse` gives it.
        signing: what signs.
        edit: the change, made to the attributes as a SET (root tag 31).
    """
    attributes = replace(find(message, ATTRIBUTES), tag=0x31)
    attributes = attributes if edit is None else edit(attributes)
    message = put(message, ATTRIBUTES, replace(attributes, tag=0xA0))
    message = put(message, SIGNER_ALGORITHM, parse(signing.identifier))
    return put(message, SIGNATURE, Node(0x04, signing.sign(attributes.encode())))
