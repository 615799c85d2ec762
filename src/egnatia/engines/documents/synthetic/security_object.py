"""The LDS security object: the list of hashes that EF.SOD signs, as a tree with a knob on every field.

Source: Doc 9303-10 section 4.6.2 and appendix D (version 0 without, version 1 with the LDS version).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.keys import HASH_OIDS, Hash, digest
from egnatia.engines.documents.synthetic.tlv import Node, parse

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
"""Content type of EF.SOD."""
CARD_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"
"""Content type of EF.CardSecurity (id-SecurityObject)."""


@dataclass(frozen=True, slots=True)
class HashList:
    """What the security object is to say.

    Args:
        hash: the algorithm of the hashes.
        groups: hashes that are not those of the files: number of a data group to bytes; None leaves it out.
        version: 0 or 1; None leaves it out.
        versions: LDS and Unicode version, which version 1 carries.
        hash_oid: another identifier than the algorithm's own.
    """

    hash: Hash = Hash.SHA256
    groups: Mapping[int, bytes | None] | None = None
    version: int | None = 0
    versions: tuple[str, str] | None = None
    hash_oid: str | None = None


def security_object(files: Mapping[int, bytes], wanted: HashList) -> Node:
    """The security object over some data groups, by their numbers."""
    hashes: dict[int, bytes | None] = {number: digest(wanted.hash, content) for number, content in files.items()}
    hashes.update(wanted.groups or {})
    listed = b"".join(
        der.sequence(der.integer(number), der.octets(value))
        for number, value in sorted(hashes.items())
        if value is not None
    )
    algorithm = der.sequence(der.oid(wanted.hash_oid or HASH_OIDS[wanted.hash]))
    version = b"" if wanted.version is None else der.integer(wanted.version)
    named = (
        b"" if wanted.versions is None else der.sequence(*(der.text(each, der.PRINTABLE) for each in wanted.versions))
    )
    return parse(der.sequence(version, algorithm, der.tlv(der.SEQUENCE, listed), named))
