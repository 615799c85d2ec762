"""Frequencies as others publish them: STRidER's tables, STRBase's XML; the checks of every table hold for them too."""

from pathlib import Path

import pytest
from tests.engines.dna.reckoned import write_frequencies

from egnatia.engines.dna.formats.frequency_files import is_strider, read_strbase, read_strider
from egnatia.engines.dna.frequencies import Population, read_frequency_file
from egnatia.errors import InputError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna"
STRIDER = """TH01
Allele,"Entire Database",Europe,MONTENEGRO,GREECE
,350,350,200,150
1,0.001,,,
6,0.3,0.3,0.25,0.4
9.3,0.699,0.7,0.75,0.6
99,,,,
FGB
Allele,"Entire Database",Europe,MONTENEGRO,GREECE
,350,350,200,150
1,1,1,1,1
FGA
Allele,"Entire Database",Europe,MONTENEGRO,GREECE
,150,150,0,150
20,0.5,0.5,,0.5
21.2,0.5,0.5,,0.5
"""
STRBASE = """<?xml version="1.0"?><frequencies><marker><name>TH01</name><alleles>6, 9.3</alleles>
<origin name="Entire Database" n="350"><frequency allele="6">0.3</frequency><frequency allele="9.3">0.7</frequency></origin>
<origin name="GREECE" n="150"><frequency allele="1">0.0</frequency><frequency allele="6">0.4</frequency>
<frequency allele="9.3">0.6</frequency></origin></marker></frequencies>"""


def _by_name(populations: tuple[Population, ...]) -> dict[str, Population]:
    return {each.name: each for each in populations}


def _file(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared test data is not here: {name}")
    return path


def test_a_block_for_each_locus() -> None:
    found = _by_name(read_strider(STRIDER, "strider"))
    assert {*found} == {"Entire Database", "Europe", "MONTENEGRO", "GREECE"}
    assert found["MONTENEGRO"].loci["TH01"].seen == {60: 0.25, 93: 0.75}
    assert {*found["MONTENEGRO"].loci} == {"TH01"}
    assert found["GREECE"].loci["FGA"].seen == {200: 0.5, 212: 0.5}


def test_people_are_counted_and_each_has_two_alleles() -> None:
    found = _by_name(read_strider(STRIDER, "strider"))
    assert found["MONTENEGRO"].loci["TH01"].counted == 400
    assert found["MONTENEGRO"].loci["TH01"].least == 5 / 400
    assert _by_name(read_strbase(STRBASE.encode(), "strbase"))["GREECE"].loci["TH01"].counted == 300


def test_a_continent_of_one_country_is_left_out_and_two_equal_countries_are_refused() -> None:
    alone = STRIDER.replace("0.3,0.3,0.25", "0.3,0.4,0.25").replace("0.699,0.7,0.75", "0.699,0.6,0.75")
    assert {*_by_name(read_strider(alone, "strider"))} == {"Entire Database", "MONTENEGRO", "GREECE"}
    same = STRIDER.split("FGB", maxsplit=1)[0].replace("0.25,0.4", "0.4,0.4").replace("0.75,0.6", "0.6,0.6")
    with pytest.raises(InputError, match="MONTENEGRO and GREECE have the same table"):
        read_strider(same, "strider")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.25,0.4", "0.15,0.4", "sums to 0.9"),
        ("0.25,0.4", "2.5,0.4", "no frequency"),
        ("0.25,0.4", "nan,0.4", "no frequency"),
        ("9.3,0.699", "6,0.699", "stands twice"),
        ("9.3,0.699", "OL,0.699", "is no allele"),
        (",350,350,200,150\n1,0.001", ",350,350,many,150\n1,0.001", "not of numbers"),
        ('TH01\nAllele,"Entire Database",Europe,MONTENEGRO,GREECE\n,350,350,200,150\n', "TH01\n", "without a locus"),
        ("9.3,0.699,0.7,0.75,0.6", "9.3,0.699,0.7,0.75,0.6,0.1", "without a locus"),
    ],
)
def test_a_table_that_does_not_hold_is_refused(old: str, new: str, said: str) -> None:
    assert old in STRIDER
    with pytest.raises(InputError, match=said):
        read_strider(STRIDER.replace(old, new, 1), "strider")


def test_strbase_in_xml() -> None:
    found = _by_name(read_strbase(STRBASE.encode(), "strbase"))
    assert {*found} == {"Entire Database", "GREECE"}
    assert found["GREECE"].loci["TH01"].seen == {60: 0.4, 93: 0.6}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<frequencies>", "<frequency>", "no XML"),
        ("frequencies", "tables", "and not with frequencies"),
        ("0.4</", "0.1</", "sums to 0.7"),
        ('allele="6">0.4', 'allele="x">0.4', "is no allele"),
        ("<?xml", "<!DOCTYPE f [<!ENTITY a 'b'>]><?xml", "no XML|document type"),
        ('version="1.0"?>', 'version="1.0"?><!DOCTYPE f [<!ENTITY a "b">]>', "document type"),
        ('n="150"', 'n="few"', "no number of alleles"),
    ],
)
def test_xml_that_does_not_hold_is_refused(old: str, new: str, said: str) -> None:
    assert old in STRBASE
    with pytest.raises(InputError, match=said):
        read_strbase(STRBASE.replace(old, new).encode(), "strbase")


def test_the_door_tells_them_apart_by_how_they_begin(tmp_path: Path) -> None:
    own = "".join(write_frequencies(read_strider(STRIDER, "strider")))
    for name, text in (("a.csv", STRIDER), ("b.xml", STRBASE), ("c.csv", own), ("d.csv", "\ufeff" + STRIDER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert "GREECE" in _by_name(read_frequency_file(tmp_path / name))
    assert not is_strider(own)
    (tmp_path / "e.csv").write_bytes(STRIDER.encode("utf-16"))
    with pytest.raises(InputError, match="cannot be read"):
        read_frequency_file(tmp_path / "e.csv")


def test_the_published_release_of_strider() -> None:
    found = _by_name(read_frequency_file(_file("strider_frequencies_2025-08-06.csv")))
    assert len(found["MONTENEGRO"].loci) == 15
    assert len(found["BOSNIA AND HERZEGOWINA"].loci) == 16
    assert len(found["CROATIA"].loci) == 20
    assert found["MONTENEGRO"].loci["TH01"].counted == 400
    assert found["BOSNIA AND HERZEGOWINA"].loci["D1S1656"].counted == 342
    assert "America" not in found  # of which the release has the Dominican Republic alone
    assert "Europe" in found


def test_the_published_regions_of_norstr() -> None:
    found = _by_name(read_frequency_file(_file("norstr_frequencies.csv")))
    assert len(found) == 7
    assert found["westAsia"].loci["FGA"].counted == 200  # it does not say; the cautious reading
