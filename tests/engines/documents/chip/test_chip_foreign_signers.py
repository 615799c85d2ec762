"""Signers that a trusted country made, and that are not this document's: none of them makes it believed."""

from dataclasses import replace
from datetime import date

import pytest
from tests.engines.documents.chip.chips import (
    ACTIVE,
    CARD,
    CSCA,
    DS,
    Recipe,
    authority,
    card_infos,
    make,
    signer_certificate,
)
from tests.engines.documents.chip.exchanges import CHALLENGE, answer, chip_answer, mapping_answer
from tests.engines.documents.chip.stores import DAY, store
from tests.engines.documents.trust.making import (
    Signer,
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    name,
    oid,
    seq,
    set_of,
    signed_data,
    subject_key,
    tlv,
)

from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.evidence import Evidence
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Bearing, Result

C = ChipCheck
OTHER_CA, OTHER_DS, SUB = (ec_signer("brainpoolP256r1", number) for number in (150, 151, 152))
SIGNS = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
FULL = Evidence(answer(ACTIVE), chip_answer(), mapping_answer())
SENT = frozenset({CHALLENGE, chip_answer().terminal_public_key, mapping_answer().terminal_public_key})


def foreign_authority(country: str = "C=ZW, ") -> bytes:
    return certificate(name(f"{country}O=Elsewhere, CN=CSCA Elsewhere"), OTHER_CA)


def foreign_signer(subject: str, issuer: str) -> bytes:
    """What another trusted country signed with its own key, under any names it likes."""
    listed = (subject_key(key_id(OTHER_DS)), authority_key(key_id(OTHER_CA)), SIGNS)
    return certificate(name(subject), OTHER_DS, name(issuer), OTHER_CA, serial=9, extensions=listed)


def inspected(cert: bytes, held: TrustStore, by: Signer = OTHER_DS) -> ChipInspection:
    recipe = Recipe(certificate=cert, signer=by, card_certificate=cert, card_signer=by)
    return inspect_chip(make(recipe), held, DAY, FULL, sent=SENT)


BOTH = store(authority(CSCA), foreign_authority())
UTOPIA = "C=UT, O=Utopia, CN=CSCA Utopia"
NAMES = {
    "its own name": ("C=ZW, O=Elsewhere, CN=DS", "C=ZW, O=Elsewhere, CN=CSCA Elsewhere"),
    "no country at all": ("O=Elsewhere, CN=DS", "O=Elsewhere, CN=CSCA Elsewhere"),
    "a country that is in no table": ("C=QQ, CN=DS", "C=QQ, CN=CSCA"),
    "the document's country as issuer": ("C=ZW, CN=DS", UTOPIA),
    "the document's country as issuer, none of its own": ("CN=DS", UTOPIA),
    "the document's country twice": ("C=UT, CN=DS", UTOPIA),
    "the document's country as subject": ("C=UT, CN=DS", "C=ZW, O=Elsewhere, CN=CSCA Elsewhere"),
    "both countries as issuer": ("C=UT, CN=DS", "C=UT, C=ZW, CN=CSCA"),
}


@pytest.mark.parametrize("names", NAMES)
def test_a_signer_of_another_trusted_country_is_not_believed_whatever_it_calls_itself(names: str) -> None:
    inspection = inspected(foreign_signer(*NAMES[names]), BOTH)
    assert inspection.advice is Advice.SUSPECTED_FALSE
    assert not inspection.believed
    assert not inspection.original
    issuer = inspection.check(C.CHIP_ISSUER)
    assert issuer is not None
    assert (issuer.result, issuer.findings[0].code) == (Result.FAILED, ChipFinding.CHIP_ISSUER_OTHER)


def test_a_signer_without_a_country_is_believed_under_its_own_authority() -> None:
    listed = (subject_key(key_id(DS)), authority_key(key_id(CSCA)), SIGNS)
    nameless = certificate(name("CN=DS"), DS, name("CN=CSCA Utopia"), CSCA, serial=7, extensions=listed)
    inspection = inspected(nameless, BOTH, DS)
    issuer = inspection.check(C.CHIP_ISSUER)
    assert issuer is not None
    assert (issuer.result, [f.code for f in issuer.findings]) == (
        Result.SUCCESSFUL, [ChipFinding.CHIP_COUNTRY_WRITTEN],
    )  # fmt: skip
    assert inspection.original


def test_an_authority_without_a_country_says_nothing_against_its_signers() -> None:
    nobody = certificate(name("O=Utopia, CN=CSCA"), OTHER_CA)
    held = store(authority(CSCA), nobody)
    inspection = inspected(foreign_signer("C=UT, CN=DS", "C=UT, CN=CSCA"), held)
    issuer = inspection.check(C.CHIP_ISSUER)
    assert issuer is not None
    assert issuer.result is Result.SUCCESSFUL


def minted() -> bytes:
    """A signer's certificate that was signed by a document signer's key."""
    listed = (subject_key(key_id(SUB)), authority_key(key_id(DS)), SIGNS)
    issuer = name("C=UT, O=Utopia, CN=DS Utopia")
    return certificate(name("C=UT, CN=minted"), SUB, issuer, DS, serial=77, extensions=listed)


@pytest.mark.parametrize("held", [store(authority(CSCA)), store(authority(CSCA), signer_certificate())])
def test_a_document_signer_makes_no_signers_even_where_the_store_holds_it(held: TrustStore) -> None:
    inspection = inspected(minted(), held, SUB)
    assert inspection.advice in {Advice.SUSPECTED_FALSE, Advice.CANNOT_TELL}
    assert not inspection.believed
    check = inspection.check(C.CHIP_DS_SIGNATURE)
    assert check is not None
    assert check.result in {Result.FAILED, Result.UNDETERMINED}


def with_extensions(*more: bytes, usage: bytes = SIGNS) -> bytes:
    return signer_certificate(extensions=(subject_key(key_id(DS)), authority_key(key_id(CSCA)), usage, *more))


def purpose(*oids: str) -> bytes:
    return extension("2.5.29.37", seq(*map(oid, oids)))


OTHER_WORK = {
    "a server of an office": with_extensions(purpose("1.3.6.1.5.5.7.3.1")),
    "a client among others": with_extensions(purpose("2.5.29.37.0", "1.3.6.1.5.5.7.3.2")),
    "programs": with_extensions(purpose("1.3.6.1.5.5.7.3.3")),
    "master lists": with_extensions(purpose("2.23.136.1.1.3")),
    "deviation lists": with_extensions(purpose("2.23.136.1.1.8")),
    "seals": with_extensions(purpose("2.23.136.1.1.14.2")),
    "a key that only encrypts": with_extensions(usage=extension("2.5.29.15", tlv(0x03, b"\x05\x20"), critical=True)),
    "a key that only signs certificates": with_extensions(usage=extension("2.5.29.15", tlv(0x03, b"\x02\x04"))),
    "a key for nothing": with_extensions(usage=extension("2.5.29.15", tlv(0x03, b"\x00"))),
}


@pytest.mark.parametrize("work", OTHER_WORK)
def test_a_certificate_of_the_country_for_other_work_signs_no_document(work: str) -> None:
    inspection = inspected(OTHER_WORK[work], store(), DS)
    profile = inspection.check(C.CHIP_DS_PROFILE)
    assert profile is not None
    assert profile.result is Result.FAILED
    assert Bearing.DISCREPANCY in {finding.bearing for finding in profile.findings}
    assert (inspection.advice, inspection.believed, inspection.original) == (Advice.DISCREPANCIES, frozenset(), False)


USUAL = {
    "no purpose": with_extensions(),
    "any purpose": with_extensions(purpose("2.5.29.37.0")),
    "a purpose of the country's own": with_extensions(purpose("1.2.840.113533.7.74.3")),
}


@pytest.mark.parametrize("work", USUAL)
def test_a_certificate_for_any_or_an_unknown_work_signs_documents(work: str) -> None:
    inspection = inspected(USUAL[work], store(), DS)
    assert inspection.original
    assert inspection.advice is Advice.CONSISTENT


def test_a_critical_extension_that_nobody_knows_is_neither_a_discrepancy_nor_believed() -> None:
    strange = with_extensions(extension("1.3.6.1.4.1.99999.7", b"\x05\x00", critical=True))
    inspection = inspected(strange, store(), DS)
    profile = inspection.check(C.CHIP_DS_PROFILE)
    assert profile is not None
    assert profile.result is Result.FAILED
    assert (inspection.advice, inspection.believed, inspection.original) == (Advice.CONSISTENT, frozenset(), False)
    soft = with_extensions(extension("1.3.6.1.4.1.99999.7", b"\x05\x00"))
    assert inspected(soft, store(), DS).original


def without(*files: FileId) -> ChipFiles:
    return make(Recipe(hidden=frozenset(files)))


@pytest.mark.parametrize("also", [(), (FileId.COM,), (FileId.DG11, FileId.DG12)])
def test_a_face_put_out_of_the_way_is_seen_whatever_ef_com_says(also: tuple[FileId, ...]) -> None:
    inspection = inspect_chip(without(FileId.DG2, *also), store(), DAY, FULL, sent=SENT)
    check = inspection.check(C.CHIP_DG2_HASH)
    assert check is not None
    assert (check.result, check.findings[0].bearing) == (Result.UNDETERMINED, Bearing.DISCREPANCY)
    assert inspection.advice is Advice.DISCREPANCIES


def test_further_details_that_nobody_read_say_nothing() -> None:
    inspection = inspect_chip(without(FileId.DG11, FileId.DG12), store(), DAY, FULL, sent=SENT)
    check = inspection.check(C.CHIP_DG11_HASH)
    assert check is not None
    assert (check.result, check.findings[0].bearing) == (Result.NOT_SUPPORTED, Bearing.NONE)
    assert inspection.advice is Advice.CONSISTENT


def test_a_security_object_alone_is_not_called_faceless() -> None:
    only = {FileId.SOD: make().contents[FileId.SOD]}
    inspection = inspect_chip(ChipFiles(only), store(), date(2026, 11, 22))
    check = inspection.check(C.CHIP_DG2_HASH)
    assert check is not None
    assert check.result is Result.NOT_SUPPORTED


def test_the_card_file_of_a_foreign_signer_is_not_believed_either() -> None:
    cert = foreign_signer(*NAMES["the document's country as issuer"])
    card = signed_data(card_infos(), CARD, cert, OTHER_DS)
    files = make(Recipe(changed={FileId.CARD_SECURITY: card}))
    inspection = inspect_chip(files, BOTH, DAY, Evidence(pace=FULL.pace), sent=SENT)
    assert FileId.CARD_SECURITY not in inspection.believed
    assert FileId.DG1 in inspection.believed
    assert not inspection.original


def test_the_number_of_a_certificate_is_no_reason() -> None:
    """Serial numbers of zero, below zero and of twenty-one octets are issued; they change nothing else."""
    for serial in (0, -5, 1 << 167):
        inspection = inspected(signer_certificate(serial=serial), store(), DS)
        assert (inspection.advice, inspection.original) == (Advice.CONSISTENT, True), serial
        assert integer(serial) in signer_certificate(serial=serial)


def bare_card(content: bytes, by: Signer = DS) -> bytes:
    """EF.CardSecurity whose signature is over the content itself, as cards of the first years have it."""
    return signed_data(content, CARD, signer_certificate(), by, attributes=[])


def test_a_card_file_without_signed_attributes_is_verified_and_that_is_only_noted() -> None:
    files = make(Recipe(changed={FileId.CARD_SECURITY: bare_card(card_infos())}))
    inspection = inspect_chip(files, store(), DAY, FULL, sent=SENT)
    form = inspection.check(C.CHIP_CARD_SECURITY_FORMAT)
    assert form is not None
    assert [(f.code, f.bearing) for f in form.findings] == [(ChipFinding.CHIP_ELEMENT_MISSING, Bearing.NONE)]
    assert (inspection.advice, inspection.original) == (Advice.CONSISTENT, True)
    changed = bare_card(card_infos()).replace(card_infos()[-8:], bytes(8), 1)
    spoiled = inspect_chip(make(Recipe(changed={FileId.CARD_SECURITY: changed})), store(), DAY, FULL, sent=SENT)
    signature = spoiled.check(C.CHIP_CARD_SECURITY_SIGNATURE)
    assert signature is not None
    assert signature.result is Result.FAILED


def test_signed_attributes_of_another_message_are_no_content() -> None:
    """Whose signature would hold over them: they always have a digest among them, which security infos never have."""
    attributes = set_of(
        seq(oid("1.2.840.113549.1.9.3"), set_of(oid(CARD))),
        seq(oid("1.2.840.113549.1.9.4"), set_of(tlv(0x04, bytes(32)))),
    )
    inspection = inspect_chip(make(Recipe(changed={FileId.CARD_SECURITY: bare_card(attributes)})), store(), DAY)
    signature = inspection.check(C.CHIP_CARD_SECURITY_SIGNATURE)
    assert signature is not None
    assert (signature.result, signature.findings[0].code) == (Result.FAILED, ChipFinding.CHIP_STRUCTURE_WRONG)
    assert FileId.CARD_SECURITY not in inspection.believed


@pytest.mark.parametrize("counter", [2, 1 << 128, 1 << 200])
@pytest.mark.parametrize("code", [b"", b"\0", bytes(7), bytes(9)])
def test_a_code_of_another_length_is_none_whatever_the_counter(counter: int, code: bytes) -> None:
    response = b"\x99\x02\x90\x00\x8e" + bytes([len(code)]) + code
    recorded = replace(chip_answer(), response=response, counter=counter)
    inspection = inspect_chip(make(), store(), DAY, Evidence(chip=recorded), sent=SENT)
    check = inspection.check(C.CHIP_CHIP_AUTHENTICATION)
    assert check is not None
    assert (check.result, inspection.original) == (Result.FAILED, False)


@pytest.mark.parametrize("mark", [b"\x01", b"\xff", b"\x80"])
def test_every_way_of_writing_true_makes_an_extension_critical(mark: bytes) -> None:
    strange = seq(oid("1.3.6.1.4.1.99999.7"), tlv(0x01, mark), tlv(0x04, b"\x05\x00"))
    assert not inspected(with_extensions(strange), store(), DS).believed
    false = seq(oid("1.3.6.1.4.1.99999.7"), tlv(0x01, b"\0"), tlv(0x04, b"\x05\x00"))
    assert inspected(with_extensions(false), store(), DS).original
