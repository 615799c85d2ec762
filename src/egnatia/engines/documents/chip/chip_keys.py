"""Keys of chips: as in certificates, or on a curve that is named by its number of the standardised parameters.

Also the little arithmetic on curves that verifying a recorded exchange needs. The private keys of a terminal that are
multiplied here were used once and are worthless after it, so that nothing secret is at stake.

Source: BSI TR-03110-3 annex A.2.1.1 and D.2 (numbers), ICAO Doc 9303-11 section 9.5, SEC 1 section 2.2.1.
"""

from egnatia.engines.documents.trust.curve_table import CURVES, Curve
from egnatia.engines.documents.trust.curves import Point, read_point
from egnatia.engines.documents.trust.keys import EcKey, PublicKey, read_key
from egnatia.engines.documents.trust.remarks import Fault, FaultCode
from egnatia.engines.documents.trust.tlv import Element, Malformed, read

STANDARDISED = "0.4.0.127.0.7.1.2"
"""standardizedDomainParameters of BSI: the parameter is the number of a curve."""
CURVE_NAMES: dict[int, str] = {
    8: "P-192",
    9: "brainpoolP192r1",
    10: "P-224",
    11: "brainpoolP224r1",
    12: "P-256",
    13: "brainpoolP256r1",
    14: "brainpoolP320r1",
    15: "P-384",
    16: "brainpoolP384r1",
    17: "brainpoolP512r1",
    18: "P-521",
}
"""Numbers of the standardised domain parameters (Doc 9303-11 table 6); 0 to 2 are not of curves."""
_BY_NAME = {curve.name: curve for curve in CURVES}
_MAX_KEY = 20_000
_SEQUENCE = 0x10


def standard_curve(number: int) -> Curve | None:
    """The curve of a number of the standardised parameters."""
    return _BY_NAME.get(CURVE_NAMES.get(number, ""))


def read_chip_key(spki: bytes) -> EcKey | Fault:
    """The elliptic-curve key in a SubjectPublicKeyInfo of a chip; never raises."""
    tree = read(spki, _MAX_KEY)
    if isinstance(tree, Fault):
        return tree
    try:
        standard = _standardised(tree.top)
    except Malformed as error:
        return error.fault
    if standard is not None:
        return standard
    key = read_key(spki)
    if isinstance(key, PublicKey):
        return key.value if isinstance(key.value, EcKey) else Fault(FaultCode.UNSUPPORTED, "a key on no curve")
    return key


def _standardised(top: Element) -> EcKey | Fault | None:
    members = top.members(_SEQUENCE, "public key")
    if len(members) != 2:  # noqa: PLR2004 - algorithm and key
        raise top.broken("public key: two parts expected")
    algorithm = members[0].members(_SEQUENCE, "algorithm of the key")
    if len(algorithm) != 2 or algorithm[0].as_oid("algorithm") != STANDARDISED:  # noqa: PLR2004 - identifier and number
        return None
    number = algorithm[1].as_int("number of the domain parameters", max_bytes=4)
    curve = standard_curve(number)
    if curve is None:
        return Fault(FaultCode.UNSUPPORTED, f"domain parameters {number} are of no curve that is known here")
    point = read_point(curve, members[1].as_bits("public key"))
    return point if isinstance(point, Fault) else EcKey(curve, point, explicit=False)


def multiply(curve: Curve, scalar: int, point: Point) -> Point | None:
    """A point added to itself `scalar` times; None for the point at infinity."""
    total: Point | None = None
    doubled: Point | None = point
    scalar %= curve.n
    while scalar and doubled is not None:
        if scalar & 1:
            total = add(curve, total, doubled)
        doubled = add(curve, doubled, doubled)
        scalar >>= 1
    return total


def add(curve: Curve, left: Point | None, right: Point | None) -> Point | None:
    """The sum of two points; None stands for the point at infinity."""
    if left is None or right is None:
        return right if left is None else left
    p = curve.p
    if left[0] == right[0]:
        if (left[1] + right[1]) % p == 0:
            return None
        slope = (3 * left[0] * left[0] + curve.a) * pow(2 * left[1], -1, p) % p
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, p) % p
    x = (slope * slope - left[0] - right[0]) % p
    return x, (slope * (left[0] - x) - left[1]) % p


def base_point(curve: Curve) -> Point:
    """The point that generates the curve's group."""
    return curve.x, curve.y
