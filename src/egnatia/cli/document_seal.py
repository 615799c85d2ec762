"""`egnatia document seal`: read and check a digital seal; needs no node."""

import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, read_file, shown
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.documents.checks import Check, Conclusion
    from egnatia.engines.documents.mrz.types import ZoneDocument
    from egnatia.engines.documents.seals.types import Feature, SealReading
    from egnatia.engines.documents.trust.certificates import Certificate

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}\s?){10,}")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"II*\x00", b"MM\x00*", b"BM")
"""First bytes of PNG, JPEG, WebP, TIFF and BMP."""
_RESULTS = {
    "successful": "yes",
    "failed": "NO",
    "undetermined": "CANNOT TELL",
    "not_supported": "not offered",
    "aborted": "COULD NOT BE DONE",
}
_ADVICE = {
    "consistent": "consistent: what could be checked agrees; a copy of a seal is as good as the seal",
    "discrepancies": "discrepancies: look closer before relying on it",
    "suspected_false": "suspected false: bring it to the second line",
    "cannot_tell": "cannot tell: the signer or the kind of seal is not known here",
}


@click.command()
@click.argument("code")
@click.option("--zone", default=None, metavar="ZONE", help="The printed machine-readable zone, or a file with it.")
@click.option("--passport", default=None, metavar="NUMBER", help="Number of the passport that a visa stands in.")
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Directory of the trust store.  [default: none, so that no signature leads to a country]",
)
@click.option(
    "--signer",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Certificate of a seal signer (DER), beside those of the store; repeat for several.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="Day of the inspection, as 2025-05-15.  [default: today]",
)
@json_option
def seal(
    code: str,
    zone: str | None,
    passport: str | None,
    trust: Path | None,
    signer: tuple[Path, ...],
    today: datetime | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Read and check a digital seal.

    CODE is a file with the content of the bar code, a picture of it, or the content itself: hexadecimal, RDB1 text or
    JSON. The exit status is 0 when the seal holds and nothing speaks against it, 1 otherwise, 2 when there is no code.
    """
    from egnatia.engines.documents.checks import conclude
    from egnatia.engines.documents.seals.catalogue import CHECKS
    from egnatia.engines.documents.seals.checks import Expected, check_seal
    from egnatia.engines.documents.seals.standing import trust_of
    from egnatia.engines.documents.types import Advice, Result

    moment = datetime.now(UTC) if today is None else datetime.combine(today.date(), time(12), UTC)
    known = trust_of(None if trust is None else _store(trust), moment, [_certificate(path) for path in signer])
    expected = Expected(zone=None if zone is None else _zone(zone), passport_number=passport)
    reading, checks = check_seal(_content(code), expected, known)
    conclusion = conclude(checks, CHECKS, {})
    if as_json:
        echo_json(_as_value(reading, conclusion))
    else:
        _show(reading, conclusion)
    fine = conclusion.advice is Advice.CONSISTENT and conclusion.result is Result.SUCCESSFUL
    click.get_current_context().exit(0 if fine else 1)


def _store(path: Path) -> Any:
    from egnatia.engines.documents.trust.folder import read_folder
    from egnatia.engines.documents.trust.store import TrustStore

    return TrustStore(read_folder(path).holdings)


def _content(code: str) -> bytes | str:
    """The content of a bar code: as it was given, from a file, or from a picture of the code."""
    if code.startswith(("RDB1", "NDB1", "{")):
        return code
    if _HEX.fullmatch(code.strip()):
        return bytes.fromhex(code)
    data = read_file(Path(code), "code")
    if data.startswith(_PICTURES):
        return _from_picture(data)
    text = data[:20_000].decode("latin-1").strip()
    return bytes.fromhex(text) if _HEX.fullmatch(text) else data


def _from_picture(data: bytes) -> bytes:
    from egnatia.engines.documents.image.pictures import open_picture
    from egnatia.engines.documents.image.seals import find_bar_codes
    from egnatia.engines.documents.seals.reader import read_seal

    codes = [each.content for each in find_bar_codes(open_picture(data))]
    if not codes:
        raise InputError("There is no bar code in this picture.", hint="Take it from closer, flat and in even light.")
    seals = [each for each in codes if each and read_seal(each).seal is not None]
    if len(seals) > 1:
        raise InputError(f"There are {len(seals)} seals in this picture.", hint="Cut the picture so that one is left.")
    return (seals or codes)[0]


def _certificate(path: Path) -> "Certificate":
    from egnatia.engines.documents.trust.certificates import read_certificate
    from egnatia.engines.documents.trust.remarks import Fault

    found = read_certificate(read_file(path, "certificate"))
    if isinstance(found, Fault):
        raise InputError(f"{path.name} is no certificate in DER: {found.detail}")
    return found


def _zone(given: str) -> "ZoneDocument":
    from egnatia.engines.documents import read_zone

    path = Path(given) if "<" not in given and "\n" not in given and "\0" not in given else None
    return read_zone(read_file(path, "zone")[:20_000] if path is not None else given)


def _as_value(reading: "SealReading | None", conclusion: "Conclusion") -> dict[str, Any]:
    seal = None if reading is None else reading.seal
    value: dict[str, Any] = {"advice": conclusion.advice, "result": conclusion.result, "seal": None}
    if seal is not None:
        value["seal"] = {
            "kind": seal.kind,
            "version": seal.version,
            "issuer": seal.issuer,
            "signer": seal.signer,
            "reference": seal.reference,
            "issued_on": seal.issued_on,
            "signed_on": seal.signed_on,
            "type": None if seal.profile is None else seal.profile.name,
            "type_code": seal.profile_code,
            "features": [_feature_value(each) for each in seal.features],
        }
    value["checks"] = [
        {"section": branch.section, "check": check.code, "result": check.result, "findings": list(check.findings)}
        for branch in conclusion.branches
        for check in branch.checks
    ]
    return value


def _feature_value(feature: "Feature") -> dict[str, Any]:
    value: dict[str, Any] = {"tag": feature.tag, "name": feature.name, "value": feature.value}
    return value | ({"parts": [_feature_value(each) for each in feature.parts]} if feature.parts else {})


def _show(reading: "SealReading | None", conclusion: "Conclusion") -> None:
    seal = None if reading is None else reading.seal
    if seal is not None:
        name = seal.profile.name.replace("_", " ") if seal.profile is not None else f"unknown type {seal.profile_code}"
        click.echo(f"{seal.kind.upper().replace('_', '-')} version {shown(seal.version)}: {shown(name)}")
        for what, said in (("issuer", seal.issuer), ("signer", f"{seal.signer} {seal.reference}".strip())):
            click.echo(f"  {what:<22} {shown(said) or '-'}")
        for what, day in (("issued", seal.issued_on), ("signed", seal.signed_on)):
            click.echo(f"  {what:<22} {'-' if day is None else day.isoformat()}")
        _show_features(seal.features, "  ")
    for branch in conclusion.branches:
        for check in branch.checks:
            _show_check(check)
    click.echo(f"Advice: {_ADVICE[conclusion.advice]}.")


def _show_features(features: "tuple[Feature, ...]", indent: str) -> None:
    for feature in features:
        name = shown(feature.name.replace("_", " ")) or f"tag {feature.tag:02x}"
        first, *more = feature.value.split("\n") if feature.value else ["-"]
        click.echo(f"{indent}{name:<22} {shown(first)}")
        for line in more:
            click.echo(f"{indent}{'':<22} {shown(line)}")
        _show_features(feature.parts, f"{indent}  ")


def _show_check(check: "Check") -> None:
    from egnatia.engines.documents.seals.catalogue import CHECKS
    from egnatia.engines.documents.types import Result

    if check.result is Result.NOT_SUPPORTED and not check.findings:
        return
    click.echo(f"{CHECKS[check.code].title}: {_RESULTS[check.result]}")
    for finding in check.findings:
        click.echo(f"  {finding.severity}: {finding.code}")
        click.echo(f"    expected {shown(finding.expected)}; found {shown(finding.found)}")
        click.echo(f"    may be innocent: {finding.innocent}")
        click.echo(f"    → {finding.settle}")
