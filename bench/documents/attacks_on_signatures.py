"""Foreign, self-made, expired and revoked signers; swapped files; signatures that only look like ones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bench.documents.attack_scenes import Scene, forged, shown, signer, state, victim

from egnatia.engines.documents.synthetic import data_groups, der
from egnatia.engines.documents.synthetic.certificates import (
    KEY_ID,
    Credential,
    Liberties,
    Role,
    Subject,
    extension,
    issue,
)
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, SignedPlan, write
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.keys import (
    HASH_OIDS,
    EcKey,
    Hash,
    Key,
    RsaKey,
    digest,
    look_alike,
    make_key,
)
from egnatia.engines.documents.synthetic.names import specimen
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.resigned import ATTRIBUTES, CERTIFICATES, CONTENT, SIGNATURE, SIGNERS, Signing
from egnatia.engines.documents.synthetic.security_object import HashList, security_object
from egnatia.engines.documents.synthetic.specimens import Specimen, Wanted, face_group, specimen_chip
from egnatia.engines.documents.synthetic.tlv import Node, append, drop, find, node, parse, put, revalue


def _plan(chip: Specimen | None = None) -> ChipPlan:
    return (chip or victim()).plan


def _signed_by(one: Credential, liberties: MessageLiberties | None = None, **changed: Any) -> Scene:
    """The victim's data, with another face, signed by somebody else."""
    sod = SignedPlan(one) if liberties is None else SignedPlan(one, liberties)
    plan = replace(_plan(), groups={**_plan().groups, 2: face_group(99)}, sod=sod, card=sod)
    return shown(plan, **changed)


def _foreign(issuer: str, by: str) -> Scene:
    """A document of one state, signed by the genuine document signer of another."""
    chip = specimen_chip(signer(by), Wanted(seed=7, groups=(1, 2), issuer=issuer))
    return shown(chip.plan)


def _subject(name: str, key: Key, like: Credential, role: Role = Role.DOCUMENT_SIGNER) -> Subject:
    start = datetime(2024, 2, 1, tzinfo=state().since.tzinfo)
    return Subject(role, specimen("UT", name), key, like.scheme, start, start.replace(year=2034))


def _signer_as_authority() -> Scene:
    """Somebody with a document signer's key issues a certificate of his own with it."""
    own = make_key("rsa2048", "attacker below a signer")
    below = issue(signer(), _subject("DS UTO SPECIMEN 2", own, signer()))
    return _signed_by(below, MessageLiberties(certificates=(below.certificate, signer().certificate)))


def _own_authority(*, embedded: bool) -> Scene:
    """A country certificate of the real one's name and another key, and a signer below it."""
    fake = forged(state().csca, "authority")
    below = issue(fake, _subject("DS UTO SPECIMEN 1", make_key("rsa2048", "attacker"), signer()))
    both = (below.certificate, fake.certificate) if embedded else (below.certificate,)
    return _signed_by(below, MessageLiberties(certificates=both))


def _real_key_id(*, also_authority: bool) -> Scene:
    """A signer below a self-made authority that claims the real authority's key identifier."""
    real = state().csca
    fake = forged(real, "key identifier")
    liberties = Liberties(omit=frozenset({KEY_ID}), extra=(extension(KEY_ID, der.octets(real.key_id())),))
    claimed = issue(None, Subject(Role.AUTHORITY, real.name, fake.key, fake.scheme, state().since, state().since.replace(year=2038)), liberties)  # fmt: skip
    below = issue(
        claimed, _subject("DS UTO SPECIMEN 1", make_key("rsa2048", "attacker"), signer()),
        Liberties(authority_key_id=real.key_id()),
    )  # fmt: skip
    both = (below.certificate, claimed.certificate) if also_authority else (below.certificate,)
    return _signed_by(below, MessageLiberties(certificates=both))


def _two_certificates() -> Scene:
    """The genuine signer's certificate stands first, the attacker's after it; he signs."""
    fake = forged(signer(), "second certificate")
    return _signed_by(fake, MessageLiberties(certificates=(signer().certificate, fake.certificate)))


def _named_as_genuine() -> Scene:
    """The attacker signs, and names and embeds the genuine signer."""
    fake = forged(signer(), "named")
    named = replace(fake, issuer=signer().issuer, serial=signer().serial, certificate=signer().certificate)
    return _signed_by(named)


def _two_signers(*, first: bool) -> Scene:
    """Changed content with the attacker's signature, and the genuine signature beside it, before or after his."""
    genuine = parse(parse(write(_plan())["EF.SOD"]).content())
    fake = forged(signer(), "two signers")
    real_info = find(genuine, f"{SIGNERS}/30")

    def both(message: Node) -> Node:
        own = find(message, f"{SIGNERS}/30")
        pair = (real_info, own) if first else (own, real_info)
        message = put(message, SIGNERS, Node(0x31, pair))
        return append(message, CERTIFICATES, parse(signer().certificate))

    scene_plan = replace(_plan(), groups={**_plan().groups, 2: face_group(99)}, sod=SignedPlan(fake, after=both))
    return shown(scene_plan)


def _changed_content(to: Callable[[dict[int, bytes]], HashList]) -> Scene:
    """The genuine message with another list of hashes in it, unsigned."""
    groups = {**_plan().groups, 2: face_group(99)}
    encoded = {number: tree.encode() for number, tree in groups.items()}
    content = security_object(encoded, to(encoded)).encode()
    original = parse(write(_plan())["EF.SOD"])
    changed = put(original, f"77/{CONTENT}/A0", node(0xA0, Node(0x04, content)))
    return shown(replace(_plan(), groups=groups, swapped={"EF.SOD": changed.encode()}))


def _duplicate_entry() -> Scene:
    """The genuine hashes, and a second one of DG2 after the first, for another face."""
    original = parse(write(_plan())["EF.SOD"])
    content = parse(find(original, f"77/{CONTENT}/A0/04").content())
    face = face_group(99).encode()
    entry = parse(der.sequence(der.integer(2), der.octets(digest(Hash.SHA256, face))))
    doubled = append(content, "30/30[1]", entry)
    changed = put(original, f"77/{CONTENT}/A0", node(0xA0, Node(0x04, doubled.encode())))
    return shown(replace(_plan(), swapped={"EF.SOD": changed.encode(), "DG2": face}))


def _confused_attributes() -> Scene:
    """The genuine signed attributes become the content, and the attributes are left out: the signature fits them."""
    original = parse(write(_plan())["EF.SOD"])
    attributes = replace(find(original, f"77/{ATTRIBUTES}"), tag=0x31).encode()
    changed = drop(original, f"77/{ATTRIBUTES}")
    changed = put(changed, f"77/{CONTENT}/A0", node(0xA0, Node(0x04, attributes)))
    return shown(replace(_plan(), swapped={"EF.SOD": changed.encode()}))


def _swapped(*names: str) -> Scene:
    """Files of another genuine chip of the same issuer."""
    other = write(_plan(victim(2)))
    return shown(replace(_plan(), swapped={name: other[name] for name in names}))


def _removed(*names: str) -> Scene:
    return shown(replace(_plan(), removed=frozenset(names)))


def _null_signature() -> Scene:
    """An ECDSA signature of two zeros over whatever the attacker likes."""
    one = signer("UTO", "p256-sha256")
    zeros = der.sequence(der.integer(0), der.integer(0))
    sod = SignedPlan(one, after=lambda message: revalue(message, SIGNATURE, zeros))
    plan = replace(_plan(), groups={**_plan().groups, 2: face_group(99)}, sod=sod, card=sod)
    return shown(plan, trusted=(state("UTO", "p256-sha256"),))


def _look_alike_curve() -> Scene:
    """A country certificate with the real public point on a curve with another generator, whose key is known."""
    real = state("UTO", "p256-sha256")
    if not isinstance(real.csca.key, EcKey):
        raise TypeError("the authority's key is on a curve")
    twin = look_alike(real.csca.key, "twin")
    fake = issue(None, Subject(Role.AUTHORITY, real.csca.name, twin, real.csca.scheme, real.since, real.since.replace(year=2038)))  # fmt: skip
    below = issue(fake, _subject("DS UTO SPECIMEN 1", make_key("p256", "attacker"), real.csca))
    liberties = MessageLiberties(certificates=(below.certificate, fake.certificate))
    return _signed_by(below, liberties, trusted=(real,))


def _cube_root(signing: RsaKey) -> Signing:
    """A signature by an exponent of 3 without the key: right at the front, rubbish after the hash (2006)."""

    def forged(message: bytes) -> bytes:
        info = der.sequence(
            der.sequence(der.oid(HASH_OIDS[Hash.SHA256]), der.NULL), der.octets(digest(Hash.SHA256, message))
        )
        front = b"\0\1" + b"\xff" * 8 + b"\0" + info
        aim = int.from_bytes(front.ljust(signing.width, b"\xff"))
        return _integer_root(aim).to_bytes(signing.width)

    algorithm = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)
    return Signing(algorithm, forged)


def _integer_root(number: int) -> int:
    """The largest integer whose cube is not above a number."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


def _forged_certificate() -> Scene:
    """A signer's certificate under a state's key with exponent 3, whose signature is a cube root."""
    real = state("UTO", "rsa4096e3-sha256")
    if not isinstance(real.csca.key, RsaKey):
        raise TypeError("the authority has an RSA key")
    fake = issue(real.csca, _subject("DS UTO SPECIMEN 1", make_key("rsa2048", "attacker"), real.csca))
    whole = parse(fake.certificate)
    forged = _cube_root(real.csca.key).sign(find(whole, "30/30").encode())
    made = replace(fake, certificate=put(whole, "30/03", Node(0x03, b"\0" + forged)).encode())
    return _signed_by(made, trusted=(real,))


def _other_purpose() -> Scene:
    """A genuine certificate of the state that is for signing something else."""
    return _signed_by(state().master_list_signer())


def _expired_signer() -> Scene:
    """The genuine signer's certificate ran out before the day of the inspection, and the document with it."""
    return shown(_plan(), day=date(2036, 1, 1))


def _expired_link() -> Scene:
    """A link certificate that ran out: the state's old key is trusted, its next one only by the link."""
    old = Authority.make("attacks link", "rsa3072-pss-sha256", since=date(2009, 1, 1))
    new, link = old.renewed()
    one = new.document_signer(not_before=datetime(2024, 2, 1, tzinfo=new.since.tzinfo))
    chip = specimen_chip(one, Wanted(seed=8, groups=(1, 2)))
    liberties = MessageLiberties(certificates=(one.certificate, link.certificate))
    plan = replace(chip.plan, sod=SignedPlan(one, liberties))
    return shown(plan, trusted=(old,), links=(link.certificate,), day=date(2029, 1, 1))


def _revoked() -> Scene:
    return shown(_plan(), revoked=(signer().serial,))


ATTACKS: tuple[tuple[str, Callable[[], Scene]], ...] = (
    ("Kosovo's document signed by Serbia", lambda: _foreign("RKS", "SRB")),
    ("Albania's document signed by Kosovo", lambda: _foreign("ALB", "RKS")),
    ("Utopia's document signed by Albania", lambda: _foreign("UTO", "ALB")),
    ("document signer used as an authority", _signer_as_authority),
    ("self-made authority of the real one's name", lambda: _own_authority(embedded=False)),
    ("the same, embedded in EF.SOD", lambda: _own_authority(embedded=True)),
    ("signer that claims the real authority's key identifier", lambda: _real_key_id(also_authority=False)),
    ("authority of the real one's key identifier, embedded", lambda: _real_key_id(also_authority=True)),
    ("genuine certificate first, the attacker's second", _two_certificates),
    ("genuine signer named, the attacker signs", _named_as_genuine),
    ("two signers, the genuine one first", lambda: _two_signers(first=True)),
    ("two signers, the genuine one second", lambda: _two_signers(first=False)),
    ("hashes changed under the genuine signature", lambda: _changed_content(lambda _: HashList())),
    ("hash algorithm swapped for SHA-1", lambda: _changed_content(lambda _: HashList(hash=Hash.SHA1))),
    ("second hash of DG2 in the list", _duplicate_entry),
    ("signed attributes turned into the content", _confused_attributes),
    ("DG2 of another chip of the issuer", lambda: _swapped("DG2")),
    ("DG1 of another chip of the issuer", lambda: _swapped("DG1")),
    ("DG1 and EF.SOD of another chip of the issuer", lambda: _swapped("DG1", "EF.SOD")),
    ("EF.SOD left out", lambda: _removed("EF.SOD")),
    ("EF.SOD and EF.COM left out", lambda: _removed("EF.SOD", "EF.COM")),
    ("DG1 left out", lambda: _removed("DG1")),
    ("DG2 put out of the way, EF.COM shortened", lambda: shown(replace(_plan(), removed=frozenset({"DG2"}), com=data_groups.common((1, 11, 14, 15))))),
    ("ECDSA signature of two zeros", _null_signature),
    ("country key on a look-alike curve", _look_alike_curve),
    ("certificate signed by a cube root", _forged_certificate),
    ("signed with a master list signer's key", _other_purpose),
    ("certificates expired", _expired_signer),
    ("link certificate expired", _expired_link),
    ("signer revoked", _revoked),
)  # fmt: skip
