"""The combinations of keys and schemes that the real lists show, each under a name.

Counted in the German master lists of 7 August 2024 and 28 May 2026 and the Dutch one of 22 July 2026 (1,540 entries
with repetitions); `seen` is that count, 0 for what came from security objects, reference data or the other lists that
`docs/reference/synthetic.md` names. The document signer of a profile uses the same family with a smaller key, as most
issuers do.
"""

from dataclasses import dataclass

from egnatia.engines.documents.synthetic.algorithms import KeyForm, ParameterForm
from egnatia.engines.documents.synthetic.keys import Hash, Padding, Scheme

NAMED = KeyForm(ParameterForm.NAMED)
EXPLICIT = KeyForm(ParameterForm.EXPLICIT)


@dataclass(frozen=True, slots=True)
class Profile:
    """Keys and schemes of one authority and of its document signers.

    Args:
        name: how it is asked for.
        key: kind of the authority's key (`keys.make_key`).
        scheme: with which the authority signs.
        signer_key: kind of the document signer's key.
        signer_scheme: with which the document signer signs.
        form: how keys are written.
        seen: entries like it in the three lists.
    """

    name: str
    key: str
    scheme: Scheme
    signer_key: str
    signer_scheme: Scheme
    form: KeyForm = EXPLICIT
    seen: int = 0


def _pkcs1(key: str, algorithm: Hash, seen: int, *, signer: str = "rsa2048") -> Profile:
    scheme = Scheme(Padding.PKCS1, algorithm)
    return Profile(f"{key}-{algorithm}", key, scheme, signer, scheme, seen=seen)


def _pss(key: str, algorithm: Hash, seen: int, *, mask: Hash | None = None, salt: int | None = None) -> Profile:
    scheme = Scheme(Padding.PSS, algorithm, mask, salt)
    label = "".join((f"-mgf1-{mask}" if mask else "", f"-salt{salt}" if salt is not None else ""))
    return Profile(f"{key}-pss-{algorithm}{label}", key, scheme, "rsa2048", scheme, seen=seen)


def _ec(key: str, algorithm: Hash, seen: int, *, form: KeyForm = EXPLICIT, signer: str = "") -> Profile:
    scheme = Scheme(Padding.ECDSA, algorithm)
    label = "" if form is EXPLICIT else f"-{form.parameters}"
    return Profile(f"{key}-{algorithm}{label}", key, scheme, signer or key, scheme, form, seen)


_LISTED = (
    _pkcs1("rsa2048", Hash.SHA256, 3),
    _pkcs1("rsa3072", Hash.SHA256, 93),
    _pkcs1("rsa3072", Hash.SHA384, 3),
    _pkcs1("rsa4096", Hash.SHA1, 73),
    _pkcs1("rsa4096", Hash.SHA256, 578),
    _pkcs1("rsa4096", Hash.SHA384, 6),
    _pkcs1("rsa4096", Hash.SHA512, 34),
    _pkcs1("rsa4096e3", Hash.SHA256, 35),
    _pkcs1("rsa4096e38129", Hash.SHA256, 4),
    _pkcs1("rsa6144", Hash.SHA256, 17, signer="rsa3072"),
    _pss("rsa3072", Hash.SHA256, 43),
    _pss("rsa3072", Hash.SHA384, 16),
    _pss("rsa4096", Hash.SHA256, 219),
    _pss("rsa4096", Hash.SHA384, 13),
    _pss("rsa4096", Hash.SHA512, 27),
    _pss("rsa4096", Hash.SHA512, 2, salt=20),
    _pss("rsa2048", Hash.SHA1, 0),
    _pss("rsa2048", Hash.SHA256, 0, mask=Hash.SHA1, salt=20),
    _pss("rsa2048", Hash.SHA256, 0, salt=0),
    _ec("p224", Hash.SHA224, 0),
    _ec("p256", Hash.SHA1, 13),
    _ec("p256", Hash.SHA256, 74),
    _ec("p256", Hash.SHA256, 0, form=NAMED),
    _ec("p256", Hash.SHA256, 0, form=KeyForm(ParameterForm.NO_COFACTOR)),
    _ec("p256", Hash.SHA256, 0, form=KeyForm(ParameterForm.COMPRESSED)),
    _ec("p256", Hash.SHA512, 6),
    _ec("p384", Hash.SHA256, 40),
    _ec("p384", Hash.SHA384, 131, signer="p256"),
    _ec("p384", Hash.SHA512, 8, form=NAMED),
    _ec("p521", Hash.SHA256, 2),
    _ec("p521", Hash.SHA512, 40, signer="p384"),
    _ec("p521", Hash.SHA512, 1, form=NAMED),
    _ec("bp224", Hash.SHA1, 0),
    _ec("bp224", Hash.SHA224, 0),
    _ec("bp256", Hash.SHA256, 0),
    _ec("bp256", Hash.SHA256, 0, form=NAMED),
    _ec("bp320", Hash.SHA256, 0),
    _ec("bp384", Hash.SHA384, 0),
    _ec("bp512", Hash.SHA256, 1),
    _ec("bp512", Hash.SHA384, 4, signer="bp384"),
    _ec("bp512", Hash.SHA512, 31, signer="bp384"),
    Profile(
        "rsa4096-signs-p384", "rsa4096", Scheme(Padding.PKCS1, Hash.SHA256), "p384", Scheme(Padding.ECDSA, Hash.SHA256),
        EXPLICIT, 11,
    ),
    Profile(
        "rsa4096-pss-signs-bp512", "rsa4096", Scheme(Padding.PSS, Hash.SHA256), "bp512",
        Scheme(Padding.ECDSA, Hash.SHA512), EXPLICIT, 1,
    ),
    Profile(
        "rsa4096-sha512-no-null", "rsa4096", Scheme(Padding.PKCS1, Hash.SHA512, identifier_null=False), "rsa2048",
        Scheme(Padding.PKCS1, Hash.SHA512, identifier_null=False), EXPLICIT, 3,
    ),
    Profile(
        "rsa4096-digest-info-no-null", "rsa4096", Scheme(Padding.PKCS1, Hash.SHA256, digest_info_null=False), "rsa2048",
        Scheme(Padding.PKCS1, Hash.SHA256, digest_info_null=False),
    ),
    Profile(
        "p384-sha384-extra-null", "p384", Scheme(Padding.ECDSA, Hash.SHA384, identifier_null=True), "p256",
        Scheme(Padding.ECDSA, Hash.SHA256, identifier_null=True), EXPLICIT, 9,
    ),
)  # fmt: skip
PROFILES: dict[str, Profile] = {profile.name: profile for profile in _LISTED}
"""Every profile, by name."""
DEFAULT_PROFILE = "bp384-sha384"
"""Used where no profile is asked for: explicit Brainpool parameters, which is where most readers stumble."""
