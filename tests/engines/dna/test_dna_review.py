"""Tables as offices really save them, read by somebody who did not write the reader: nothing is changed in silence."""

import io

import pytest

from egnatia.engines.dna.formats.reading import Read, read_profiles
from egnatia.engines.dna.types import Kind, write_designation
from egnatia.errors import InputError


def _loci(text: str) -> list[dict[str, str]]:
    found = [*read_profiles(io.BytesIO(text.encode()), Kind.PERSON)]
    return [
        {name: write_designation(seen) for name, seen in each.profile.loci.items()}
        for each in found
        if isinstance(each, Read)
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("9,3;10", "9.3,10"),
        ("9,3;9,3", "9.3,9.3"),
        ("9,3;", "9.3,9.3"),
        ("6;9,3", "6,9.3"),
        ("6;9,30", "6,9.3"),
        ("16,17;", "16,17"),
    ],
)
def test_a_decimal_comma_in_a_column_of_its_own_is_one_allele(cells: str, expected: str) -> None:
    """A spreadsheet south of the Danube saves 9.3 as `9,3` between semicolons; 3 and 9 are two other alleles."""
    assert _loci(f"sample;TH01_1;TH01_2\nA;{cells}\n") == [{"TH01": expected}]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("9,3/10", "9.3,10"), ("9,3/9,3", "9.3,9.3"), ("6/9.3", "6,9.3"), ("6,9.3", "6,9.3"), ("6, 8", "6,8")],
)
def test_a_slash_between_two_alleles_leaves_the_comma_to_the_number(cell: str, expected: str) -> None:
    """What stands between slashes is one allele each; without a slash the comma stands between two."""
    assert _loci(f"sample;TH01\nA;{cell}\n") == [{"TH01": expected}]


@pytest.mark.parametrize("between", ["_", " ", "."])
@pytest.mark.parametrize("alleles", [("5", "6"), ("5", "5")])
def test_f13a_with_numbered_columns_is_one_locus_and_not_two(between: str, alleles: tuple[str, str]) -> None:
    """`F13A_1` is the first column of F13A, though it reads like F13A1, and is not given twice."""
    text = f"sample,F13A{between}1,F13A{between}2\nA,{','.join(alleles)}\n"
    found = [*read_profiles(io.BytesIO(text.encode()), Kind.PERSON)]
    assert isinstance(found[0], Read)
    assert {name: write_designation(seen) for name, seen in found[0].profile.loci.items()} == {
        "F13A1": ",".join(alleles)
    }
    assert found[0].remarks == ()


def test_f13a1_alone_is_still_the_locus() -> None:
    """Without a second column the name is the locus's own."""
    assert _loci('sample,F13A_1,vWA\nA,"5,6","14,15"\n') == [{"vWA": "14,15", "F13A1": "5,6"}]


HEADERS = ["sample,TH01_1,TH01_2", "Sample Name,Marker,Allele 1,Allele 2"]
ROWS = [("{},6,7", "{},8,9"), ("{},TH01,6,7", "{},TH01,8,9")]


@pytest.mark.parametrize(("header", "rows"), [*zip(HEADERS, ROWS, strict=True)])
@pytest.mark.parametrize("refs", [('"A', "B"), ('"A', 'B"'), ('"A\nA"', "B"), ("A", '"B'), ('"A', '"B"')], ids=range(5))
def test_a_quote_that_is_not_closed_swallows_no_profile(
    header: str, rows: tuple[str, str], refs: tuple[str, str]
) -> None:
    """Lines that a stray quote joins would be one profile with a strange reference, and the others gone."""
    lines = [row.format(ref) for row, ref in zip(rows, refs, strict=True)]
    with pytest.raises(InputError, match="quot"):
        _loci("\n".join((header, *lines, "")))


def test_quotes_that_are_closed_are_read_and_blank_lines_passed_over() -> None:
    """What honest spreadsheets write: everything quoted, CRLF, a mark before it, empty lines between."""
    text = '\ufeff"sample","TH01_1","TH01_2"\r\n\r\n"A","6","9,3"\r\n\r\n"B ""2""","7","8"\r\n'
    assert _loci(text) == [{"TH01": "6,9.3"}, {"TH01": "7,8"}]
