"""An invented authority with everything that stands behind a travel document's signature.

`Authority.make` gives a country signing authority; its methods issue document signers, link certificates to the next
key, signers of master lists, defect lists and seals, revocation lists and master lists. All of it follows from a
profile's name and a seed, and every name says SPECIMEN. `certificates.Liberties` and `cms.MessageLiberties` hold what
can be done wrong on purpose.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.algorithms import signature_identifier
from egnatia.engines.documents.synthetic.certificates import (
    AUTHORITY_KEY_ID,
    NAME_CHANGE,
    Credential,
    Liberties,
    Role,
    Subject,
    extension,
    issue,
    key_identifier,
)
from egnatia.engines.documents.synthetic.cms import (
    MASTER_LIST,
    MessageLiberties,
    lds_security_object,
    master_list_content,
    sign_cms,
)
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, Padding, Scheme, make_key, sign
from egnatia.engines.documents.synthetic.names import Name, specimen
from egnatia.engines.documents.synthetic.profiles import DEFAULT_PROFILE, PROFILES, Profile
from egnatia.engines.documents.synthetic.types import KEY_YEARS
from egnatia.errors import InputError

__all__ = [
    "DEFAULT_PROFILE", "PROFILES", "Authority", "Credential", "Liberties", "MessageLiberties", "Profile", "Role",
    "Subject", "issue", "lds_security_object", "master_list_content", "sign_cms", "specimen",
]  # fmt: skip

_YEAR = timedelta(days=365)
_KEY_IN_USE = KEY_YEARS * _YEAR + timedelta(days=1)
_CSCA_VALID = 15 * _YEAR
_SIGNER_IN_USE = timedelta(days=31)
"""How long a document signer's key signs (at most three months, Doc 9303-12 section 4.2)."""
_SIGNER_VALID = 10 * _YEAR + timedelta(days=120)
_COUNTRIES = {"UTO": "UT", "RKS": "KS", "ALB": "AL", "MKD": "MK", "MNE": "ME", "SRB": "RS", "BIH": "BA", "GBR": "GB"}
"""Two letters as certificates of these states write them; Kosovo's say KS."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A country signing authority and its signers; the same arguments always give the same certificates."""

    state: str
    profile: Profile
    seed: str
    csca: Credential
    since: datetime
    """When its key began."""
    generation: int = 0
    """How many keys it had before this one."""

    @classmethod
    def make(
        cls, seed: str, profile: str = DEFAULT_PROFILE, *, state: str = "UTO", since: date, country: str | None = None
    ) -> "Authority":
        """An authority with its first, self-signed certificate.

        Args:
            seed: another seed gives other keys.
            profile: name of one of `PROFILES`.
            state: three letters for the alternative names; the names say SPECIMEN whichever it is.
            since: first day of the key.
            country: two letters as written in its names, where they are to differ (`al`, `XK`).

        Raises:
            InputError: there is no such profile.
        """
        if profile not in PROFILES:
            raise InputError(f"There is no profile {profile!r}.", hint=f"The profiles are {', '.join(PROFILES)}.")
        start = datetime(since.year, since.month, since.day, tzinfo=UTC)
        name = specimen(country or _COUNTRIES.get(state, state[:2]), f"CSCA {state} SPECIMEN")
        return cls._begin(state, PROFILES[profile], seed, name, start)

    @classmethod
    def _begin(cls, state: str, profile: Profile, seed: str, name: Name, start: datetime) -> "Authority":
        key = make_key(profile.key, seed)
        subject = Subject(Role.AUTHORITY, name, key, profile.scheme, start, start + _CSCA_VALID, state)
        own = issue(None, subject, Liberties(key_form=profile.form, private_until=start + _KEY_IN_USE))
        return cls(state, profile, seed, own, start)

    def document_signer(self, number: int = 1, liberties: Liberties | None = None, **dates: datetime) -> Credential:
        """A document signer; `not_before` and `not_after` may be given, else it begins with the authority's key."""
        start = dates.get("not_before", self.since)
        name = specimen(self.csca.name.country(), f"DS {self.state} SPECIMEN {number}")
        default = Liberties(key_form=self.profile.form, private_until=start + _SIGNER_IN_USE)
        return self._signer(Role.DOCUMENT_SIGNER, name, number, liberties or default, dates)

    def master_list_signer(self, liberties: Liberties | None = None, **dates: datetime) -> Credential:
        """A signer of master lists."""
        name = specimen(self.csca.name.country(), f"MLS {self.state} SPECIMEN")
        default = Liberties(key_form=self.profile.form)
        return self._signer(Role.MASTER_LIST_SIGNER, name, 1001, liberties or default, dates)

    def deviation_list_signer(self, liberties: Liberties | None = None, **dates: datetime) -> Credential:
        """A signer of defect lists."""
        name = specimen(self.csca.name.country(), f"DLS {self.state} SPECIMEN")
        default = Liberties(key_form=self.profile.form)
        return self._signer(Role.DEVIATION_LIST_SIGNER, name, 1002, liberties or default, dates)

    def seal_signer(self, identifier: str = "SP", liberties: Liberties | None = None, **dates: datetime) -> Credential:
        """A signer of seals: P-256 with SHA-256 where the profile's signers use RSA (Doc 9303-13 has no RSA)."""
        name = specimen(self.csca.name.country(), identifier)
        default = Liberties(key_form=self.profile.form)
        return self._signer(Role.SEAL_SIGNER, name, 1003, liberties or default, dates)

    def _signer(
        self, role: Role, name: Name, number: int, liberties: Liberties, dates: dict[str, datetime]
    ) -> Credential:
        kind, scheme = self.profile.signer_key, self.profile.signer_scheme
        if role is Role.SEAL_SIGNER and scheme.padding is not Padding.ECDSA:
            kind, scheme = "p256", Scheme(Padding.ECDSA, Hash.SHA256)
        key = make_key(kind, self.seed, 100 + number + 10_000 * self.generation)
        start = dates.get("not_before", self.since)
        subject = Subject(role, name, key, scheme, start, dates.get("not_after", start + _SIGNER_VALID), self.state)
        return issue(self.csca, subject, liberties)

    def renewed(self, profile: str = "", *, renamed: str = "") -> tuple["Authority", Credential]:
        """The authority with its next key, and the link certificate by which the old key vouches for the new one.

        Args:
            profile: of the new key; by default the same as before.
            renamed: the new common name, where the authority also changes its name.
        """
        start = self.since + _KEY_IN_USE
        chosen = PROFILES[profile] if profile else self.profile
        name = specimen(self.csca.name.country(), renamed) if renamed else self.csca.name
        key = make_key(chosen.key, self.seed, self.generation + 1)
        subject = Subject(Role.AUTHORITY, name, key, chosen.scheme, start, start + _CSCA_VALID, self.state)
        liberties = Liberties(key_form=chosen.form, private_until=start + _KEY_IN_USE)
        changed = (extension(NAME_CHANGE, der.NULL),) if renamed else ()
        link = issue(self.csca, subject, replace(liberties, extra=changed))
        own = issue(None, subject, liberties)
        return Authority(self.state, chosen, self.seed, own, start, self.generation + 1), link

    def revocation_list(self, revoked: Iterable[tuple[int, datetime]], this_update: datetime) -> bytes:
        """A list of revoked serial numbers with the time of each, good for 90 days (Doc 9303-12 section 7.2)."""
        entries = [der.sequence(der.integer(serial), der.moment(when)) for serial, when in revoked]
        algorithm = signature_identifier(self.csca.scheme)
        own = der.sequence(der.context(0, key_identifier(self.csca.key), constructed=False))
        number = int(this_update.timestamp())
        signed = der.sequence(
            der.integer(1),
            algorithm,
            self.csca.name.encode(),
            der.moment(this_update),
            der.moment(this_update + timedelta(days=90)),
            der.sequence(*entries) if entries else b"",
            der.context(0, der.sequence(extension(AUTHORITY_KEY_ID, own), extension("2.5.29.20", der.integer(number)))),
        )
        return der.sequence(signed, algorithm, der.bits(sign(self.csca.key, self.csca.scheme, signed)))

    def master_list(self, certificates: Iterable[bytes], liberties: MessageLiberties | None = None) -> bytes:
        """A signed master list of certificates, with its signer and this authority's own certificate inside."""
        signer = self.master_list_signer()
        default = MessageLiberties(certificates=(signer.certificate, self.csca.certificate))
        return sign_cms(master_list_content(certificates), MASTER_LIST, signer, liberties or default)


def impostor(victim: Credential, seed: str) -> Credential:
    """A self-made credential with the victim's name and dates of nobody: another key of the same kind, self-signed.

    What a forger can make: everything but the signature of the real authority.
    """
    kind = victim.key.curve.name.value if isinstance(victim.key, EcKey) else f"rsa{victim.key.modulus.bit_length()}"
    key = make_key(kind, f"impostor {seed}", 1)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    subject = Subject(Role.AUTHORITY, victim.name, key, victim.scheme, start, start + _CSCA_VALID)
    return issue(None, subject, Liberties())
