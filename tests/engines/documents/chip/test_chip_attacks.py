"""Chips that are not the original one, and records that prove nothing: none of them may come out as original."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from tests.engines.documents.chip.chips import (
    ACTIVE,
    BSI,
    CARD,
    CHIP_SECRET,
    CSCA,
    DS,
    LINES,
    Recipe,
    authority,
    card_infos,
    card_key,
    chip_infos,
    com_file,
    element,
    groups,
    info,
    make,
    signer_certificate,
    zone_file,
)
from tests.engines.documents.chip.exchanges import (
    CHALLENGE,
    SESSION,
    answer,
    chip_answer,
    mapping_answer,
    rsa_answer,
)
from tests.engines.documents.chip.stores import DAY, defect, store
from tests.engines.documents.trust.making import (
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    name,
    oid,
    rsa_signer,
    security_object,
    seq,
    set_of,
    signed_data,
    subject_key,
    tlv,
)

from egnatia.engines.documents.chip.authenticity import PROTOCOLS
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.evidence import Evidence
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.secure_messaging import Suite
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.trust.defects import DefectKind
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Result

C = ChipCheck
STORE = store()
THIEF, THIEF_CA, THIEF_KEY = (ec_signer("brainpoolP256r1", number) for number in (101, 102, 103))
THIEF_SECRET = THIEF_KEY.private[1] if isinstance(THIEF_KEY.private, tuple) else 0
FOREIGN_CA, FOREIGN_DS = ec_signer("brainpoolP384r1", 104), ec_signer("brainpoolP384r1", 105)
FULL = Evidence(answer(ACTIVE), chip_answer(), mapping_answer())
SENT = frozenset({CHALLENGE, chip_answer().terminal_public_key, mapping_answer().terminal_public_key})
ANOTHER = zone_file((LINES[0].replace("ERIKSSON<<ANNA<MARIA", "MUSTERMANN<<ERIKA<<<"), LINES[1]))


def inspected(
    files: ChipFiles, evidence: Evidence = FULL, sent: frozenset[bytes] | None = SENT, held: TrustStore | None = STORE
) -> ChipInspection:
    return inspect_chip(files, held, DAY, evidence, sent=sent)


def result(inspection: ChipInspection, code: ChipCheck) -> Result:
    check = inspection.check(code)
    assert check is not None
    return check.result


def test_the_original_chip_is_shown_to_be_one_by_each_protocol() -> None:
    inspection = inspected(make())
    assert [result(inspection, code) for code in PROTOCOLS] == [Result.SUCCESSFUL] * 3
    assert inspection.original
    assert inspection.advice is Advice.CONSISTENT
    for alone in (Evidence(active=FULL.active), Evidence(chip=FULL.chip), Evidence(pace=FULL.pace)):
        assert inspected(make(), alone).original


def test_rsa_and_der_answers_are_shown_too() -> None:
    files = make(Recipe(groups=groups(dg15=element(0x6F, rsa_signer(3).spki))))
    assert result(inspected(files, Evidence(rsa_answer(3))), C.CHIP_ACTIVE_AUTHENTICATION) is Result.SUCCESSFUL
    wrapped = inspected(make(), Evidence(answer(ACTIVE, form="DER"))).check(C.CHIP_ACTIVE_AUTHENTICATION)
    assert wrapped is not None
    assert (wrapped.result, [f.code for f in wrapped.findings]) == (Result.SUCCESSFUL, ["CHIP_ANSWER_FORM"])


def thief_certificate() -> bytes:
    """A signer's certificate that the thief issued to himself, under the country's name."""
    return signer_certificate(THIEF, THIEF_CA)


def for_another_purpose(purpose: str) -> bytes:
    """A genuine certificate of the country, whose key was made to sign something else."""
    usage = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
    listed = (subject_key(key_id(DS)), authority_key(key_id(CSCA)), usage, extension("2.5.29.37", seq(oid(purpose))))
    return signer_certificate(extensions=listed)


def naming_the_country() -> bytes:
    """The thief's certificate that names the country's key."""
    usage = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
    listed = (subject_key(key_id(THIEF)), authority_key(key_id(CSCA)), usage)
    return certificate(
        name("C=UT, O=Utopia, CN=DS Utopia"), THIEF, name("C=UT, O=Utopia, CN=CSCA Utopia"), THIEF_CA, extensions=listed
    )


OWN_KEYS = groups(dg1=ANOTHER, dg14=element(0x6E, chip_infos(key=THIEF_KEY)), dg15=element(0x6F, THIEF_KEY.spki))
OWN_ANSWERS = Evidence(answer(THIEF_KEY), chip_answer(THIEF_SECRET), mapping_answer())


def foreign(country: str, listed: bool) -> TrustStore:  # noqa: FBT001
    return store(authority(CSCA), authority(FOREIGN_CA, country)) if listed else STORE


@dataclass(frozen=True)
class Attack:
    """Files, what was recorded, what the reader says it sent, and the store."""

    files: Callable[[], ChipFiles]
    evidence: Evidence = FULL
    sent: frozenset[bytes] | None = SENT
    held: Callable[[], TrustStore | None] = field(default=lambda: STORE)
    only: tuple[ChipCheck, ...] = PROTOCOLS
    """Checks that this attack is about; the others have no evidence."""


def hide(*files: FileId, recipe: Recipe | None = None) -> Callable[[], ChipFiles]:
    return lambda: make(replace(recipe or Recipe(), hidden=frozenset(files)))


def change(**files: bytes) -> Callable[[], ChipFiles]:
    return lambda: make(Recipe(changed={FileId[file.upper()]: content for file, content in files.items()}))


ACTIVE_ONLY, CHIP_ONLY, PACE_ONLY = Evidence(FULL.active), Evidence(chip=FULL.chip), Evidence(pace=FULL.pace)
ATTACKS: dict[str, Attack] = {
    # keys of the thief's own
    "own keys, own signer, own country": Attack(
        lambda: make(Recipe(groups=OWN_KEYS, signer=THIEF, certificate=thief_certificate())), OWN_ANSWERS
    ),
    "own keys, signer that names the country's key": Attack(
        lambda: make(Recipe(groups=OWN_KEYS, signer=THIEF, certificate=naming_the_country())), OWN_ANSWERS
    ),
    "own keys under the genuine signature": Attack(
        change(dg14=OWN_KEYS[14], dg15=OWN_KEYS[15]), Evidence(answer(THIEF_KEY), chip_answer(THIEF_SECRET))
    ),
    "own keys in groups that EF.SOD does not list": Attack(
        lambda: make(
            Recipe(groups=OWN_KEYS | {1: zone_file()}, hashes=security_object({1: zone_file(), 2: groups()[2]}))
        ),
        Evidence(answer(THIEF_KEY), chip_answer(THIEF_SECRET)),
    ),
    "own DG15, DG14 genuine": Attack(change(dg15=OWN_KEYS[15]), Evidence(answer(THIEF_KEY))),
    "own DG14, DG15 genuine": Attack(change(dg14=OWN_KEYS[14]), Evidence(chip=chip_answer(THIEF_SECRET))),
    "own signer inside the genuine data": Attack(
        lambda: make(Recipe(groups=OWN_KEYS, signer=THIEF, certificate=signer_certificate())), OWN_ANSWERS
    ),
    "own EF.CardSecurity": Attack(
        lambda: make(Recipe(card_secret=55, card_signer=THIEF, card_certificate=thief_certificate())),
        Evidence(pace=mapping_answer(55)),
    ),
    "EF.CardSecurity without a signature that holds": Attack(
        change(card_security=signed_data(card_infos(55), CARD, signer_certificate(), THIEF)),
        Evidence(pace=mapping_answer(55)),
    ),
    "EF.CardSecurity of another country": Attack(
        lambda: make(
            Recipe(
                card_secret=55,
                card_signer=FOREIGN_DS,
                card_certificate=signer_certificate(FOREIGN_DS, FOREIGN_CA, country="FR"),
            )
        ),
        Evidence(pace=mapping_answer(55)),
        held=lambda: foreign("FR", True),
    ),
    "EF.CardSecurity and exchange of another chip of the country": Attack(
        lambda: make(Recipe(card_secret=55)), Evidence(pace=mapping_answer(55, access="L898902C4174081223504152"))
    ),
    "EF.CardSecurity of another chip, nothing ties it": Attack(
        lambda: make(Recipe(card_secret=55)), Evidence(pace=mapping_answer(55, access=None))
    ),
    # files left out
    "DG15 left out": Attack(hide(FileId.DG15), ACTIVE_ONLY),
    "DG14 left out": Attack(hide(FileId.DG14), CHIP_ONLY),
    "DG15 left out, of EF.COM too": Attack(
        lambda: make(Recipe(hidden=frozenset({FileId.DG15}), changed={FileId.COM: com_file((1, 2, 11, 12, 14))})),
        ACTIVE_ONLY,
    ),
    "EF.CardSecurity left out": Attack(hide(FileId.CARD_SECURITY), PACE_ONLY),
    "EF.SOD left out": Attack(hide(FileId.SOD)),
    "DG1 left out": Attack(hide(FileId.DG1)),
    "no evidence at all": Attack(make, Evidence()),
    # the data of another holder
    "another holder's DG1": Attack(change(dg1=ANOTHER)),
    "EF.SOD of another document": Attack(lambda: make(Recipe(hashes=security_object(groups(dg1=ANOTHER))))),
    # signers
    "no store": Attack(make, held=lambda: None),
    "a list that nobody vouches for": Attack(make, held=lambda: store(trust=ListTrust.UNSIGNED)),
    "an authority that was taken off the list": Attack(make, held=lambda: store(dropped=True)),
    "a revoked signer": Attack(make, held=lambda: store(defects=[defect(DefectKind.CERTIFICATE_REVOKED)])),
    "a signer under suspicion": Attack(make, held=lambda: store(defects=[defect(DefectKind.CERTIFICATE_ON_HOLD)])),
    "a signer for tests": Attack(make, held=lambda: store(defects=[defect(DefectKind.CERTIFICATE_FOR_TESTS)])),
    "keys known to others": Attack(
        make,
        held=lambda: store(
            defects=[defect(DefectKind.ACTIVE_KEY_COMPROMISED), defect(DefectKind.CHIP_KEY_COMPROMISED)]
        ),
    ),
    "a genuine signer of another country": Attack(
        lambda: make(
            Recipe(
                groups=OWN_KEYS, signer=FOREIGN_DS, certificate=signer_certificate(FOREIGN_DS, FOREIGN_CA, country="FR")
            )
        ),
        OWN_ANSWERS,
        held=lambda: foreign("FR", True),
    ),
    "a signer who names the country under a foreign authority": Attack(
        lambda: make(
            Recipe(groups=OWN_KEYS, signer=FOREIGN_DS, certificate=signer_certificate(FOREIGN_DS, FOREIGN_CA))
        ),
        OWN_ANSWERS,
        held=lambda: foreign("FR", True),
    ),
    "a signer of lists in the place of the signer": Attack(
        lambda: make(Recipe(groups=OWN_KEYS, certificate=for_another_purpose("2.23.136.1.1.3"))), OWN_ANSWERS
    ),
    "a signer of seals in the place of the signer": Attack(
        lambda: make(Recipe(groups=OWN_KEYS, certificate=for_another_purpose("2.23.136.1.1.14.2"))), OWN_ANSWERS
    ),
    "a signer of seals under EF.CardSecurity": Attack(
        lambda: make(Recipe(card_secret=55, card_certificate=for_another_purpose("2.23.136.1.1.14.2"))),
        Evidence(pace=mapping_answer(55)),
    ),
    "an authority in the place of the signer": Attack(
        lambda: make(Recipe(groups=OWN_KEYS, signer=THIEF_CA, certificate=authority(THIEF_CA))), OWN_ANSWERS
    ),
    # records that are old, foreign or made up
    "an old answer": Attack(make, FULL, frozenset({b"new chal"})),
    "nobody says what the reader sent": Attack(make, FULL, None),
    "nothing was sent": Attack(make, FULL, frozenset()),
    "the challenge changed to the one that was sent": Attack(
        make, Evidence(replace(answer(ACTIVE, b"old one!"), challenge=CHALLENGE))
    ),
    "an answer by another key": Attack(make, Evidence(answer(THIEF_KEY))),
    "an answer of another kind of key": Attack(make, Evidence(rsa_answer(3))),
    "the response of another chip": Attack(make, Evidence(chip=chip_answer(THIEF_SECRET))),
    "a response under an older suite": Attack(make, Evidence(chip=chip_answer(CHIP_SECRET, Suite.TRIPLE_DES))),
    "a response to another terminal": Attack(
        make, Evidence(chip=replace(chip_answer(terminal=99), terminal_public_key=chip_answer().terminal_public_key))
    ),
    "a response that says no": Attack(make, Evidence(chip=chip_answer(status="6300"))),
    "a response with another counter": Attack(make, Evidence(chip=replace(chip_answer(), counter=4))),
    "a mapping of another chip": Attack(make, Evidence(pace=mapping_answer(77))),
    "an older mapping": Attack(make, Evidence(pace=mapping_answer(session=SESSION + 1))),
    "a terminal that talks to itself": Attack(
        make,
        Evidence(pace=replace(mapping_answer(), chip_mapping_public_key=mapping_answer().terminal_mapping_public_key)),
    ),
    "a mapping that the signed file does not offer": Attack(
        change(
            card_security=signed_data(
                set_of(info(f"{BSI}.1.2", card_key()), info(f"{BSI}.4.2.2", integer(2), integer(13))),
                CARD,
                signer_certificate(),
                DS,
            )
        ),
        PACE_ONLY,
    ),
}


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 30


@pytest.mark.parametrize("name_of", ATTACKS)
def test_no_attack_shows_an_original_chip(name_of: str) -> None:
    attack = ATTACKS[name_of]
    inspection = inspected(attack.files(), attack.evidence, attack.sent, attack.held())
    assert not inspection.original
    assert inspection.passive.holds or inspection.advice is not Advice.CONSISTENT
    assert not any(result(inspection, code) is Result.SUCCESSFUL for code in PROTOCOLS)
    for finding in (each for check in inspection.checks for each in check.findings):
        assert all((finding.expected, finding.found, finding.innocent, finding.settle)), finding


def test_each_protocol_fails_by_itself() -> None:
    """A thief's answer to one question does not hide behind the chip's answer to another."""
    inspection = inspected(make(), Evidence(answer(THIEF_KEY), chip_answer(), None))
    assert result(inspection, C.CHIP_ACTIVE_AUTHENTICATION) is Result.FAILED
    assert inspection.advice is Advice.SUSPECTED_FALSE


def test_a_short_key_is_noted_and_believed() -> None:
    files = make(Recipe(groups=groups(dg15=element(0x6F, ec_signer("P-192", 3).spki))))
    check = inspected(files, Evidence(answer(ec_signer("P-192", 3)))).check(C.CHIP_ACTIVE_AUTHENTICATION)
    assert check is not None
    assert (check.result, [finding.code for finding in check.findings]) == (Result.SUCCESSFUL, ["CHIP_WEAK"])


REFUSED = {
    "own keys under the genuine signature": Advice.SUSPECTED_FALSE,
    "own keys, signer that names the country's key": Advice.SUSPECTED_FALSE,
    "own signer inside the genuine data": Advice.SUSPECTED_FALSE,
    "own keys, own signer, own country": Advice.CANNOT_TELL,
    "another holder's DG1": Advice.SUSPECTED_FALSE,
    "EF.SOD of another document": Advice.SUSPECTED_FALSE,
    "a genuine signer of another country": Advice.SUSPECTED_FALSE,
    "a signer who names the country under a foreign authority": Advice.SUSPECTED_FALSE,
    "an answer by another key": Advice.SUSPECTED_FALSE,
    "an old answer": Advice.DISCREPANCIES,
    "DG15 left out": Advice.DISCREPANCIES,
    "a revoked signer": Advice.DISCREPANCIES,
    "no store": Advice.CANNOT_TELL,
    "no evidence at all": Advice.CONSISTENT,
    "nobody says what the reader sent": Advice.CONSISTENT,
}


@pytest.mark.parametrize("name_of", REFUSED)
def test_what_each_attack_comes_to(name_of: str) -> None:
    attack = ATTACKS[name_of]
    inspection = inspected(attack.files(), attack.evidence, attack.sent, attack.held())
    assert inspection.advice is REFUSED[name_of]
