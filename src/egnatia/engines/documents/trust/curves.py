"""Elliptic curves: explicit parameters compared in full with the known curves, and ECDSA verified on any of them.

Doc 9303-12 demands explicit parameters, which libraries refuse or match by the field alone. Matching by less than all
six numbers is an attack (CVE-2020-0601: another base point makes a private key known), so here every one has to agree.
`cryptography` verifies where it knows the curve; on the others (P-224 of brainpool, 320 bits, the twisted ones) a
verify-only routine does: it handles nothing secret, so its time may depend on its input.

Source: Doc 9303-12 section 4.1, RFC 3279 section 2.3.5, RFC 5480, SEC 1 v2 sections 2.3.4 and 4.1.4.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from egnatia.engines.documents.trust.curve_table import BY_OID, CURVES, Curve
from egnatia.engines.documents.trust.remarks import Fault, FaultCode
from egnatia.engines.documents.trust.tlv import INTEGER, Element

Point = tuple[int, int]
Jacobian = tuple[int, int, int]
"""X, Y, Z with x = X/Z² and y = Y/Z³; Z = 0 is the point at infinity."""
_PRIME_FIELD: Final = "1.2.840.10045.1.1"
_INFINITY: Final = (1, 1, 0)
_LIBRARY: Final[dict[str, type[ec.EllipticCurve]]] = {
    "P-192": ec.SECP192R1,
    "P-224": ec.SECP224R1,
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
    "brainpoolP256r1": ec.BrainpoolP256R1,
    "brainpoolP384r1": ec.BrainpoolP384R1,
    "brainpoolP512r1": ec.BrainpoolP512R1,
}
"""What the library may be able to do; what it is built with decides."""
_DIGEST_OF: Final[dict[int, hashes.HashAlgorithm]] = {
    20: hashes.SHA1(),  # noqa: S303 - issued documents are verified, none is signed
    28: hashes.SHA224(),
    32: hashes.SHA256(),
    48: hashes.SHA384(),
    64: hashes.SHA512(),
}


def named_curve(oid: str) -> Curve | Fault:
    """The curve of an object identifier."""
    curve = BY_OID.get(oid)
    return Fault(FaultCode.UNSUPPORTED, f"curve {oid} is not known here") if curve is None else curve


def explicit_curve(parameters: Element) -> Curve | Fault:
    """The known curve whose parameters are exactly these; whatever differs in one number is no known curve.

    Args:
        parameters: the SEQUENCE ECParameters (RFC 3279); the optional seed and cofactor may be absent, but a cofactor
            that is there has to be the right one.

    Raises:
        Malformed: it is no such sequence.
    """
    version, field, shape, base, order, *rest = _six(parameters)
    version.as_int("version of the curve's parameters")
    kind, prime = _pair(field, "field")
    if kind.as_oid("kind of field") != _PRIME_FIELD:
        return Fault(FaultCode.UNSUPPORTED, "a curve over a field that is not prime", field.start)
    a, b, *_ = shape.members(0x10, "curve") if len(shape.children) >= 2 else _pair(shape, "curve")  # noqa: PLR2004 - a, b
    given = (
        prime.as_int("p"),
        int.from_bytes(a.as_octets("a"), "big"),
        int.from_bytes(b.as_octets("b"), "big"),
        order.as_int("n"),
    )
    cofactor = rest[0].as_int("h") if rest and rest[0].tag == INTEGER else None
    for curve in CURVES:
        if given == (curve.p, curve.a, curve.b, curve.n) and cofactor in {None, curve.h}:
            point = read_point(curve, base.as_octets("base point"))
            if point == (curve.x, curve.y):
                return curve
    return Fault(FaultCode.UNSUPPORTED, "explicit parameters of no known curve", parameters.start)


def _six(parameters: Element) -> tuple[Element, ...]:
    members = parameters.members(0x10, "parameters of a curve")
    if len(members) < 5:  # noqa: PLR2004 - version, field, curve, base, order
        raise parameters.broken("parameters of a curve: five parts expected")
    return members


def _pair(element: Element, what: str) -> tuple[Element, Element]:
    members = element.members(0x10, what)
    if len(members) != 2:  # noqa: PLR2004 - two parts
        raise element.broken(f"{what}: two parts expected")
    return members[0], members[1]


def read_point(curve: Curve, octets: bytes) -> Point | Fault:
    """A point from its octets (SEC 1 section 2.3.4), compressed or not; hybrid forms are not accepted.

    Returns:
        The point, or a fault where it has the wrong length, a coordinate outside the field, or is not on the curve.
    """
    size = curve.size
    form = octets[0] if octets else 0
    if form == 4 and len(octets) == 2 * size + 1:  # noqa: PLR2004 - uncompressed
        x, y = int.from_bytes(octets[1 : size + 1], "big"), int.from_bytes(octets[size + 1 :], "big")
    elif form in {2, 3} and len(octets) == size + 1:
        x = int.from_bytes(octets[1:], "big")
        y = _root(curve, x, form & 1)
    else:
        return Fault(FaultCode.BAD_KEY, f"{len(octets)} octets are no point of {curve.name}")
    if not (x < curve.p and y < curve.p) or not on_curve(curve, (x, y)):
        return Fault(FaultCode.BAD_KEY, f"a point that is not on {curve.name}")
    return x, y


def _root(curve: Curve, x: int, odd: int) -> int:
    """The square root of x³ + ax + b with this parity; rubbish where there is none, which `on_curve` then sees."""
    p = curve.p
    square = (pow(x, 3, p) + curve.a * x + curve.b) % p
    root = pow(square, (p + 1) // 4, p) if p % 4 == 3 else _tonelli(square, p)  # noqa: PLR2004 - the easy residue class
    return root if root & 1 == odd else p - root


def _tonelli(square: int, p: int) -> int:
    """Tonelli and Shanks for p = 1 mod 4: P-224 (p - 1 has 96 factors of two) and two brainpool curves."""
    odd, twos = p - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    witness = next(each for each in range(2, 1000) if pow(each, (p - 1) // 2, p) == p - 1)
    factor, root, rest = pow(witness, odd, p), pow(square, (odd + 1) // 2, p), pow(square, odd, p)
    while rest not in {0, 1}:
        power, step = rest, 0
        while power != 1 and step < twos:
            power, step = power * power % p, step + 1
        if step >= twos:
            return 0
        lift = pow(factor, 1 << (twos - step - 1), p)
        factor, root, rest, twos = lift * lift % p, root * lift % p, rest * lift * lift % p, step
    return root


def on_curve(curve: Curve, point: Point) -> bool:
    """Whether a point satisfies the curve's equation."""
    x, y = point
    return (y * y - (x * x + curve.a) * x - curve.b) % curve.p == 0


def verify_ecdsa(curve: Curve, point: Point, digest: bytes, r: int, s: int) -> bool:
    """Whether (r, s) signs a digest under the key; by the library where it knows the curve.

    Args:
        curve: one of the table.
        point: the public key, already known to be on the curve.
        digest: of 20 to 64 bytes; its leftmost bits are used where it is longer than the order.
        r: first half of the signature.
        s: second half.
    """
    if not (1 <= r < curve.n and 1 <= s < curve.n):
        return False
    kind, hashing = _LIBRARY.get(curve.name), _DIGEST_OF.get(len(digest))
    if kind is not None and hashing is not None:
        try:
            key = ec.EllipticCurvePublicNumbers(*point, kind()).public_key()
            key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashing)))
        except InvalidSignature:
            return False
        except UnsupportedAlgorithm:
            pass  # built without this curve: then ours
        else:
            return True
    return verify_here(curve, point, digest, r, s)


def verify_here(curve: Curve, point: Point, digest: bytes, r: int, s: int) -> bool:
    """ECDSA verified without the library (SEC 1 section 4.1.4), on any curve of the table."""
    n = curve.n
    if not (1 <= r < n and 1 <= s < n) or not on_curve(curve, point):
        return False
    hashed = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - n.bit_length())
    inverse = pow(s, -1, n)
    total = _sum_of_multiples(curve, hashed * inverse % n, point, r * inverse % n)
    if total[2] == 0:
        return False
    x = total[0] * pow(total[2], -2, curve.p) % curve.p
    return x % n == r


def _sum_of_multiples(curve: Curve, first: int, point: Point, second: int) -> Jacobian:
    """Add first times the base point and second times the point in one pass (Shamir's trick)."""
    base, other = (curve.x, curve.y, 1), (*point, 1)
    both = _add(curve, base, other)
    total: Jacobian = _INFINITY
    for place in reversed(range(max(first.bit_length(), second.bit_length()))):
        total = _double(curve, total)
        which = (first >> place & 1) | (second >> place & 1) << 1
        if which:
            total = _add(curve, total, (base, other, both)[which - 1])
    return total


def _double(curve: Curve, point: Jacobian) -> Jacobian:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return _INFINITY
    square = y * y % p
    middle = 4 * x * square % p
    z_square = z * z % p
    slope = (3 * x * x + curve.a * z_square * z_square) % p
    x3 = (slope * slope - 2 * middle) % p
    return x3, (slope * (middle - x3) - 8 * square * square) % p, 2 * y * z % p


def _add(curve: Curve, left: Jacobian, right: Jacobian) -> Jacobian:
    if left[2] == 0 or right[2] == 0:
        return right if left[2] == 0 else left
    p = curve.p
    left_square, right_square = left[2] * left[2] % p, right[2] * right[2] % p
    u, v = left[0] * right_square % p, right[0] * left_square % p
    s, t = left[1] * right_square * right[2] % p, right[1] * left_square * left[2] % p
    if u == v:
        return _double(curve, left) if s == t else _INFINITY
    step, slope = (v - u) % p, (t - s) % p
    step_square = step * step % p
    cube, mark = step * step_square % p, u * step_square % p
    x3 = (slope * slope - cube - 2 * mark) % p
    return x3, (slope * (mark - x3) - s * cube) % p, step * left[2] * right[2] % p
