"""Known defects as dated data of our own: what partners and issuers tell one another without a signed list.

A file is TOML: one `[[defect]]` table per defect. It may be kept, read and corrected by people; between partners it
travels inside the signed trust file (`trust_file`). `KNOWN` is what comes with this release.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.countries import state_of_document
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.errors import InputError

MAX_FILE: Final = 4_000_000
"""Bytes: 20,000 defects with some text each."""
_FIELDS: Final = {
    "kind": str,
    "source": str,
    "known_since": date,
    "withdrawn_on": date,
    "detail": str,
    "groups": list,
    "state": str,
    "document_type": str,
    "signer": str,
    "authority_key_id": str,
    "key_id": str,
    "issued_from": date,
    "issued_until": date,
    "numbers": list,
    "replacement": str,
}
_NEEDED: Final = ("kind", "source", "known_since")
KNOWN: Final = """
# What issuers have published about their own documents, as dated facts with their source.

[[defect]]
kind = "group_hash_wrong"
state = "ITA"
document_type = "C"
issued_from = 2017-10-01
issued_until = 2018-02-05
groups = [12]
known_since = 2018-05-30
source = "Italian deviation list of 30 May 2018 (TDDL-CIE), csca-ita.interno.gov.it"
detail = "346,275 identity cards carry 5 December 2015 as date of issue in data group 12, whose hash is wrong; the list itself names the numbers."

[[defect]]
kind = "zone_wrong"
state = "EUE"
document_type = "P"
issued_until = 2022-05-04
known_since = 2022-05-05
source = "Certification authority of the European Union laissez-passer, eu-csca.jrc.ec.europa.eu"
detail = "Holders of German nationality: DEU stands in the zone where Doc 9303 has D."
"""


def read_defect_data(text: str) -> tuple[Defect, ...]:
    """Read a file of defects.

    Raises:
        InputError: it is no TOML, too large, or a defect holds something it may not; the defect is named by its place.
    """
    if len(text) > MAX_FILE:
        raise InputError(f"a file of defects is at most {MAX_FILE:,} characters long")
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"the file of defects is no TOML: {error}") from None
    listed = content.get("defect", [])
    if set(content) - {"defect"} or not isinstance(listed, list):
        raise InputError("a file of defects holds [[defect]] tables and nothing else")
    return tuple(_defect(number, each) for number, each in enumerate(listed, 1))


def known_defects() -> tuple[Defect, ...]:
    """The defects that come with this release."""
    return read_defect_data(KNOWN)


def _defect(number: int, given: object) -> Defect:
    if not isinstance(given, Mapping):
        raise InputError(f"defect {number} is no table")
    for field, value in given.items():
        if field not in _FIELDS or type(value) is not _FIELDS[field]:
            raise InputError(f"defect {number}: {field} is not known or not of its type")
    missing = [field for field in _NEEDED if field not in given]
    if missing or given["kind"] not in set(DefectKind):
        raise InputError(f"defect {number}: kind, source and known_since are needed, and the kind must be a known one")
    return Defect(
        kind=DefectKind(given["kind"]),
        scope=_scope(number, given),
        source=given["source"],
        known_since=given["known_since"],
        detail=given.get("detail", ""),
        groups=tuple(_whole(number, each) for each in given.get("groups", ())),
        replacement=_octets(number, given, "replacement"),
        withdrawn_on=given.get("withdrawn_on"),
    )


def _scope(number: int, given: Mapping[str, Any]) -> Scope:
    state = given.get("state")
    if state is not None and state_of_document(state) is None:
        raise InputError(f"defect {number}: there is no issuer {state!r}")
    signer = _signer(number, given)
    return Scope(
        issuer=None if signer is None else signer.issuer,
        serial=None if signer is None else signer.serial,
        key_id=_octets(number, given, "key_id"),
        authority_key_id=_octets(number, given, "authority_key_id"),
        state=None if state is None else state_of_document(state),
        document_type=given.get("document_type"),
        issued_from=given.get("issued_from"),
        issued_until=given.get("issued_until"),
        numbers=frozenset(map(str, given["numbers"])) if "numbers" in given else None,
    )


def _signer(number: int, given: Mapping[str, Any]) -> Certificate | None:
    """The signer, given as its whole certificate in hexadecimal: nobody types a distinguished name by hand."""
    raw = _octets(number, given, "signer")
    if raw is None:
        return None
    found = read_certificate(raw)
    if isinstance(found, Fault):
        raise InputError(f"defect {number}: signer is no certificate: {found.detail}")
    return found


def _octets(number: int, given: Mapping[str, Any], field: str) -> bytes | None:
    if field not in given:
        return None
    try:
        return bytes.fromhex(given[field])
    except ValueError:
        raise InputError(f"defect {number}: {field} is not hexadecimal") from None


def _whole(number: int, value: object) -> int:
    if not isinstance(value, int) or not 1 <= value <= 21:  # noqa: PLR2004 - 20 is EF.SOD, 21 EF.COM
        raise InputError(f"defect {number}: a data group is a number from 1 to 21")
    return value
