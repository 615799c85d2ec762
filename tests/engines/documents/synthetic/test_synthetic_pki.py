"""Every profile's certificates, lists and messages, as asn1crypto, cryptography and our own trust store read them."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from egnatia.engines.documents.synthetic import certificates as made
from egnatia.engines.documents.synthetic import cms, der
from egnatia.engines.documents.synthetic.algorithms import KeyForm, ParameterForm
from egnatia.engines.documents.synthetic.certificates import Credential, Liberties, Role, Subject, issue
from egnatia.engines.documents.synthetic.cms import MessageLiberties, sign_cms
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, Padding, Scheme, make_key
from egnatia.engines.documents.synthetic.names import Name, specimen
from egnatia.engines.documents.synthetic.pki import PROFILES, Authority, Profile, impostor
from egnatia.engines.documents.trust.certificates import (
    Certificate,
    read_certificate,
    signed_itself,
    verify_certificate,
)
from egnatia.engines.documents.trust.crl import RevocationList, read_crl, verify_crl
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.trust.master_lists import MasterList, read_master_list
from egnatia.errors import InputError

SINCE = date(2024, 1, 1)
NOON = datetime(2025, 5, 15, 12, tzinfo=UTC)
SPECIAL = {"p256-sha256-compressed", "rsa4096-sha512-no-null", "p384-sha384-extra-null"}
"""What asn1crypto writes otherwise when it writes the same certificate anew."""


@dataclass(frozen=True)
class Made:
    """One authority and one certificate of each kind, made once for all tests."""

    authority: Authority
    credentials: tuple[Credential, ...]

    @property
    def profile(self) -> Profile:
        return self.authority.profile

    @property
    def csca(self) -> Credential:
        return self.credentials[0]

    @property
    def signer(self) -> Credential:
        return self.credentials[1]


@pytest.fixture(scope="module", params=PROFILES)
def state(request: pytest.FixtureRequest) -> Made:
    return made_by(Authority.make("pki", request.param, since=SINCE))


def made_by(authority: Authority) -> Made:
    following, link = authority.renewed()
    return Made(authority, (authority.csca, *signers_of(authority), link, following.csca))


def signers_of(state: Authority) -> tuple[Credential, ...]:
    return state.document_signer(), state.master_list_signer(), state.seal_signer()


@pytest.fixture(scope="module")
def utopia() -> Authority:
    return Authority.make("pki", "p256-sha256-named", since=SINCE)


def load(encoded: bytes) -> asn1.Certificate:
    """Parsed to the last byte."""
    certificate = asn1.Certificate.load(encoded, strict=True)
    assert certificate.native
    return certificate


def read(encoded: bytes) -> Certificate:
    found = read_certificate(encoded)
    assert isinstance(found, Certificate), found
    return found


def key_of(certificate: Certificate) -> PublicKey:
    assert isinstance(certificate.key, PublicKey), certificate.key
    return certificate.key


def extensions(certificate: asn1.Certificate) -> dict[str, tuple[bool, Any]]:
    return {
        each["extn_id"].dotted: (each["critical"].native, each["extn_value"])
        for each in certificate["tbs_certificate"]["extensions"]
    }


def test_every_certificate_parses_and_is_written_as_der(state: Made) -> None:
    for credential in state.credentials:
        certificate = load(credential.certificate)
        assert certificate["tbs_certificate"]["serial_number"].native == credential.serial > 0
        if state.profile.name not in SPECIAL:
            assert certificate.dump(force=True) == credential.certificate


def test_every_certificate_says_specimen(state: Made) -> None:
    for credential in state.credentials:
        certificate = load(credential.certificate)
        assert certificate.subject.native["organization_name"] == "SPECIMEN"
        assert certificate.issuer.native["organization_name"] == "SPECIMEN"
        assert certificate.subject.native["country_name"] == "UT"


def test_every_chain_verifies_in_our_own_trust_store(state: Made) -> None:
    root = read(state.csca.certificate)
    assert signed_itself(root)
    for credential in state.credentials[:-1]:
        assert verify_certificate(read(credential.certificate), key_of(root)).ok
    following = read(state.credentials[-1].certificate)
    assert signed_itself(following)
    assert not verify_certificate(following, key_of(root)).ok


UNREADABLE = "explicit parameters|parsing|[Uu]nsupported|curve"
"""What cryptography says of certificates that it cannot use at all."""


def in_cryptography(encoded: bytes) -> x509.Certificate | str:
    """The certificate with its key, or why cryptography cannot use it."""
    try:
        certificate = x509.load_der_x509_certificate(encoded)
        certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        return str(error)
    return certificate


def test_every_chain_verifies_with_cryptography_where_it_can(state: Made) -> None:
    root, signer = (in_cryptography(each.certificate) for each in (state.csca, state.signer))
    if isinstance(root, str) or isinstance(signer, str):
        assert re.search(UNREADABLE, f"{root} {signer}")
        assert state.profile.name in SPECIAL or isinstance(state.signer.key, EcKey)
    elif state.profile.name in {"rsa4096-sha1", "p256-sha1", "rsa4096-digest-info-no-null"}:
        with pytest.raises((ValueError, InvalidSignature, UnsupportedAlgorithm)):
            signer.verify_directly_issued_by(root)
    else:
        signer.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
        assert len(list(signer.extensions)) == 8


def test_the_profile_is_what_is_written(state: Made) -> None:
    certificate = load(state.csca.certificate)
    algorithm, key = certificate["signature_algorithm"], certificate.public_key
    scheme = state.profile.scheme
    if scheme.padding is Padding.PSS:
        told = algorithm["parameters"].native
        assert told["hash_algorithm"]["algorithm"] == scheme.hash.value
        assert told["mask_gen_algorithm"]["parameters"]["algorithm"] == (scheme.mgf_hash or scheme.hash).value
        sizes = {Hash.SHA1: 20, Hash.SHA256: 32, Hash.SHA384: 48, Hash.SHA512: 64}
        assert told["salt_length"] == (sizes[scheme.hash] if scheme.salt is None else scheme.salt)
    else:
        assert algorithm.hash_algo == scheme.hash.value
    assert abs(key.bit_size - int("".join(filter(str.isdigit, state.profile.key.partition("e")[0])))) < 8
    if isinstance(state.csca.key, EcKey):
        named = key["algorithm"]["parameters"].name == "named"
        assert named == (state.profile.form.parameters is ParameterForm.NAMED)


@pytest.mark.parametrize("profile", ["rsa2048-sha256", "rsa2048-pss-sha1", "p521-sha512", "bp320-sha256"])
def test_the_same_seed_gives_the_same_bytes(profile: str) -> None:
    one, again = (made_by(Authority.make("pki", profile, since=SINCE)) for _ in range(2))
    assert one == again
    lists = {each.authority.revocation_list([(7, NOON)], NOON) for each in (one, again)}
    assert len(lists) == 1
    other = Authority.make("another seed", profile, since=SINCE)
    assert other.csca.certificate != one.csca.certificate


def test_keys_of_one_authority_are_all_different(state: Made) -> None:
    *rest, link, following = state.credentials
    used = [each.key for each in (*rest, following, state.authority.document_signer(2))]
    assert len(set(map(made.key_identifier, used))) == len(used)
    assert link.key == following.key


def test_revocation_lists_parse_and_verify(state: Made) -> None:
    revoked = [(state.signer.serial, NOON), (99, NOON + timedelta(days=1))]
    encoded = state.authority.revocation_list(revoked, NOON)
    parsed = asn1_crl.CertificateList.load(encoded, strict=True).native["tbs_cert_list"]
    assert [each["user_certificate"] for each in parsed["revoked_certificates"]] == [serial for serial, _ in revoked]
    assert parsed["next_update"] - parsed["this_update"] == timedelta(days=90)
    found = read_crl(encoded)
    assert isinstance(found, RevocationList)
    assert verify_crl(found, key_of(read(state.csca.certificate))).ok


def test_a_master_list_holds_what_was_put_in_and_is_signed(state: Made) -> None:
    encoded = state.authority.master_list([state.csca.certificate])
    signed = asn1_cms.ContentInfo.load(encoded, strict=True)["content"]
    assert signed["encap_content_info"]["content_type"].dotted == "2.23.136.1.1.2"
    embedded = [each.chosen.dump() for each in signed["certificates"]]
    assert embedded == [state.credentials[2].certificate, state.csca.certificate]
    found = read_master_list(encoded, [read(state.csca.certificate)])
    assert isinstance(found, MasterList), found
    assert [each.raw for each in found.certificates] == [state.csca.certificate]
    assert found.verdict is not None
    assert found.verdict.ok
    assert found.may_sign


def test_an_empty_revocation_list_has_no_entries(utopia: Authority) -> None:
    parsed = asn1_crl.CertificateList.load(utopia.revocation_list([], NOON), strict=True).native
    assert parsed["tbs_cert_list"]["revoked_certificates"] is None


def test_profiles_cover_what_the_real_lists_show() -> None:
    assert len(PROFILES) >= 41
    keys = {profile.key for profile in PROFILES.values()}
    assert {"rsa2048", "rsa3072", "rsa4096", "rsa6144", "p224", "p256", "p384", "p521"} <= keys
    assert {"bp224", "bp256", "bp320", "bp384", "bp512"} <= keys
    assert {profile.scheme.hash for profile in PROFILES.values()} == set(Hash)
    assert {profile.form.parameters for profile in PROFILES.values()} == set(ParameterForm)
    assert all(name == profile.name for name, profile in PROFILES.items())
    mixed = {n for n, p in PROFILES.items() if p.key.startswith("rsa") != p.signer_key.startswith("rsa")}
    assert mixed == {"rsa4096-signs-p384", "rsa4096-pss-signs-bp512"}


def test_an_unknown_profile_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(InputError) as caught:
        Authority.make("seed", "rsa1", since=SINCE)
    assert "bp384-sha384" in caught.value.hint()


@pytest.mark.parametrize(
    ("state", "country", "written"),
    [("UTO", None, "UT"), ("RKS", None, "KS"), ("ALB", "al", "al"), ("RKS", "XK", "XK"), ("SRB", None, "RS")],
)
def test_countries_are_written_as_asked(state: str, country: str | None, written: str) -> None:
    authority = Authority.make("seed", "p256-sha256-named", state=state, since=SINCE, country=country)
    certificate = load(authority.document_signer().certificate)
    assert certificate.subject.native["country_name"] == certificate.issuer.native["country_name"] == written
    alternative = extensions(certificate)["2.5.29.17"][1].parsed[0].chosen.native
    assert alternative == {"locality_name": state}


def test_roles_carry_the_extensions_of_doc_9303_12(utopia: Authority) -> None:
    root = extensions(load(utopia.csca.certificate))
    assert root["2.5.29.19"][0] is True
    assert root["2.5.29.19"][1].native == {"ca": True, "path_len_constraint": 0}
    assert root["2.5.29.15"] == (True, root["2.5.29.15"][1])
    assert root["2.5.29.15"][1].native == {"key_cert_sign", "crl_sign"}
    signer = extensions(load(utopia.document_signer().certificate))
    assert signer["2.5.29.15"][1].native == {"digital_signature"}
    assert signer["2.23.136.1.1.6.2"][1].native == bytes.fromhex("30080201003103130150")  # fmt: skip - as Germany's
    assert "2.5.29.19" not in signer
    assert extensions(load(utopia.master_list_signer().certificate))["2.5.29.37"][1].native == ["2.23.136.1.1.3"]
    assert extensions(load(utopia.deviation_list_signer().certificate))["2.5.29.37"][1].native == ["2.23.136.1.1.8"]
    assert extensions(load(utopia.seal_signer().certificate))["2.5.29.37"][1].native == ["2.23.136.1.1.14.2"]
    assert signer["2.5.29.35"][1].native["key_identifier"] == root["2.5.29.14"][1].native == utopia.csca.key_id()


def test_private_keys_are_used_for_a_part_of_the_validity(utopia: Authority) -> None:
    for credential, longest in ((utopia.csca, timedelta(days=5 * 366)), (utopia.document_signer(), timedelta(days=93))):
        certificate = load(credential.certificate)
        period = extensions(certificate)["2.5.29.16"][1].native
        validity = certificate["tbs_certificate"]["validity"].native
        assert validity["not_before"] == period["not_before"] < period["not_after"] < validity["not_after"]
        assert period["not_after"] - period["not_before"] <= longest


def test_a_renamed_authority_says_so_in_its_link(utopia: Authority) -> None:
    following, link = utopia.renewed("rsa3072-pss-sha256", renamed="CSCA OTHER SPECIMEN")
    certificate = load(link.certificate)
    assert certificate.subject.native["common_name"] == "CSCA OTHER SPECIMEN"
    assert certificate.issuer == load(utopia.csca.certificate).subject
    assert "2.23.136.1.1.6.1" in extensions(certificate)
    assert certificate.public_key.algorithm == "rsa"
    assert load(following.csca.certificate).self_signed == "maybe"
    assert "2.23.136.1.1.6.1" not in extensions(load(utopia.renewed()[1].certificate))
    again, _ = following.renewed()
    assert again.generation == 2
    assert made.key_identifier(again.csca.key) != made.key_identifier(following.csca.key)


def test_an_impostor_has_the_name_and_not_the_key(utopia: Authority) -> None:
    fake = impostor(utopia.csca, "forger")
    certificate = read(fake.certificate)
    assert signed_itself(certificate)
    assert load(fake.certificate).subject == load(utopia.csca.certificate).subject
    assert not verify_certificate(certificate, key_of(read(utopia.csca.certificate))).ok
    rsa = Authority.make("pki", "rsa2048-sha256", since=SINCE)
    assert load(impostor(rsa.csca, "forger").certificate).public_key.bit_size == 2048


# --- the liberties, one by one ---------------------------------------------------------------------------------------


def signer_with(state: Authority, **liberties: Any) -> asn1.Certificate:
    return load(state.document_signer(liberties=Liberties(**liberties)).certificate)


@pytest.mark.parametrize("serial", [-1, -129, -(2**63), 0, 1, 127, 128, 255, 256, 2**159 - 1, 2**160])
def test_any_serial_number_can_be_written(utopia: Authority, serial: int) -> None:
    assert signer_with(utopia, serial=serial)["tbs_certificate"]["serial_number"].native == serial


def test_the_authority_key_identifier_can_be_wrong(utopia: Authority) -> None:
    certificate = signer_with(utopia, authority_key_id=b"\x11" * 20)
    assert certificate.authority_key_identifier_value.native["key_identifier"] == b"\x11" * 20


def test_extensions_can_be_left_out_added_and_made_uncritical(utopia: Authority) -> None:
    extra = made.extension("1.3.6.1.4.1.99999.1", der.NULL, critical=True)
    certificate = signer_with(
        utopia,
        omit=frozenset({made.AUTHORITY_KEY_ID, made.DOCUMENT_TYPES}),
        extra=(extra,),
        uncritical=frozenset({made.USAGE}),
    )
    found = extensions(certificate)
    assert made.AUTHORITY_KEY_ID not in found
    assert made.DOCUMENT_TYPES not in found
    assert found["1.3.6.1.4.1.99999.1"][0] is True
    assert found[made.USAGE][0] is False


def test_the_issuer_can_be_named_otherwise(utopia: Authority) -> None:
    spelt = utopia.csca.name.other_spelling()
    certificate = signer_with(utopia, issuer_name=spelt)
    genuine = load(utopia.csca.certificate)
    assert certificate.issuer.dump() != genuine.subject.dump()
    assert certificate.issuer == genuine.subject, "the same by RFC 5280's comparison"


def test_names_come_in_other_strings_and_orders() -> None:
    name = specimen("UT", "CSCA UTO SPECIMEN", "Unit")
    parsed = asn1.Name.load(name.encode())
    assert [each[0]["type"].native for each in parsed.chosen] == [
        "country_name", "organization_name", "organizational_unit_name", "common_name",
    ]  # fmt: skip
    assert dict(asn1.Name.load(name.reversed().encode()).native) == dict(parsed.native)
    assert name.reversed().reversed() == name
    kinds = [each[0]["value"].name for each in asn1.Name.load(name.other_string().encode()).chosen]
    assert kinds == ["printable_string"] * 4
    assert name.other_string().other_string() == name
    assert Name((("email", "a@b.invalid"), ("serial", "7"), ("country", "UT"))).country() == "UT"


def test_inner_and_outer_algorithm_can_differ(utopia: Authority) -> None:
    certificate = signer_with(utopia, inner_scheme=Scheme(Padding.ECDSA, Hash.SHA512))
    assert certificate["tbs_certificate"]["signature"]["algorithm"].native == "sha512_ecdsa"
    assert certificate["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"


def test_a_broken_signature_is_broken_and_nothing_else(utopia: Authority) -> None:
    bad = signer_with(utopia, broken=True).dump()
    root = key_of(read(utopia.csca.certificate))
    good = utopia.document_signer(liberties=Liberties()).certificate
    assert good[:-1] == bad[:-1]
    assert verify_certificate(read(good), root).ok
    assert not verify_certificate(read(bad), root).ok


def test_version_path_length_and_boolean_can_be_wrong(utopia: Authority) -> None:
    subject = Subject(
        Role.AUTHORITY, utopia.csca.name, utopia.csca.key, utopia.csca.scheme, NOON, NOON + timedelta(days=9)
    )
    odd = issue(None, subject, Liberties(version=0, path_length=3, bad_boolean=True))
    certificate = asn1.Certificate.load(odd.certificate)
    assert certificate["tbs_certificate"]["version"].native == "v1"
    constraints = next(e for e in certificate["tbs_certificate"]["extensions"] if e["extn_id"].dotted == made.BASIC)
    assert constraints["extn_value"].contents == bytes.fromhex("3006010101020103")


@pytest.mark.parametrize(("types", "size"), [(("P",), 1), (("P", "AR", "ID"), 3), ((), 0)])
def test_document_types_are_a_set_of_letters(utopia: Authority, types: tuple[str, ...], size: int) -> None:
    value = extensions(signer_with(utopia, document_types=types))[made.DOCUMENT_TYPES][1]
    encoded = value.native
    assert encoded[2:5] == der.integer(0)
    letters = core.SetOf.load(encoded[5:], strict=True, spec=core.PrintableString)
    assert len(letters) == size
    assert {each.native for each in letters} == set(types)


def test_an_rsa_key_can_be_written_as_one_for_pss_only() -> None:
    state = Authority.make("pki", "rsa2048-pss-sha1", since=SINCE)
    certificate = signer_with(state, key_form=KeyForm(generic=True))
    assert certificate.public_key["algorithm"]["algorithm"].native == "rsassa_pss"


def test_dates_from_2050_on_have_four_digits(utopia: Authority) -> None:
    late = utopia.document_signer(
        not_before=datetime(2049, 6, 1, tzinfo=UTC), not_after=datetime(2050, 6, 1, tzinfo=UTC)
    )
    validity = load(late.certificate)["tbs_certificate"]["validity"]
    assert validity["not_before"].name == "utc_time"
    assert validity["not_after"].name == "general_time"
    assert validity["not_after"].native == datetime(2050, 6, 1, tzinfo=UTC)


# --- signed messages -------------------------------------------------------------------------------------------------


def message(state: Authority, content: bytes = b"content", **liberties: Any) -> asn1_cms.SignedData:
    encoded = sign_cms(content, cms.LDS_SECURITY_OBJECT, state.document_signer(), MessageLiberties(**liberties))
    return asn1_cms.ContentInfo.load(encoded, strict=True)["content"]


def test_a_message_is_as_doc_9303_10_wants_it(utopia: Authority) -> None:
    signed = message(utopia)
    signer = load(utopia.document_signer().certificate)
    information = signed["signer_infos"][0]
    assert signed["version"].native == "v3"
    assert [each["algorithm"].native for each in signed["digest_algorithms"]] == ["sha256"]
    assert information["version"].native == "v1"
    assert information["sid"].chosen["issuer"] == signer.issuer
    assert information["sid"].chosen["serial_number"].native == signer.serial_number
    assert information["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"
    assert {each["type"].native for each in information["signed_attrs"]} == {"content_type", "message_digest"}
    key = x509.load_der_x509_certificate(utopia.document_signer().certificate).public_key()
    hashed = b"\x31" + information["signed_attrs"].dump()[1:]
    verify_ecdsa(key, information["signature"].native, hashed)


def verify_ecdsa(key: Any, signature: bytes, hashed: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key.verify(signature, hashed, ec.ECDSA(hashes.SHA256()))


def test_without_signed_attributes_the_content_itself_is_signed(utopia: Authority) -> None:
    information = message(utopia, signed_attributes=False)["signer_infos"][0]
    assert not information["signed_attrs"]
    key = x509.load_der_x509_certificate(utopia.document_signer().certificate).public_key()
    verify_ecdsa(key, information["signature"].native, b"content")


def test_the_signer_can_be_named_by_key_and_by_wrong_things(utopia: Authority) -> None:
    signer = utopia.document_signer()
    by_key = message(utopia, by_key_id=True)["signer_infos"][0]
    assert by_key["version"].native == "v3"
    assert by_key["sid"].chosen.native == signer.key_id()
    assert message(utopia, by_key_id=True, key_id=b"\x01")["signer_infos"][0]["sid"].chosen.native == b"\x01"
    other = message(utopia, issuer=signer.issuer.reversed(), serial=5)["signer_infos"][0]["sid"].chosen
    assert other["serial_number"].native == 5
    assert other["issuer"].dump() == signer.issuer.reversed().encode()


def test_embedded_things_are_what_was_asked_for(utopia: Authority) -> None:
    assert not message(utopia, certificates=())["certificates"]
    both = (utopia.document_signer().certificate, utopia.csca.certificate)
    assert [each.chosen.dump() for each in message(utopia, certificates=both)["certificates"]] == list(both)
    listed = utopia.revocation_list([], NOON)
    assert [each.chosen.dump() for each in message(utopia, revocation_lists=(listed,))["crls"]] == [listed]


def test_digests_and_versions_can_be_wrong(utopia: Authority) -> None:
    odd = message(
        utopia, version=1, listed_digests=(Hash.SHA1, Hash.SHA512), message_digest=b"\0" * 32, digest_null=True,
        attribute_content_type=cms.DATA, digest_algorithm=Hash.SHA384, signing_time=NOON,
    )  # fmt: skip
    assert odd["version"].native == "v1"
    assert {each["algorithm"].native for each in odd["digest_algorithms"]} == {"sha1", "sha512"}
    information = odd["signer_infos"][0]
    assert information["digest_algorithm"]["algorithm"].native == "sha384"
    assert information["digest_algorithm"].dump().endswith(der.NULL)
    told = {each["type"].native: each["values"][0].native for each in information["signed_attrs"]}
    assert told == {"content_type": "data", "message_digest": b"\0" * 32, "signing_time": NOON}


def test_attributes_out_of_order_are_signed_out_of_order(utopia: Authority) -> None:
    sorted_, unsorted = (message(utopia, unsorted=odd)["signer_infos"][0]["signed_attrs"] for odd in (False, True))
    assert [each.dump() for each in sorted_] == [each.dump() for each in unsorted][::-1]
    key = x509.load_der_x509_certificate(utopia.document_signer().certificate).public_key()
    signature = message(utopia, unsorted=True)["signer_infos"][0]["signature"].native
    verify_ecdsa(key, signature, b"\x31" + unsorted.dump()[1:])


def test_indefinite_lengths_hold_the_same_content(utopia: Authority) -> None:
    content = bytes(range(256)) * 10
    encoded = sign_cms(content, cms.LDS_SECURITY_OBJECT, utopia.document_signer(), MessageLiberties(indefinite=True))
    assert encoded[:2] == b"\x30\x80"
    assert encoded.endswith(bytes(6))
    signed = asn1_cms.ContentInfo.load(encoded)["content"]
    assert len(signed["signer_infos"]) == 1
    plain = sign_cms(content, cms.LDS_SECURITY_OBJECT, utopia.document_signer())
    assert content not in encoded
    assert content in plain
    assert signed["encap_content_info"]["content"].native == content


def test_content_can_be_missing_and_signers_many_or_none(utopia: Authority) -> None:
    assert message(utopia, detached=True)["encap_content_info"]["content"].native is None
    assert len(message(utopia, signers=0)["signer_infos"]) == 0
    assert len(message(utopia, signers=2)["signer_infos"]) == 2


def test_algorithms_can_be_named_otherwise() -> None:
    state = Authority.make("pki", "rsa2048-sha256", since=SINCE)
    plain = message(state, plain_algorithm=True)["signer_infos"][0]["signature_algorithm"]
    assert plain["algorithm"].native == "rsassa_pkcs1v15"
    named = message(state, named_scheme=Scheme(Padding.PSS, Hash.SHA256))["signer_infos"][0]["signature_algorithm"]
    assert named["algorithm"].native == "rsassa_pss"
    own = Authority.make("pki", "p256-sha256-named", since=SINCE)
    with_null = message(own, scheme=cms.ecdsa_null(own.csca.scheme))["signer_infos"][0]["signature_algorithm"]
    assert with_null.dump().endswith(der.NULL)
    assert (
        message(own, plain_algorithm=True)["signer_infos"][0]["signature_algorithm"]["algorithm"].native
        == "sha256_ecdsa"
    )


def test_a_broken_message_differs_in_its_last_bit(utopia: Authority) -> None:
    good, bad = (message(utopia, broken=odd)["signer_infos"][0]["signature"].native for odd in (False, True))
    assert good[:-1] == bad[:-1]
    assert good[-1] ^ bad[-1] == 1


@pytest.mark.parametrize("versions", [None, ("0108", "040000")])
def test_a_security_object_lists_its_hashes_in_order(versions: tuple[str, str] | None) -> None:
    encoded = cms.lds_security_object({1: b"\1" * 32, 2: b"\2" * 32, 14: b"\3" * 32}, Hash.SHA256, versions)
    version, _, listed, *rest = core.load(encoded, strict=True).native.values()
    assert version == (1 if versions else 0)
    assert [(each["0"], each["1"][0]) for each in listed.values()] == [(1, 1), (2, 2), (14, 3)]
    assert [tuple(each.values()) for each in rest] == ([versions] if versions else [])


# --- encoding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, -1, 127, 128, -128, -129, 255, 256, 2**64, -(2**64)])
def test_integers_are_read_back(number: int) -> None:
    assert core.Integer.load(der.integer(number), strict=True).native == number
    assert core.Integer(number).dump() == der.integer(number)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_take_their_shortest_form(size: int) -> None:
    assert core.OctetString(b"x" * size).dump() == der.octets(b"x" * size)


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.1.11", "2.23.136.1.1.6.2", "0.4.0.127.0.7.1.1.4.1.3", "2.999.1"])
def test_object_identifiers_are_read_back(dotted: str) -> None:
    assert core.ObjectIdentifier.load(der.oid(dotted), strict=True).dotted == dotted


def test_other_values_are_read_back() -> None:
    assert core.Boolean.load(der.boolean(True), strict=True).native is True
    assert core.Boolean.load(der.boolean(False), strict=True).native is False
    assert core.UTF8String.load(der.text("Ђорђе"), strict=True).native == "Ђорђе"
    assert core.UTCTime.load(der.moment(NOON), strict=True).native == NOON
    assert core.GeneralizedTime.load(der.generalized(NOON), strict=True).native == NOON
    assert core.BitString.load(der.bits(b"\xa0", 5), strict=True).native == (1, 0, 1)
    assert core.SetOf.load(der.set_of([der.integer(2), der.integer(1)]), spec=core.Integer).native == [1, 2]
    assert der.tlv(0x5F1F, b"") == b"\x5f\x1f\0"


def test_liberties_are_what_the_rules_say_by_default() -> None:
    assert replace(Liberties()) == made.AS_THE_RULES_SAY
    assert make_key("p256", "a") == make_key("p256", "a")
