"""A visible digital seal for non-constrained environments: JSON, the signer's certificate inside (ICAO TR VDS-NC).

`data` holds a header (type, version, issuer) and a message; `sig` the algorithm, the certificate and the signature
over the canonical form of `data`. Members of the message are read by their ICAO names; what a type does not know is kept.
"""

import base64
import binascii
import json
from typing import Any, Final

from egnatia.engines.documents.seals.canonical import MAX_DEPTH, canonical
from egnatia.engines.documents.seals.types import Feature, Flaw, FlawKind, Profile, Seal, SealKind, SealReading

MAX_FEATURES: Final = 200
"""Members and elements of a message: 20 vaccinations come to 170."""
HASHES: Final = {"ES256": "sha256", "ES384": "sha384", "ES512": "sha512"}
_SHOWN: Final = 200
"""Characters of a value that are shown."""
VDS_NC_PROFILES: Final = {
    profile.code: profile
    for profile in (
        Profile("icao.vacc", "proof_of_vaccination", ()),
        Profile("icao.test", "proof_of_testing", ()),
        Profile("icao.rcvy", "proof_of_recovery", ()),
    )
}
_REQUIRED: Final = {"icao.vacc": ("uvci", "pid", "ve"), "icao.test": ("pid",), "icao.rcvy": ("pid",)}
"""Members of the message that a type cannot do without."""
_NAMES: Final = {"pid.i": "document_number", "pid.dn": "document_number", "pid.dob": "birth_date", "pid.n": "holder"}


class _Twice(ValueError):  # noqa: N818 - never leaves this module
    pass


def read_vds_nc(text: str) -> SealReading:
    """Read a seal of JSON; what is wrong with it stands in the flaws, and nothing is raised."""
    raw = text.encode("utf-8", "replace")
    document = _json(text)
    if isinstance(document, str):
        return SealReading(None, (Flaw(FlawKind.DECODE, "json", "a JSON object", document),), raw)
    data, sig = document.get("data"), document.get("sig")
    if not isinstance(data, dict) or not isinstance(data.get("hdr"), dict) or not isinstance(data.get("msg"), dict):
        found = ", ".join(sorted(document))[:_SHOWN] or "no members"
        return SealReading(None, (Flaw(FlawKind.DECODE, "json", "data with hdr and msg", found),), raw)
    return _reading(raw, data, sig if isinstance(sig, dict) else {})


def _json(text: str) -> dict[str, Any] | str:
    """The object, or what is wrong with it; a member named twice could be read in two ways and is refused."""
    if text.count("[") + text.count("{") > MAX_FEATURES:
        return f"more than {MAX_FEATURES} lists and objects"
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except _Twice as twice:
        return str(twice)
    except (ValueError, RecursionError):
        return "text that cannot be read as JSON"
    return value if isinstance(value, dict) else "JSON that is no object"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice("a member that is named twice")
    return made


def _refuse(name: str) -> float:
    raise _Twice(f"the number {name}")


def _reading(raw: bytes, data: dict[str, Any], sig: dict[str, Any]) -> SealReading:
    header, message = data["hdr"], data["msg"]
    code, issuer, version = (str(header.get(name, ""))[:20] for name in ("t", "is", "v"))
    features = tuple(_features(message))
    signature, certificate = _binary(sig.get("sigvl")), _binary(sig.get("cer"))
    signed = canonical(data)
    flaws = [*_structure(sig, signature, certificate, signed), *_meaning(header, message, len(features))]
    seal = Seal(
        SealKind.VDS_NC,
        version,
        issuer,
        "",
        "",
        None,
        None,
        VDS_NC_PROFILES.get(code),
        code,
        features[:MAX_FEATURES],
        signed or b"",
        signature or None,
        HASHES.get(str(sig.get("alg", "")), ""),
        certificate or None,
    )
    return SealReading(seal, tuple(flaws), raw)


def _binary(value: Any) -> bytes | None:
    """Bytes of base 64 in either alphabet, as seals in use have both; None where it is none, b"" where it is absent."""
    if value is None:
        return b""
    if not isinstance(value, str):
        return None
    text = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _structure(
    sig: dict[str, Any], signature: bytes | None, certificate: bytes | None, signed: bytes | None
) -> list[Flaw]:
    flaws: list[Flaw] = []
    if not signature:
        flaws.append(Flaw(FlawKind.STRUCTURE, "sig.sigvl", "a signature in base 64", str(sig.get("sigvl"))[:40]))
    if certificate is None:
        flaws.append(Flaw(FlawKind.STRUCTURE, "sig.cer", "a certificate in base 64", str(sig.get("cer"))[:40]))
    if str(sig.get("alg", "")) not in HASHES:
        flaws.append(Flaw(FlawKind.UNKNOWN, "sig.alg", ", ".join(HASHES), str(sig.get("alg"))[:40]))
    if signed is None:
        flaws.append(
            Flaw(FlawKind.STRUCTURE, "data", f"JSON of at most {MAX_DEPTH} levels", "it has no canonical form")
        )
    return flaws


def _meaning(header: dict[str, Any], message: dict[str, Any], count: int) -> list[Flaw]:
    code = str(header.get("t", ""))
    flaws: list[Flaw] = []
    if code not in VDS_NC_PROFILES:
        flaws.append(Flaw(FlawKind.UNKNOWN, "hdr.t", "a type that is known here", code[:40]))
    if header.get("v") != 1:
        flaws.append(Flaw(FlawKind.UNKNOWN, "hdr.v", "version 1", str(header.get("v"))[:40]))
    if not isinstance(header.get("is"), str):
        flaws.append(Flaw(FlawKind.MEANING, "hdr.is", "the issuer's code", str(header.get("is"))[:40]))
    if count > MAX_FEATURES:
        flaws.append(Flaw(FlawKind.MEANING, "msg", f"at most {MAX_FEATURES} values", str(count)))
    missing = [name for name in _REQUIRED.get(code, ()) if name not in message]
    return flaws + [Flaw(FlawKind.MEANING, f"msg.{name}", "this member", "it is not there") for name in missing]


def _features(message: dict[str, Any]) -> list[Feature]:
    """Every value of the message by its path, such as ve[0].vd[1].dvc."""
    found: list[Feature] = []
    waiting: list[tuple[str, Any, int]] = [("", message, 0)]
    while waiting and len(found) <= MAX_FEATURES:
        path, value, depth = waiting.pop(0)
        if isinstance(value, dict) and depth < MAX_DEPTH:
            waiting += [(f"{path}.{name}".lstrip("."), each, depth + 1) for name, each in value.items()]
        elif isinstance(value, list) and depth < MAX_DEPTH:
            waiting += [(f"{path}[{at}]", each, depth + 1) for at, each in enumerate(value)]
        else:
            text = str(value)[:_SHOWN]
            found.append(Feature(0, _NAMES.get(path, path[:80]), text, text.encode("utf-8", "replace"), 0, 0))
    return found
