"""A seal against the document it stands on: issuer, zone, passport number, dates (BSI TR-03135-1 v2.5 section 5.7).

A seal may hold less than the page: of a visa's zone all up to the last check digit. What both have must be the same.
"""

from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.dates import resolve_expiry
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.types import Field, Verdict, ZoneDocument
from egnatia.engines.documents.registers.register import normal_number
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.content import zone_in
from egnatia.engines.documents.seals.findings import SealField, SealFinding, find
from egnatia.engines.documents.seals.types import Seal
from egnatia.engines.documents.trust.countries import Issuing, issuing, state_of_document
from egnatia.engines.documents.types import Bearing, Compared, Result, Source

_PROTECTED = frozenset({Field.NUMBER, Field.BIRTH_DATE, Field.EXPIRY_DATE})
"""Fields whose check digit vouches for the reading: where it agrees on both sides, a difference is no misreading."""


def check_country(seal: Seal, zone: ZoneDocument | None) -> Check:
    """The issuer in the seal's header and the one of the printed zone."""
    if zone is None or not seal.issuer:
        return Check(SealCheck.SEAL_COUNTRY, Result.NOT_SUPPORTED)
    compared = (Compared(Source.SEAL, "issuer", seal.issuer), Compared(Source.ZONE, "issuer", zone.issuer))
    one, other = state_of_document(seal.issuer), state_of_document(zone.issuer)
    if seal.issuer == zone.issuer or (one is not None and one == other):
        return Check(SealCheck.SEAL_COUNTRY, Result.SUCCESSFUL, (), compared)
    if issuing(seal.issuer, zone.issuer) is Issuing.UNKNOWN and (one is None or other is None):
        return Check(SealCheck.SEAL_COUNTRY, Result.UNDETERMINED, (), compared)
    finding = find(SealFinding.SEAL_ISSUER_DIFFERS, SealField.HEADER, zone.issuer, seal.issuer, compared=compared)
    return Check(SealCheck.SEAL_COUNTRY, Result.FAILED, (finding,), compared)


def check_zone(seal: Seal, printed: ZoneDocument | None, *, sound: bool) -> Check:
    """The printed zone and the one in the seal, character by character, as far as the seal goes (5.7.7).

    Args:
        seal: the seal.
        printed: the zone as printed.
        sound: the seal's signature holds under a trusted signer, so that it is the page that was changed, if anything was.
    """
    inside = zone_in(seal)
    feature = seal.feature("zone")
    if printed is None or inside is None or feature is None:
        return Check(SealCheck.SEAL_MRZ, Result.NOT_SUPPORTED)
    kept = tuple(feature.value.split("\n"))
    compared = (Compared(Source.SEAL, "zone", "\n".join(kept)), Compared(Source.ZONE, "zone", "\n".join(printed.lines)))
    if len(kept) != len(printed.lines) or len(kept[0]) != len(printed.lines[0]):
        expected = f"{len(printed.lines)} lines of {len(printed.lines[0])}"
        found = f"{len(kept)} lines of {len(kept[0])}"
        finding = find(SealFinding.SEAL_ZONE_DIFFERS, SealField.ZONE, expected, found, compared=compared)
        return Check(SealCheck.SEAL_MRZ, Result.FAILED, (finding,), compared)
    fields = _differing(kept, printed)
    if not fields:
        return Check(SealCheck.SEAL_MRZ, Result.SUCCESSFUL, (), compared)
    certain = sound and any(_vouched(field, printed, inside) for field in fields)
    found = ", ".join(sorted(field.replace("_", " ") for field in fields))
    finding = find(
        SealFinding.SEAL_ZONE_DIFFERS,
        SealField.ZONE,
        "the printed zone as it stands in the seal",
        f"different in {found}",
        bearing=Bearing.FALSITY if certain else None,
        compared=compared,
    )
    return Check(SealCheck.SEAL_MRZ, Result.FAILED, (finding,), compared)


def _differing(kept: tuple[str, ...], printed: ZoneDocument) -> set[Field]:
    """The fields in which a character differs that both have."""
    width = len(printed.lines[0])
    layout = LAYOUTS[printed.format]
    places = layout.places()
    digits = {
        layout.number_check: Field.NUMBER,
        layout.birth_check: Field.BIRTH_DATE,
        layout.expiry_check: Field.EXPIRY_DATE,
        layout.optional_check: Field.OPTIONAL,
    }
    fields: set[Field] = set()
    for line, (one, other) in enumerate(zip(kept, printed.lines, strict=True)):
        for column, (mine, theirs) in enumerate(zip(one, other, strict=False)):
            if mine != theirs:
                at = line * width + column
                fields |= {field for field, place in places.items() if place.start <= at < place.stop} or {
                    digits.get(at, Field.ZONE)
                }
    return fields


def _vouched(field: Field, printed: ZoneDocument, inside: ZoneDocument) -> bool:
    """Whether the check digits of both sides vouch for a field that differs."""
    readings = (printed.reading(field), inside.reading(field))
    return field in _PROTECTED and all(each is not None and each.verdict is Verdict.VERIFIED for each in readings)


def check_passport_number(seal: Seal, passport_number: str | None) -> Check:
    """The passport number that the seal names and the number of the passport at hand (5.7.4.3)."""
    feature = seal.feature("passport_number")
    if feature is None or passport_number is None:
        return Check(SealCheck.SEAL_PASSPORT_NUMBER, Result.NOT_SUPPORTED)
    compared = (
        Compared(Source.SEAL, "passport_number", feature.value.strip()),
        Compared(Source.ZONE, "number", passport_number),
    )
    inside, shown = normal_number(feature.value), normal_number(passport_number)
    # Nine characters fit into the seal of a visa; of a longer number it holds the first ones (Doc 9303-7 section 9.1.3).
    if inside and (inside == shown or (len(inside) >= 9 and shown.startswith(inside))):  # noqa: PLR2004 - nine characters
        return Check(SealCheck.SEAL_PASSPORT_NUMBER, Result.SUCCESSFUL, (), compared)
    finding = find(
        SealFinding.SEAL_NUMBER_DIFFERS, SealField.NUMBER, passport_number, feature.value.strip(), compared=compared
    )
    return Check(SealCheck.SEAL_PASSPORT_NUMBER, Result.FAILED, (finding,), compared)


def check_dates(seal: Seal, zone: ZoneDocument | None, today: date) -> Check:
    """The day on which the document runs out, in seal and zone; and that it was issued before that."""
    expiry = None if zone is None or zone.national_layout else resolve_expiry(zone.expiry, today).exact()
    stated = seal.feature("expiry_date", "valid_until")
    if expiry is None or (stated is None and seal.issued_on is None):
        return Check(SealCheck.SEAL_DATES, Result.NOT_SUPPORTED)
    findings = []
    printed = Compared(Source.ZONE, "expiry_date", expiry.isoformat())
    if stated is not None and not _agrees(stated.value, expiry):
        compared = (Compared(Source.SEAL, stated.name, stated.value), printed)
        findings.append(
            find(SealFinding.SEAL_DATES_DIFFER, SealField.DATES, expiry.isoformat(), stated.value, compared=compared)
        )
    if seal.issued_on is not None and seal.issued_on > expiry:
        compared = (Compared(Source.SEAL, "issued_on", seal.issued_on.isoformat()), printed)
        found = f"issued on {seal.issued_on.isoformat()}"
        findings.append(
            find(SealFinding.SEAL_DATES_DIFFER, SealField.DATES, "issued before it runs out", found, compared=compared)
        )
    return Check(SealCheck.SEAL_DATES, Result.FAILED if findings else Result.SUCCESSFUL, tuple(findings))


def _agrees(stated: str, expiry: date) -> bool:
    """Digit by digit; an x stands for one that is not known."""
    return len(stated) == 10 and all(one in {other, "x"} for one, other in zip(stated, expiry.isoformat(), strict=True))  # noqa: PLR2004 - an ISO date
