"""Every operator's label is true: what readers of each source find is what the label says, no more and no less."""

import hashlib
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import (
    Advice,
    RegisterRow,
    Verdict,
    ZoneDocument,
    inspect,
    lookup,
    matches,
    read_register,
    read_zone,
)
from egnatia.engines.documents.chip.dg1 import read_dg1
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.authorities import authority, revocation_list, seal_signer
from egnatia.engines.documents.synthetic.compare import disagreements
from egnatia.engines.documents.synthetic.documents import Options, genuine, name_is_cut, printed_date
from egnatia.engines.documents.synthetic.layouts import LAYOUTS
from egnatia.engines.documents.synthetic.national_numbers import goes_with
from egnatia.engines.documents.synthetic.tampering import OPERATORS, applicable, classes, obstacle, tamper
from egnatia.engines.documents.synthetic.types import (
    GENUINE,
    AuthorityRecipe,
    ChipRecipe,
    Fault,
    Kind,
    SyntheticDocument,
)
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate, verify_certificate
from egnatia.engines.documents.trust.cms import read_signed_data
from egnatia.engines.documents.trust.crl import RevocationList, read_crl
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.trust.signed_data import SignedData, SignerVerdict
from egnatia.engines.documents.trust.signers import verify_signer
from egnatia.engines.documents.types import FalseClass, Source
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
PROFILE = "p256-sha256-named"
BASES = {
    "albanian passport": Options(Kind.PASSPORT, "ALB", profile=PROFILE),
    "serbian passport": Options(Kind.PASSPORT, "SRB", profile=PROFILE),
    "utopian passport": Options(Kind.PASSPORT, "UTO", profile=PROFILE),
    "macedonian card": Options(Kind.CARD, "MKD", profile=PROFILE),
    "kosovo card": Options(Kind.CARD, "RKS", profile=PROFILE),
    "card without chip": Options(Kind.CARD, "BIH", chip=False, profile=PROFILE),
    "sealed sheet": Options(Kind.SHEET, "MNE", seal=True, profile=PROFILE),
    "sealed visa": Options(Kind.VISA, "UTO", seal=True, profile=PROFILE),
    "small visa": Options(Kind.SMALL_VISA, "ALB", profile=PROFILE),
}


@cache
def base_of(name: str, seed: int = 7) -> SyntheticDocument:
    return genuine(random.Random(seed), TODAY, BASES[name])


@cache
def tampered(base: str, operator: str, seed: int = 7) -> SyntheticDocument | None:
    """The document after the operator, None where it cannot be applied."""
    document = base_of(base, seed)
    return None if obstacle(document, OPERATORS[operator]) else tamper(document, operator, random.Random(seed))


def everywhere(operator: str) -> Iterator[tuple[str, SyntheticDocument]]:
    """Every kind of document that the operator can be applied to, after it."""
    for base in BASES:
        document = tampered(base, operator)
        if document is not None:
            yield base, document


@cache
def files_of(recipe: ChipRecipe) -> dict[str, bytes]:
    return chips.files(recipe)


@cache
def certificate(encoded: bytes) -> Certificate:
    found = read_certificate(encoded)
    assert isinstance(found, Certificate), found
    return found


# --- what readers find -----------------------------------------------------------------------------------------------


def zone_fields(zone: ZoneDocument) -> dict[str, str]:
    return {
        "document_code": zone.code,
        "issuer": zone.issuer,
        "number": zone.number,
        "primary": " ".join(zone.name.primary),
        "secondary": " ".join(zone.name.secondary),
        "nationality": zone.nationality,
        "birth_date": text_of(zone, "birth_date"),
        "sex": zone.sex.value,
        "expiry_date": text_of(zone, "expiry_date"),
        "optional": zone.optional[0] if zone.optional else "",
    }


def text_of(zone: ZoneDocument, field: str) -> str:
    return next(reading.text for reading in zone.fields if reading.field.value == field)


def different(one: ZoneDocument, other: ZoneDocument) -> set[str]:
    """Fields of two zones that differ; the optional data under the name of what this document keeps there."""
    first, second = zone_fields(one), zone_fields(other)
    return {name for name in first if first[name] != second[name]}


def page_differs(document: SyntheticDocument) -> set[str]:
    """Fields of zone and page that differ, read from the zone's lines and the page's texts alone."""
    zone, visual = read_zone("\n".join(document.zone)), document.visual
    told = document.told[Source.ZONE]
    printed = {name: values[-1] for name, values in visual.items()}
    wanted = {
        "document_code": zone.code,
        "issuer": zone.issuer,
        "number": zone.number,
        "nationality": zone.nationality,
        "sex": zone.sex.value,
        "birth_date": printed_date(told.holder.birth, told.holder),
        "expiry_date": printed_date(told.expires, told.holder),
    }
    if zone.optional[0] and "personal_number" in printed:
        wanted["personal_number"] = zone.optional[0]
    if zone.optional[0] and "passport_number" in printed:
        wanted["passport_number"] = zone.optional[0]
    assert text_of(zone, "birth_date") == f"{told.holder.birth:%y%m%d}"
    return {name for name, value in wanted.items() if printed[name] != value}


def seal_differs(document: SyntheticDocument) -> set[str]:
    """Fields of zone and seal that differ, as far as the seal keeps the zone."""
    seal = read_seal(document.seal or b"").seal
    assert seal is not None
    feature = seal.feature("zone")
    assert feature is not None
    lines = feature.value.split("\n")
    width = len(document.zone[0])
    whole = [line.ljust(width, "<") for line in lines]
    found = different(read_lines(document.zone), read_lines(tuple(whole))) - {"optional"}
    passport = seal.feature("passport_number")
    in_zone = read_lines(document.zone).optional[0]
    if passport is not None and in_zone and passport.value.strip() != in_zone:
        found.add("passport_number")
    return found


def chip_zone_of(document: SyntheticDocument) -> ZoneDocument:
    assert document.chip is not None
    read = read_dg1(files_of(document.chip)["DG1"])
    assert isinstance(read.values["zone"], ZoneDocument)
    return read.values["zone"]


def trusted(document: SyntheticDocument) -> dict[AuthorityRecipe, Certificate]:
    return {recipe: certificate(authority(recipe).csca.certificate) for recipe in trust.recipes([document])}


def chip_faults(document: SyntheticDocument) -> set[Fault]:
    """What an inspection of the chip's files alone would say."""
    assert document.chip is not None
    files = files_of(document.chip)
    if "EF.SOD" not in files:
        return {Fault.SECURITY_OBJECT_MISSING}
    signed = read_signed_data(files["EF.SOD"][files["EF.SOD"].index(b"\x30", 1) :])
    assert isinstance(signed, SignedData)
    assert signed.content is not None
    found = group_faults(files, signed.content)
    verdict = verify_signer(signed)
    return found | ({Fault.SIGNATURE} if not verdict.ok else signer_faults(document, verdict))


def group_faults(files: dict[str, bytes], content: bytes) -> set[Fault]:
    _, _, listed = core.load(content).native.values()
    found = set()
    for each in listed.values():
        file = files.get(f"DG{each['0']}")
        if file is None:
            found.add(Fault.GROUP_MISSING)
        elif hashlib.sha256(file).digest() != each["1"]:
            found.add(Fault.HASH)
    return found


def signer_faults(document: SyntheticDocument, verdict: SignerVerdict) -> set[Fault]:
    signer = verdict.certificate
    assert signer is not None
    roots = [
        (recipe, root)
        for recipe, root in trusted(document).items()
        if isinstance(root.key, PublicKey) and verify_certificate(signer, root.key).ok
    ]
    if not roots:
        return {Fault.SIGNER_UNTRUSTED}
    found = set()
    recipe = roots[0][0]
    told = document.told[Source.CHIP]
    if recipe.state != told.issuer:
        found.add(Fault.SIGNER_FOREIGN)
    if signer.not_after.date() < told.issued:
        found.add(Fault.SIGNER_EXPIRED)
    revoked = read_crl(revocation_list(recipe, TODAY))
    assert isinstance(revoked, RevocationList)
    if signer.serial in revoked.entries:
        found.add(Fault.SIGNER_REVOKED)
    return found


def seal_holds(document: SyntheticDocument) -> bool:
    """Whether the seal verifies under the genuine signer of the authority."""
    seal = read_seal(document.seal or b"").seal
    assert seal is not None
    assert seal.signature is not None
    signer = seal_signer(document.authority.at(document.told[Source.SEAL].issued))
    key = x509.load_der_x509_certificate(signer.certificate).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(half) for half in (seal.signature[:32], seal.signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), seal.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def zone_faults(document: SyntheticDocument) -> set[Fault]:
    result = inspect("\n".join(document.zone), TODAY)
    found = set()
    if any(reading.verdict is Verdict.REFUTED for reading in result.document.fields):
        found.add(Fault.CHECK_DIGIT)
    if lookup(result.document.issuer) is None:
        found.add(Fault.ISSUER_UNKNOWN)
    return found


def number_fault(document: SyntheticDocument) -> set[Fault]:
    """National numbers of zone and page against birth and sex of the same source."""
    issuer, zone = document.issue.issuer, document.told[Source.ZONE].holder
    read = read_zone("\n".join(document.zone))
    pairs = []
    if not document.kind.is_visa and read.optional[0]:
        pairs.append((read.optional[0], zone))
    if "personal_number" in document.visual:
        pairs.append((document.visual["personal_number"][0], document.told[Source.VISUAL].holder))
    wrong = any(not goes_with(issuer, number, holder.birth, holder.sex) for number, holder in pairs)
    return {Fault.NATIONAL_NUMBER} if wrong else set()


def picture_faults(document: SyntheticDocument, base: SyntheticDocument) -> set[Fault]:
    found = set()
    if document.ghost != document.face and any(side.ghost for side in LAYOUTS[document.kind]):
        found.add(Fault.GHOST)
    if document.style != base.style:
        found.add(Fault.PRINT)
    if base.chip is not None and document.chip is None:
        found.add(Fault.CHIP_MISSING)
    return found


# --- the labels ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_faults_of_a_label_are_those_that_readers_find(operator: str) -> None:
    for base, document in everywhere(operator):
        found = zone_faults(document) | number_fault(document) | picture_faults(document, base_of(base))
        if document.chip is not None:
            found |= chip_faults(document)
        said = set(document.label.faults)
        if document.seal is not None:
            assert seal_holds(document) == (not said & {Fault.SEAL_SIGNER, Fault.SEAL_SIGNATURE})
        assert said - {Fault.SEAL_SIGNER, Fault.SEAL_SIGNATURE} == found - _shadowed(document, found)


def _shadowed(document: SyntheticDocument, found: set[Fault]) -> set[Fault]:
    """A fault that follows from the unknown issuer is not named beside it."""
    return {Fault.PRINT} & found if Fault.ISSUER_UNKNOWN in document.label.faults else set()


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_disagreements_of_a_label_are_those_that_readers_find(operator: str) -> None:
    for _, document in everywhere(operator):
        said = {(each.first, each.second, each.field) for each in document.label.disagree}
        names = {"primary", "secondary", "birth_place", "issue_date", "face"}
        page = {field for first, second, field in said if (first, second) == (Source.ZONE, Source.VISUAL)}
        assert page - names == page_differs(document)
        zone = read_zone("\n".join(document.zone))
        if document.chip is not None:
            chip = {field for first, second, field in said if (first, second) == (Source.ZONE, Source.CHIP)}
            wanted = different(zone, chip_zone_of(document))
            assert {"optional" if field == "personal_number" else field for field in chip} == wanted
        if document.seal is not None:
            seal_says = {field for first, second, field in said if (first, second) == (Source.ZONE, Source.SEAL)}
            assert seal_says - {"issue_date"} == seal_differs(document)


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_face_differs_where_the_label_says(operator: str) -> None:
    for _, document in everywhere(operator):
        if document.chip is None:
            continue
        said = any(each.field == "face" for each in document.label.disagree)
        files = files_of(document.chip)
        shown = chips.face_of(document.face).encode()
        assert said == ("DG2" in files and files["DG2"] != shown)


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_label_names_operator_class_and_whether_it_can_be_seen(operator: str) -> None:
    for base, document in everywhere(operator):
        label, wanted = document.label, OPERATORS[operator]
        assert (label.operator, label.kind, label.said) == (operator, wanted.kind, wanted.said)
        assert label.catchable == bool(label.faults or label.disagree)
        assert len(set(label.faults)) == len(label.faults)
        assert label.disagree == disagreements(document)
        if wanted.kind in {FalseClass.IMPOSTOR, FalseClass.FRAUDULENTLY_OBTAINED, FalseClass.LOST_OR_STOLEN}:
            assert replace(document, label=GENUINE) == base_of(base)
            assert not label.catchable


def test_every_operator_is_applied_somewhere_and_every_class_has_one() -> None:
    assert all(list(everywhere(operator)) for operator in OPERATORS)
    assert all(names for names in classes().values())
    assert set(classes()) == set(FalseClass)
    assert all(name == operator.name for name, operator in OPERATORS.items())


def test_every_single_field_alteration_of_a_passport_with_chip_can_be_seen() -> None:
    for base in ("albanian passport", "serbian passport", "utopian passport", "kosovo card"):
        for name, operator in OPERATORS.items():
            document = tampered(base, name)
            if operator.fields and document is not None:
                assert document.label.catchable, (base, name)


@pytest.mark.parametrize("base", BASES)
def test_applicable_names_exactly_what_can_be_applied(base: str) -> None:
    document = base_of(base)
    names = applicable(document)
    assert names
    for name, operator in OPERATORS.items():
        if name in names:
            assert tamper(document, name, random.Random(1)).label.operator == name
        else:
            assert obstacle(document, operator)
            with pytest.raises(InputError, match="cannot be applied"):
                tamper(document, name, random.Random(1))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(sorted(OPERATORS)), st.sampled_from(sorted(BASES)), st.integers(0, 2**30))
def test_the_same_seed_does_the_same_and_a_field_is_really_changed(operator: str, base: str, seed: int) -> None:
    document = base_of(base, seed % 50)
    if obstacle(document, OPERATORS[operator]):
        return
    one, again = (tamper(document, operator, random.Random(seed)) for _ in range(2))
    assert one == again
    fields = OPERATORS[operator].fields
    if fields and fields != ("face",) and operator != "fantasy":
        source = OPERATORS[operator].needs[0]
        assert one.told[source] != document.told[source]
        assert zone_faults(one) <= {Fault.CHECK_DIGIT} if operator.startswith("careless") else not zone_faults(one)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from([name for name in OPERATORS if name.startswith("careless")]), st.integers(0, 2**30))
def test_careless_alterations_always_leave_a_wrong_digit(operator: str, seed: int) -> None:
    document = tamper(base_of("albanian passport", seed % 50), operator, random.Random(seed))
    assert Fault.CHECK_DIGIT in zone_faults(document)
    assert inspect("\n".join(document.zone), TODAY).advice is not Advice.CONSISTENT


def test_nothing_is_tampered_with_twice_or_by_an_unknown_operator() -> None:
    once = tamper(base_of("utopian passport"), "photo", random.Random(1))
    with pytest.raises(InputError, match="already"):
        tamper(once, "page", random.Random(1))
    with pytest.raises(InputError) as caught:
        tamper(base_of("utopian passport"), "erase", random.Random(1))
    assert "photo" in caught.value.hint()


def test_the_register_knows_what_the_labels_say_it_knows() -> None:
    documents = [
        tampered(base, operator) or base_of(base)
        for base in ("albanian passport", "utopian passport")
        for operator in OPERATORS
    ]
    text = trust.register(documents, TODAY)
    rows = [row for row in read_register(io.StringIO(text)) if isinstance(row, RegisterRow)]
    assert len(rows) == text.count("\n") - 1
    for document in documents:
        issue = document.issue
        found = {row.category.value for row in rows if matches(row, issue.issuer, issue.number)}
        wanted = {document.label.register} if document.label.register else set()
        assert found >= wanted


def test_a_stolen_blank_is_valid_in_itself_but_for_its_chip() -> None:
    document = tampered("albanian passport", "stolen-blank")
    assert document is not None
    assert inspect("\n".join(document.zone), TODAY).advice is Advice.CONSISTENT
    assert document.issue.number.startswith("SB")
    assert document.label.faults == (Fault.CHIP_MISSING,)


def test_a_fantasy_document_names_an_issuer_that_nobody_knows() -> None:
    document = tampered("utopian passport", "fantasy")
    assert document is not None
    assert inspect("\n".join(document.zone), TODAY).advice is Advice.CANNOT_TELL
    assert document.visual["issuer"] == (document.issue.issuer,)
    assert lookup(document.issue.issuer) is None


def test_names_that_the_zone_cuts_off_are_not_altered() -> None:
    rng = random.Random(1)
    cut = next(
        each
        for _ in range(400)
        if name_is_cut((each := genuine(rng, TODAY, Options(Kind.CARD, "GBR", chip=False))).issue)
    )
    assert "name is cut" in obstacle(cut, OPERATORS["both-primary"])
    assert not obstacle(cut, OPERATORS["both-number"])
    assert disagreements(cut) == ()


@pytest.mark.parametrize(
    ("operator", "gone"),
    [
        ("chip-keys-stripped", {"DG14", "DG15"}),
        ("chip-face-stripped", {"DG2"}),
        ("chip-unsigned", {"EF.SOD"}),
        ("photo", set()),
    ],
)
def test_stripped_files_are_gone_and_no_longer_listed(operator: str, gone: set[str]) -> None:
    base, document = base_of("albanian passport"), tampered("albanian passport", operator)
    assert document is not None
    assert document.chip is not None
    assert base.chip is not None
    before, after = files_of(base.chip), files_of(document.chip)
    assert set(before) - set(after) == gone
    groups = [name for name in before if name.startswith("DG")]
    tags = dict(zip(groups, before["EF.COM"][-len(groups) :], strict=True))
    kept = bytes(tags[name] for name in groups if name not in gone)
    assert after["EF.COM"].endswith(bytes((0x5C, len(kept))) + kept)
