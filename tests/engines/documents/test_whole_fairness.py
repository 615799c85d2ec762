"""Who the holder is and who issued the document change nothing: the same document for many people, every source at once.

One identity card (same days, sex, number and portrait) is made for holders of other names, languages, nationalities and places
of birth, and by other issuers, each with zone, page, chip, seal, a picture and a register; then the same is altered in the
same way for each. Advice, results, the findings' severities and bearings, the hints and the order of all checks have to be
the same. `BY_ISSUER` and `BY_NAME` are the whole list of what may differ, and why.
"""

import random
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.report.sources import NOW, TODAY

from egnatia.engines.documents import Advice
from egnatia.engines.documents.chip.files import collect
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Picture, Presented
from egnatia.engines.documents.registers.lookup import RegisterIndex
from egnatia.engines.documents.registers.register import RegisterRow
from egnatia.engines.documents.report.html import Kind as ReportKind
from egnatia.engines.documents.report.html import to_html
from egnatia.engines.documents.report.pages import view_of
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.documents import Options, authority_of, genuine, visual_of, zone_of
from egnatia.engines.documents.synthetic.national_numbers import national_number
from egnatia.engines.documents.synthetic.seal import seal_of
from egnatia.engines.documents.synthetic.types import ChipRecipe, Holder, Issue, Kind, SyntheticDocument
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_crl, import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Source
from egnatia.engines.documents.visual.formats import visual_from
from egnatia.model.states import RegisterCategory

ISSUERS = ("ALB", "RKS", "MKD", "SRB", "MNE", "BIH", "GBR", "UTO")
BASE = genuine(random.Random(3), TODAY, Options(Kind.SHEET, "ALB", seal=True, profile="p256-sha256"))
NAMES = [
    ("Krasniqi", "Arben", "sq"), ("Smith", "Jane", "en"), ("Müller", "Jörg", "de"), ("Đorđević", "Željko", "sr"),
    ("Ђорђевић", "Жељко", "sr"), ("Ѓорѓиевска", "Ќиро", "mk"), ("Παπαδόπουλος", "Παύλος", "el"),
    ("Nguyễn", "Văn An", "vi"), ("O", "E", "en"), ("Al-Basri", "Huda Jawad", "ar"), ("O'Connor-Smith", "Enya", "en"),
    ("Дмитриева", "Наталья", "ru"), ("Їжакевич", "Юрій", "uk"), ("Öztürk", "İbrahim", "tr"), ("Kɔfi", "Ɖela", "en"),
]  # fmt: skip
NATIONALITIES = ["ALB", "RKS", "SYR", "XXA", "XXB", "XXC", "XXX", "GBN", "D", "AFG", "UNO", "MKD", "SRB"]
PLACES = ["Kabul", "Београд", " ", "ALB", "王", "İzmir", "<b>Paris</b>"]
BY_ISSUER = {
    "ZONE_NATIONAL_NUMBER": "a rule about the issuer's numbers; there is none for some",
    "VISUAL_NATIONAL_NUMBER": "the same, for the printed number",
    "VISUAL_PERSONAL_NUMBER": "some issuers print no personal number",
    "CHIP_DG11_NUMBER": "nor have one in the chip",
    "VISUAL_NAME_SCRIPTS": "some issuers print the name in two scripts",
    "ZONE_ISSUER": "Utopia is said to be a specimen",
    "CHIP_DG1_ZONE": "and is so in the chip",
}
"""Checks whose rule is the issuer's document model; none of them bears on the advice of a genuine document."""
Shape = dict[str, tuple[str, tuple[tuple[str, str, str], ...]]]


def made(issuer: str = "ALB", **changed: Any) -> SyntheticDocument:
    """The card, for another holder or by another issuer; the national number follows the issuer's rule."""
    holder: Holder = replace(BASE.issue.holder, **changed)
    number = national_number(issuer, holder.birth, holder.sex, random.Random(1))
    issue: Issue = replace(BASE.issue, issuer=issuer, holder=replace(holder, personal_number=number))
    zone = zone_of(issue)
    authority = authority_of(Options(Kind.SHEET, issuer, profile="p256-sha256"), issue)
    return replace(
        BASE,
        issue=issue,
        told=dict.fromkeys((Source.ZONE, Source.VISUAL, Source.CHIP, Source.SEAL), issue),
        zone=zone,
        visual=visual_of(issue),
        authority=authority,
        seal=seal_of(zone, issue, authority),
        chip=ChipRecipe(zone, holder.face, issue, authority),
    )


def presented(document: SyntheticDocument, **altered: str) -> Presented:
    assert document.chip is not None
    assert document.seal is not None
    printed = {**document.visual, **{field: (text,) for field, text in altered.items()}}
    return Presented(
        zone="\n".join(document.zone),
        visual=visual_from(printed, document.issue.holder.language),
        pictures=(Picture("page.jpg", b"not a picture"),),
        chip=collect(chips.files(document.chip).items()),
        seals=(document.seal,),
    )


@cache
def trusted() -> tuple[TrustStore, tuple[Certificate, ...]]:
    """The store of all issuers, and their signers of seals."""
    files = trust.files([made(issuer) for issuer in ISSUERS], TODAY)
    root = read_certificate(files["list-root.cer"])
    assert isinstance(root, Certificate)
    held = import_list(Holdings({}, (), (), ()), files["master-list.ml"], "TEST", NOW, (root,), day=TODAY).holdings
    for name, content in files.items():
        if name.endswith(".crl"):
            held = import_crl(held, content).holdings
    signers = [read_certificate(content) for name, content in files.items() if name.startswith("seal-signer")]
    return TrustStore(held), tuple(one for one in signers if isinstance(one, Certificate))


def basis(*listed: RegisterCategory) -> Basis:
    number = BASE.issue.number
    rows = [
        RegisterRow(2, issuer, "I", number, number, category, TODAY, f"R-{issuer}-{category}", "")
        for issuer in ISSUERS
        for category in listed
    ]
    store, signers = trusted()
    return Basis(TODAY, store=store, signers=signers, register=RegisterIndex(rows, ISSUERS), register_version="test")


def shape(found: Examination) -> Shape:
    """Every check in its order, with its result and with what its findings come to."""
    return {
        check.code.value: (
            check.result.value,
            tuple((one.code.value, one.severity.value, one.bearing.value) for one in check.findings),
        )
        for check in found.checks()
    }


def skeleton(found: Examination) -> tuple[Any, ...]:
    branches = tuple((branch.section, branch.result) for branch in found.conclusion.branches)
    return found.advice, found.conclusion.result, branches, found.hints, list(shape(found))


def differing(one: Examination, other: Examination) -> dict[str, Any]:
    first, second = shape(one), shape(other)
    return {code: (first[code], second[code]) for code in first if first[code] != second[code]}


ALTERED: list[dict[str, str]] = [
    {},
    {"birth_date": "01.02.1950"},
    {"number": "SP0000001"},
    {"sex": "X"},
    {"expiry_date": "31.12.2039", "number": "SP0000001"},
    {"issue_date": "01.01.2031"},
]


@cache
def reference(number: int) -> Examination:
    return examine(presented(made(), **ALTERED[number]), basis())


def test_the_reference_is_consistent_and_each_alteration_is_seen() -> None:
    assert reference(0).advice is Advice.CONSISTENT
    assert all(reference(number).advice is not Advice.CONSISTENT for number in range(1, len(ALTERED)))


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    st.sampled_from(NAMES), st.sampled_from(NATIONALITIES), st.sampled_from(PLACES), st.integers(0, len(ALTERED) - 1)
)
def test_name_nationality_and_birthplace_change_no_check_at_all(
    name: tuple[str, str, str], nationality: str, place: str, altered: int
) -> None:
    document = made(family=name[0], given=name[1], language=name[2], nationality=nationality, birth_place=place)
    # Only Utopia's and Britain's pages print English months: the page of one issuer has one way of writing dates.
    printed = {field: made().visual[field][0] for field in ("birth_date", "expiry_date", "issue_date")}
    found = examine(presented(document, **{**printed, **ALTERED[altered]}), basis())
    assert differing(reference(altered), found) == {}
    assert skeleton(reference(altered)) == skeleton(found)


@pytest.mark.parametrize("altered", range(len(ALTERED)))
@pytest.mark.parametrize("issuer", ISSUERS[1:])
def test_another_issuer_changes_no_check_but_those_about_its_own_documents(issuer: str, altered: int) -> None:
    document = made(issuer, nationality=issuer)
    found = examine(presented(document, **ALTERED[altered]), basis())
    assert differing(reference(altered), found).keys() <= BY_ISSUER.keys()
    assert skeleton(reference(altered)) == skeleton(found)
    assert all(
        bearing == "none" for _, said in differing(reference(altered), found).values() for *_, bearing in said[1]
    )


@pytest.mark.parametrize("category", list(RegisterCategory))
def test_a_register_speaks_of_every_issuers_documents_alike(category: RegisterCategory) -> None:
    hits = {issuer: examine(presented(made(issuer)), basis(category)) for issuer in ("ALB", "SRB", "GBR")}
    assert {found.advice for found in hits.values()} != {Advice.CONSISTENT}
    for found in hits.values():
        assert differing(hits["ALB"], found).keys() <= BY_ISSUER.keys()
        assert found.hints == hits["ALB"].hints


# Names whose length or number of parts says something: it is noted (info) and bears on nothing.
NOTED = [
    (("Satriya Sudarpa", ""), "NAME_NO_SECONDARY"),
    (("Wolfeschlegelsteinhausenbergerdorff", "Hubert Blaine"), "NAME_TRUNCATED"),
    (("Featherstonehaugh-Cholmondeley-Smyth", "Anna"), "NAME_TRUNCATED"),
]


@pytest.mark.parametrize(("name", "code"), NOTED)
def test_a_long_or_single_name_is_only_noted(name: tuple[str, str], code: str) -> None:
    found = examine(presented(made(family=name[0], given=name[1])), basis())
    assert found.advice is Advice.CONSISTENT
    assert differing(reference(0), found).keys() == {"ZONE_NAME", "CHIP_DG1_ZONE"}
    said = {one for check in ("ZONE_NAME", "CHIP_DG1_ZONE") for one in shape(found)[check][1]}
    assert said == {(code, "info", "none")}
    assert {check: result for check, (result, _) in shape(found).items()} == {
        check: result for check, (result, _) in shape(reference(0)).items()
    }


# Albanian names as North Macedonia prints them: in Cyrillic by sound, in Latin letters by Albanian spelling.
ALBANIAN_IN_CYRILLIC = [
    ("Џафери", "Џеладин", "Xhaferi", "Xheladin"), ("Хоџа", "Шќипе", "Hoxha", "Shqipe"),
    ("Ќазими", "Ѓулзаде", "Qazimi", "Gjylzade"), ("Рамадани", "Љуљзим", "Rramadani", "Lulzim"),
    ("Чела", "Блерта", "Çela", "Blerta"), ("Тачи", "Менсур", "Thaçi", "Mensur"),
]  # fmt: skip


@pytest.mark.parametrize(("family", "first", "latin", "given_name"), ALBANIAN_IN_CYRILLIC)
def test_an_albanian_name_on_a_macedonian_page_is_treated_like_a_macedonian_one(
    family: str, first: str, latin: str, given_name: str
) -> None:
    macedonian = made("MKD", family="Стојановска", given="Билјана", language="mk", nationality="MKD")
    document = made("MKD", family=latin, given=given_name, language="sq", nationality="MKD")
    page = {**document.visual, "primary": (family.upper(), latin.upper()), "secondary": (first, given_name)}
    whole = replace(presented(document), visual=visual_from(page, "mk"))
    one, other = examine(presented(macedonian), basis()), examine(whole, basis())
    assert other.advice is Advice.CONSISTENT
    assert differing(one, other) == {}


def test_the_report_has_the_same_words_in_the_same_order_for_everybody() -> None:
    """Once their own data are taken out, the pages of two holders are the same text."""
    first = made(family="Hoxha", given="Ardit")
    second = made(family="Stern", given="Sarah", nationality="SYR", birth_place="Kabul")
    pages = [_words(examine(presented(one, number="SP0000001"), basis())) for one in (first, second)]
    for one, other in zip(pages[0], pages[1], strict=True):
        assert one == other or _own(first, one) or _own(second, other), (one, other)


def _words(found: Examination) -> list[str]:
    html = to_html(view_of(found, speaker("sq")), ReportKind.EVIDENCE).decode("utf-8")
    return re.sub(r"data:[^\"']+", "", html).split(">")


def _own(document: SyntheticDocument, text: str) -> bool:
    """Whether a stretch of the report quotes the document: its zone, its fields, or a digest."""
    quoted = [*document.zone, *(value for values in document.visual.values() for value in values)]
    plain = text.upper()
    return any(
        value.upper() in plain or value.replace(" ", "<").upper() in plain for value in quoted if value.strip()
    ) or (re.search(r"[0-9A-F]{16}|\bPLACE\b|&LT;|\d", plain) is not None)
