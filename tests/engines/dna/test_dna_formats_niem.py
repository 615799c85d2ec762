"""NIEM 5.1: the published samples, what is never read of a donor, and what is written by the schema's own order."""

import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.niem import CATEGORIES, KEPT, OTHER, records, write_niem
from egnatia.engines.dna.formats.niem_blocks import read_niem
from egnatia.engines.dna.formats.reading import Read, read_file, read_profiles
from egnatia.engines.dna.formats.types import Problem, RawProfile
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError
from egnatia.xml_events import elements

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna" / "formats"


def _sample(name: str) -> list[Read]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared test data is not here: {name}")
    found = [*read_file(path, None)]
    assert all(isinstance(each, Read) for each in found)
    return [each for each in found if isinstance(each, Read)]


def _read(text: str) -> list[RawProfile | Problem]:
    return [*read_niem(io.BytesIO(text.encode()))]


def _one(text: str) -> RawProfile:
    (found,) = _read(text)
    assert isinstance(found, RawProfile)
    return found


def _locus(name: str, *alleles: str, quality: str = "Normal", category: str = "Autosomal") -> str:
    inside = "".join(f"<DNAAllele>{each}</DNAAllele>" for each in alleles)
    return (
        f"<DNALocus><DNALocusName>{name}</DNALocusName><DNALocusCategoryCode>{category}</DNALocusCategoryCode>"
        f"<DNALocusQualityStatusCode>{quality}</DNALocusQualityStatusCode>{inside}</DNALocus>"
    )


def _call(value: str, operator: str = "Equal", more: str = "") -> str:
    return (
        f"<DNAAlleleOperatorCode>{operator}</DNAAlleleOperatorCode>"
        f"<DNAAlleleCall1Text>{value}</DNAAlleleCall1Text>{more}"
    )


def _id(value: str, what: str = "DNA Profile ID") -> str:
    return (
        f"<DNADataIdentification><IdentificationID>{value}</IdentificationID>"
        f"<IdentificationCategoryDescriptionText>{what}</IdentificationCategoryDescriptionText></DNADataIdentification>"
    )


def _record(
    *loci: str,
    category: str = "Forensic",
    ids: str = _id("P-1"),
    donor: str = "",
    source: str = "",
    typing: str = "STR",
) -> str:
    return (
        f"<DNADataTransaction><DNARecord><DNACategoryCode>{category}</DNACategoryCode>{donor}{ids}<DNAEncoding>"
        f"<DNATypingTechnologyCode>{typing}</DNATypingTechnologyCode><DNASource><DNASourceCategoryCode>{source}"
        f"</DNASourceCategoryCode></DNASource><DNASTRData>{''.join(loci)}</DNASTRData></DNAEncoding></DNARecord>"
        "</DNADataTransaction>"
    )


FGA = _locus("FGA", _call("20"), _call("21.2"))


def test_the_published_stain() -> None:
    (read,) = _sample("NIEM5.1_DNA_Crime_Scene_Sample.xml")
    assert (read.profile.ref, read.profile.kind, read.profile.amelogenin) == ("XX23487669", Kind.TRACE, "XY")
    assert len(read.profile.loci) == 20
    assert read.profile.loci["D3S1358"] == (150, 150)
    assert read.profile.loci["D16S539"] == (100, 120)
    assert read.tolerated == ("CSF1PO is not normal: Not Definitive",)
    assert read.profile.required == {}


def test_the_published_mixture_has_obligatory_alleles() -> None:
    (read,) = _sample("NIEM5.1_DNA_Crime_Scene_Mixture.xml")
    assert read.profile.kind is Kind.MIXTURE
    assert max(len(seen) for seen in read.profile.loci.values()) == 4
    assert sum(len(each) for each in read.profile.required.values()) == 22  # of 23; the one at amelogenin never counts
    assert all({*wanted} <= {*read.profile.loci[name]} for name, wanted in read.profile.required.items())


def test_of_the_published_family_nothing_of_a_donor_is_left() -> None:
    mother, son = _sample("NIEM5.1_DNA_MP_Relatives_Case.xml")
    assert [each.profile.kind for each in (mother, son)] == [Kind.RELATIVE, Kind.RELATIVE]
    assert [each.profile.ref for each in (mother, son)] == ["MP00010201", "MP00010202"]
    assert {"PersonBirthDate", "PersonEthnicityText", "PersonSexText"} <= {*mother.stripped}
    everything = repr((mother, son)) + "".join(write_niem([mother.profile, son.profile]))
    for value in ("1977", "2000-10", "Caucasian", "Female", "Gina", "212-000", "M10009112", "MP00100101", "Adam.Ross"):
        assert value not in everything
    assert "Person" not in "".join(write_niem([mother.profile])).replace(">Person<", "")


def test_a_share_of_each_genotype_is_the_mothers() -> None:
    mother, son = (each.profile.loci for each in _sample("NIEM5.1_DNA_MP_Relatives_Case.xml"))
    assert {*mother} == {*son}
    assert all({*mother[name]} & {*son[name]} for name in mother)


DONOR = (
    "<DNADonor><PersonName><PersonFullName>Arta Example</PersonFullName></PersonName>"
    "<DNADonorLastContactDate><Date>2026-01-01</Date></DNADonorLastContactDate></DNADonor>"
)


def test_the_remark_names_elements_and_never_their_values() -> None:
    found = _one(_record(FGA, donor=DONOR))
    assert found.stripped == ("DNADonorLastContactDate", "PersonFullName", "PersonName")
    assert "Arta" not in repr(found)


@pytest.mark.parametrize("secret", ["<Arta_Example/>", "<x:ArtaExample>1</x:ArtaExample>", "Arta Example"])
def test_an_element_that_is_itself_a_name_is_not_repeated(secret: str) -> None:
    found = _one(_record(FGA, donor=f"<DNADonor>{secret}</DNADonor>"))
    assert found.stripped == (OTHER,)
    assert "Arta" not in repr(found)


def test_a_profile_inside_a_donor_is_no_profile_of_the_file() -> None:
    hidden = f"<DNADonor>{_id('X-9')}{_locus('TH01', _call('6'))}<DNACategoryCode>Suspect</DNACategoryCode></DNADonor>"
    found = _one(_record(FGA, donor=hidden))
    assert (found.ref, found.kind, found.rows) == ("P-1", Kind.TRACE, (("FGA", ("20", "21.2")),))


@pytest.mark.parametrize(
    ("ids", "ref"),
    [
        (_id("C-1", "Case ID") + _id("P-1"), "P-1"),
        (_id("C-1", "Case ID") + _id("S-1", "Sample ID"), "S-1"),
        (_id("S-1", "Sample ID") + _id("P-1"), "P-1"),
        ("<DNADataIdentification><IdentificationID>N-1</IdentificationID></DNADataIdentification>", "N-1"),
    ],
)
def test_the_reference_is_the_profiles_own(ids: str, ref: str) -> None:
    assert _one(_record(FGA, ids=ids)).ref == ref


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (_record(FGA, ids=_id("C-1", "Case ID")), "neither a DNA Profile ID"),
        (_record(FGA, ids=""), "neither a DNA Profile ID"),
        (_record(FGA, category="Criminal"), "no category"),
        (_record(FGA, category=""), "no category"),
        (_record(FGA, typing="mtDNA First Generation"), "another typing technology"),
    ],
)
def test_a_record_that_cannot_be_read_is_a_problem(record: str, said: str) -> None:
    (problem,) = _read(record)
    assert isinstance(problem, Problem)
    assert said in problem.text


@pytest.mark.parametrize(
    ("locus", "values"),
    [
        (_locus("FGA", _call("20")), ("20",)),
        (_locus("FGA", _call("17", "BelowLowerLimit"), _call("30", "AboveUpperLimit")), ("<17", ">30")),
        (_locus("FGA", _call("20", "Range", "<DNAAlleleCall2Text>22</DNAAlleleCall2Text>")), ("20-22",)),
        (_locus("FGA", "<DNAAlleleCall1Text>20</DNAAlleleCall1Text>"), ("20",)),
        (_locus("FGA", _call("20"), quality="Partial"), ("20", "*")),
        (_locus("FGA", _call("20"), quality="Silent Allele"), ("20", "*")),
        (_locus("FGA", _call("20"), _call("21"), quality="Partial"), ("20", "21")),
        (_locus("FGA", _call("20"), quality="Not Definitive"), ("20",)),
    ],
)
def test_what_the_operators_and_the_quality_of_a_locus_say(locus: str, values: tuple[str, ...]) -> None:
    assert _one(_record(locus)).rows == (("FGA", values),)


def test_other_chromosomes_and_nameless_loci_are_left_out() -> None:
    found = _one(_record(FGA, _locus("DYS391", _call("10"), category="Y-STR"), _locus("", _call("1"))))
    assert [name for name, _ in found.rows] == ["FGA"]
    assert found.tolerated == ("a locus has no name and was left out",)


def test_who_came_as_a_refugee_or_was_sent_back_is_never_searched() -> None:
    for name in (
        "Asylee",
        "Refugee",
        "Deportee",
        "Unaccompanied Minor",
        "Juvenile",
        "Immigration Applicant",
        "Volunteer",
    ):
        assert CATEGORIES[name] is Kind.ELIMINATION
    assert CATEGORIES["Victim"] is Kind.VICTIM
    assert CATEGORIES["Family Relative"] is Kind.RELATIVE


@pytest.mark.parametrize(
    ("category", "source", "kind"),
    [
        ("Forensic", "Evidentiary, Single Source", Kind.TRACE),
        ("Forensic", "Evidentiary, Mixture Source", Kind.MIXTURE),
        ("Known Suspected Terrorist", "Evidentiary, Single Source", Kind.TRACE),
        ("Victim", "Person", Kind.VICTIM),
    ],
)
def test_what_a_profile_is_of(category: str, source: str, kind: Kind) -> None:
    assert _one(_record(FGA, category=category, source=source)).kind is kind


def test_a_picture_of_any_length_is_passed_over() -> None:
    picture = f"<DNAElectropherogramBinaryObject>{'QUJD' * 100_000}</DNAElectropherogramBinaryObject>"
    assert _one(_record(FGA, donor=picture)).rows


def _children(text: str, parent: str) -> list[list[str]]:
    """The names of what stands straight inside each element of one name."""
    import xml.etree.ElementTree as ET

    root = ET.fromstring(text)  # noqa: S314 - what this program wrote itself
    return [
        [child.tag.rpartition("}")[2] for child in each]
        for each in root.iter()
        if each.tag.rpartition("}")[2] == parent
    ]


ORDER = {
    "DNARecord": ["DNACategoryCode", "DNADonor", "DNADataIdentification", "DNAEncoding"],
    "DNAEncoding": [
        "DNATypingTechnologyCode",
        "DNASampleCollection",
        "DNASource",
        "DNAProcess",
        "DNAAnalysis",
        "DNASTRData",
    ],
    "DNASource": [
        "DNASourceIdentification",
        "DNASourceCategoryCode",
        "DNASourceCompositeIndicator",
        "DNASourceKnownIndicator",
    ],
    "DNALocus": ["DNALocusName", "DNALocusCategoryCode", "DNALocusQualityStatusCode", "DNAAllele"],
    "DNAAllele": ["DNAAlleleOperatorCode", "DNAAlleleCall1Text", "DNAAlleleCall2Text", "DNAAlleleRequiredIndicator"],
}
"""What may stand inside, in the order of the schema of NIEM 5.1 (release niem-5.1, xsd/domains/biom.xsd)."""


def _in_order(names: Iterable[str], allowed: list[str]) -> bool:
    places = [allowed.index(each) for each in names]
    return places == sorted(places)


@pytest.mark.parametrize("kind", [*Kind])
def test_what_is_written_keeps_the_order_of_the_schema(kind: Kind) -> None:
    loci = {"FGA": (Allele(200), Allele(212)), "TH01": (Allele(0), Allele(93))}
    profile = Profile("A<&>'\"1", kind, loci, "XY", {"FGA": (Allele(200),)})
    text = "".join(write_niem([profile, Profile("B", kind, loci)]))
    for parent, allowed in ORDER.items():
        assert _children(text, parent)
        assert all(_in_order(each, allowed) for each in _children(text, parent)), parent
    assert len(_children(text, "DNALocus")) == 5
    assert not re.search("donor|birth|sex|ethnic|collect", text, re.IGNORECASE)
    again = [each for each in read_profiles(io.BytesIO(text.encode()), None) if isinstance(each, Read)]
    assert again[0].profile == profile
    assert again[1].profile == Profile("B", kind, loci)


def test_a_profile_without_loci_is_not_written() -> None:
    with pytest.raises(InputError, match="no locus"):
        "".join(write_niem([Profile("A", Kind.TRACE)]))


def _slowly(text: str) -> list[RawProfile | Problem]:
    """The file through the parser alone."""
    return [*records(elements(io.BytesIO(text.encode()), KEPT))]


TH01 = _locus("TH01", _call("6"), _call("9.3"))


def _person(ref: str, *inside: str, donor: str = "", prefix: str = "") -> str:
    begin, end = f"<{prefix}DNARecord>", f"</{prefix}DNARecord>"
    return f"{begin}<DNACategoryCode>Suspect</DNACategoryCode>{donor}{_id(ref)}{''.join(inside)}{end}"


def _file(*people: str, root: str = "DNADataTransaction") -> str:
    return f'<{root} xmlns:x="x">{"".join(people)}</{root}>'


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_record_inside_another_is_read_and_the_other_is_named(prefix: str, place: int) -> None:
    """Whether it stands in front of the outer one's loci, between them or behind."""
    outer = [FGA, TH01]
    outer.insert(place, _person("P-2", _locus("vWA", _call("16")), prefix=prefix))
    text = _file(_person("P-0", FGA), _person("P-1", *outer), _person("P-3", FGA, TH01))
    first, inner, around, last = _read(text)
    assert [first, inner, around, last] == _slowly(text)
    assert isinstance(inner, RawProfile)
    assert (inner.ref, inner.rows) == ("P-2", (("vWA", ("16",)),))
    assert isinstance(around, Problem)
    assert around.where == "record 2"
    assert "another record stands inside it" in around.text
    assert isinstance(first, RawProfile)
    assert isinstance(last, RawProfile)
    assert (last.where, last.rows) == ("record 4 P-3", (("FGA", ("20", "21.2")), ("TH01", ("6", "9.3"))))


def test_records_inside_records_inside_records_are_all_named() -> None:
    text = _file(_person("P-1", _person("P-2", _person("P-3", FGA), TH01), TH01), _person("P-4", FGA))
    found = _read(text)
    assert found == _slowly(text)
    assert [each.ref if isinstance(each, RawProfile) else each.where for each in found] == [
        "P-3", "record 2", "record 1", "P-4",
    ]  # fmt: skip


@pytest.mark.parametrize("around", ["DNADonor", "Pedigree"])
def test_a_record_of_somebody_elses_among_data_on_a_person_is_passed_over_with_them(around: str) -> None:
    """The family of a donor is not searched because the donor's own record names it."""
    hidden = f"<{around}>{_person('X-9', TH01)}</{around}>"
    text = _file(_person("P-1", FGA, donor=hidden), _person("P-2", FGA))
    found = _read(text)
    assert found == _slowly(text)
    assert [each.ref for each in found if isinstance(each, RawProfile)] == ["P-1", "P-2"]
    assert "X-9" not in repr(found)
    assert found[0].where == "record 1 P-1"
    assert found[1].where == "record 2 P-2"


@pytest.mark.parametrize("root", ["DNADonor", "Pedigree", "DNASampleCollection"])
def test_records_of_a_file_whose_root_is_called_like_a_person_are_read(root: str) -> None:
    text = _file(_person("P-1", FGA), _person("P-2", TH01), root=root)
    found = _read(text)
    assert found == _slowly(text)
    assert [each.ref for each in found if isinstance(each, RawProfile)] == ["P-1", "P-2"]


@pytest.mark.parametrize("loci", [1, 2, 16])
@pytest.mark.parametrize("place", ["last", "between"])
def test_a_locus_that_does_not_end_is_refused_though_its_beginning_was_read_before(loci: int, place: str) -> None:
    """What stands behind the last locus of a record may look like a locus that is known: it is none without its end."""
    known = [_locus("vWA", _call(str(number))) for number in range(5, 5 + loci)]
    good = _person("P-1", *known)
    broken = _person("P-2", *known[:-1], known[-1].removesuffix("</DNALocus>"))
    text = _file(*[good] * 3, broken, *[good] * (place == "between"))
    with pytest.raises(InputError, match="no XML"):
        _slowly(text)
    with pytest.raises(InputError, match="no XML"):
        _read(text)


@pytest.mark.parametrize("size", [1 << 16, 1 << 18, (1 << 18) + (1 << 16)])
@pytest.mark.parametrize("by", range(-2, 3))
def test_an_end_without_a_beginning_is_refused_wherever_a_file_is_cut(size: int, by: int) -> None:
    """The second end stands where the next piece of the file begins, a few bytes more or less."""
    one = _person("P-1", FGA)
    begin = '<DNADataTransaction xmlns:x="x">'
    room = size + by - len(begin) - len(one)
    people = one * (room // len(one))
    text = begin + people + " " * (room - len(people)) + one + "</DNARecord>" + one + "</DNADataTransaction>"
    with pytest.raises(InputError, match="no XML"):
        _read(text)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_records_without_loci_stand_among_others_in_their_order(count: int) -> None:
    people = [_person("P-1", FGA), *(_person(f"E-{number}") for number in range(count)), _person("P-2", FGA, TH01)]
    found = _read(_file(*people, *people, *people[1:]))
    assert found == _slowly(_file(*people, *people, *people[1:]))
    refs = [each.ref for each in found if isinstance(each, RawProfile)]
    empty = [f"E-{number}" for number in range(count)]
    assert refs == ["P-1", *empty, "P-2", "P-1", *empty, "P-2", *empty, "P-2"]


def test_persons_traces_and_mixtures_in_one_file_keep_their_own_frame() -> None:
    """The frame of the record before is looked at first, and does not decide for the next."""
    mixed = "<DNASource><DNASourceCategoryCode>Evidentiary, Mixture Source</DNASourceCategoryCode></DNASource>"
    partial = _locus("vWA", _call("16"), quality="Partial")
    people = [
        _person("P-1", partial, FGA),
        _person("T-1", partial, FGA).replace("Suspect", "Forensic"),
        _person("M-1", partial, FGA).replace("Suspect", "Forensic").replace("</DNADataIdent", mixed + "</DNADataIdent", 1),
        _person("S-1", partial, FGA).replace("DNA Profile ID", "Sample ID"),
        _person(" P-5 ", partial, FGA),
        _person("P&amp;6", partial, FGA),
    ]  # fmt: skip
    text = _file(*people, *reversed(people), *people)
    found = _read(text)
    assert found == _slowly(text)
    kinds = [each.kind for each in found if isinstance(each, RawProfile)]
    assert kinds[:4] == [Kind.PERSON, Kind.TRACE, Kind.MIXTURE, Kind.PERSON]
