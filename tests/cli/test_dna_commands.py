"""`egnatia dna` as somebody types it: import, search, compare, figures; and what is said when a file is wrong."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.dna.columns import load, unpack

LOCI = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51", "D16S539", "D2S1338", "D19S433")
BASE = ("16/17", "6/9.3", "29/31.2", "21/24", "13/14", "15/16", "12/17", "11/12", "17/25", "13/14")
NEAR = (*BASE[:-1], "13/15")
OTHER = tuple("20/20" for _ in LOCI)


def _table(path: Path, rows: Mapping[str, tuple[str, tuple[str, ...]]], columns: tuple[str, ...] = LOCI) -> Path:
    lines = [",".join(("ref", "kind", *columns))]
    lines += [",".join((ref, kind, *values)) for ref, (kind, values) in rows.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["dna", *map(str, arguments)])


@pytest.fixture
def columns(tmp_path: Path) -> Path:
    rows = {"P-1": ("person", BASE), "P-2": ("person", NEAR), "P-3": ("person", OTHER), "V-1": ("victim", BASE)}
    result = _run("import", _table(tmp_path / "people.csv", rows), "--into", tmp_path / "columns")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{tmp_path / 'columns'}: 4 profiles, 0 left out\n"
    return tmp_path / "columns"


def test_a_trace_is_searched_and_chance_is_told_with_the_warning(columns: Path, tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    result = _run("search", columns, trace)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "T-1: 2 candidates"
    assert lines[2].split()[:3] == ["P-1", "person", "full"]
    assert lines[3].startswith("P-2")
    assert "near by one allele" in lines[3]
    assert "10 loci compared, 9 agree in full, 1 differ in one allele" in lines[3]
    assert "Chance alone gives one such candidate in about" in result.stdout
    assert "a lead and no identification" in result.stdout
    assert "V-1" not in result.stdout


def test_the_same_as_json(columns: Path, tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE), "T-2": ("trace", OTHER)})
    first, second = (json.loads(line) for line in _run("search", columns, trace, "--json").stdout.splitlines())
    assert [each["ref"] for each in first["candidates"]] == ["P-1", "P-2"]
    assert first["rules"] == {"id": "cautious", "version": "1"}
    assert first["compared"] == 4
    assert first["expected"][0]["matches"] >= first["expected"][-1]["matches"] > 0
    assert {each["agreement"] for each in first["candidates"][1]["loci"]} == {"full", "one allele off"}
    assert [each["ref"] for each in second["candidates"]] == ["P-3"]
    assert first["more_loci"] is False


@pytest.mark.parametrize(("most", "asked"), [("1e-30", True), ("1.0", False)])
def test_more_loci_are_asked_for_where_chance_gives_too_much(
    columns: Path, tmp_path: Path, most: str, *, asked: bool
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'id = "ours"\nversion = "1"\ntitle = "t"\nsource = "s"\nloci = "ess-7"\nkinds = [["trace", "person"]]\n'
        f'max_expected = {most}\n[[classes]]\nlabel = "same"\nmin_full = 7\nmin_compared = 7\n',
        encoding="utf-8",
    )
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    result = _run("search", columns, trace, "--rules", own)
    assert ("Ask for more loci to be typed before anything else" in result.stdout) is asked
    assert json.loads(_run("search", columns, trace, "--rules", own, "--json").stdout)["more_loci"] is asked


@pytest.mark.parametrize("rules", ["codis-high", "codis-moderate"])
def test_stringency_carries_its_coincidences_too(columns: Path, tmp_path: Path, rules: str) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    told = json.loads(_run("search", columns, trace, "--rules", rules, "--json").stdout)
    assert [each["ref"] for each in told["candidates"]] == ["P-1"]
    assert told["expected"][0]["matches"] > 0


def test_no_candidate_is_a_negative_answer(columns: Path, tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", tuple("30/31" for _ in LOCI))})
    result = _run("search", columns, trace)
    assert (result.exit_code, result.stdout) == (1, "T-1: no candidate\n")


@pytest.mark.parametrize("kind", ["victim", "elimination", "relative"])
def test_the_protected_cannot_be_asked_for(columns: Path, tmp_path: Path, kind: str) -> None:
    result = _run("search", columns, _table(tmp_path / "asked.csv", {"X-1": (kind, BASE)}))
    assert result.exit_code == 2
    assert f"compares profiles of kind {kind} with none" in result.stderr


def test_too_few_loci_are_refused_with_what_is_missing(columns: Path, tmp_path: Path) -> None:
    asked = _table(tmp_path / "asked.csv", {"T-1": ("trace", BASE[:5])}, LOCI[:5])
    result = _run("search", columns, asked, "--rules", "prum-ess7")
    assert result.exit_code == 2
    assert "5 loci in full, 6 needed" in result.stderr
    assert "More loci have to be typed" in result.stderr


def test_import_names_what_it_leaves_out_and_what_it_read_otherwise(tmp_path: Path) -> None:
    rows = {"P-1": ("person", ("16/OL", *BASE[1:])), "P-2": ("nobody", BASE)}
    file = _table(tmp_path / "people.csv", rows)
    result = _run("import", file, "--into", tmp_path / "columns", "--remarks")
    assert result.exit_code == 0
    assert "people.csv, line 3 'P-2': 'nobody' is no kind" in result.stderr
    assert "people.csv, line 2: vWA off ladder OL" in result.stderr
    assert "1 values read otherwise than written" in result.stderr
    again = _run("import", file, "--into", tmp_path / "columns")
    assert again.exit_code == 9
    assert "is not empty" in again.stderr


def test_an_import_of_nothing_writes_nothing(tmp_path: Path) -> None:
    file = _table(tmp_path / "people.csv", {"P-1": ("nobody", BASE)})
    result = _run("import", file, "--into", tmp_path / "columns", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "into": str(tmp_path / "columns"), "left out": 1, "profiles": 0, "remarks": 0, "tolerated": 0,
        "stripped": 0, "obligatory": 0,
    }  # fmt: skip
    assert not (tmp_path / "columns").exists()


def test_two_profiles_side_by_side(tmp_path: Path) -> None:
    left = _table(tmp_path / "left.csv", {"A": ("trace", (*BASE, "X/Y"))}, (*LOCI, "AMEL"))
    right = _table(tmp_path / "right.csv", {"B": ("person", (*NEAR, "X"))}, (*LOCI, "AMEL"))
    result = _run("compare", left, right)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["locus", "A", "B", "agreement"]
    assert "cautious: near by one allele" in result.stdout.splitlines()
    assert "10 loci compared, 9 agree in full, 1 differ in one allele." in result.stdout
    assert "the most cautious of 10 populations" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("This is a lead and no identification.")
    told = json.loads(_run("compare", left, right, "--json", "--persons", "7200000", "--traces", "100000").stdout)
    assert len(told["statement"]["figures"]) == 10
    assert told["statement"]["sizes"] == {"searched": 7_200_000, "persons": 7_200_000, "traces": 100_000}
    assert "amelogenin differs (XY, X)" in result.stderr
    assert json.loads(_run("compare", left, right, "--json").stdout)["class"] == "near by one allele"
    none = _run("compare", left, _table(tmp_path / "other.csv", {"C": ("person", OTHER)}))
    assert none.exit_code == 1
    assert "no candidates for each other" in none.stdout


def test_how_rare_a_profile_is(tmp_path: Path) -> None:
    file = _table(tmp_path / "one.csv", {"P-1": ("person", BASE)})
    result = _run("stats", file, "--json")
    (found,) = [json.loads(line) for line in result.stdout.splitlines()]
    values = [each["log10"] for each in found["populations"]]
    assert len(values) == 10
    assert values == sorted(values, reverse=True)
    assert values[0] < -8
    wider = json.loads(_run("stats", file, "--json", "--theta", "0.03").stdout)
    assert wider["populations"][0]["log10"] > values[0]


def test_frequencies_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("population,locus,allele,frequency\nours,TH01,6,0.5\nours,TH01,9.3,0.5\n", encoding="utf-8")
    file = _table(tmp_path / "one.csv", {"P-1": ("person", BASE)})
    result = _run("stats", file, "--theta", "0", "--frequencies", own)
    assert result.exit_code == 0
    assert "10^0.30" in result.stdout
    own.write_text("population,locus,allele,frequency\nours,TH01,6,0.5\n", encoding="utf-8")
    refused = _run("stats", file, "--frequencies", own)
    assert refused.exit_code == 2
    assert "sums to 0.5000" in refused.stderr


def test_pairs_that_chance_alone_would_give() -> None:
    result = _run("expect", "--persons", "7200000", "--traces", "100000", "--loci", "ess-7", "--json")
    rows = {each["population"]: each for each in map(json.loads, result.stdout.splitlines())}
    assert round(rows["UK EA1 and EA2"]["agree in full"]) == 819
    refused = _run("expect", "--persons", "1", "--traces", "1", "--loci", "FGA,nowhere")
    assert refused.exit_code == 2
    assert "names no set of loci" in refused.stderr
    assert _run("expect", "--persons", "1", "--traces", "1", "--loci", "CD4").exit_code == 2


def test_rule_sets_are_listed_shown_and_read_from_files(columns: Path, tmp_path: Path) -> None:
    assert "prum-ess12" in _run("rules").stdout
    shown = _run("rules", "prum-ess7").stdout
    assert "Council Decision 2008/616/JHA" in shown
    assert "quality 4" in shown
    own = tmp_path / "own.toml"
    own.write_text(
        'id = "ours"\nversion = "1"\ntitle = "t"\nsource = "s"\nloci = "ess-7"\nkinds = [["trace", "person"]]\n'
        '[[classes]]\nlabel = "same"\nmin_full = 7\nmin_compared = 7\n',
        encoding="utf-8",
    )
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    found = json.loads(_run("search", columns, trace, "--rules", own, "--json").stdout)
    assert {each["class"] for each in found["candidates"]} == {"same"}
    assert len(found["candidates"]) == 2
    assert _run("rules", "nowhere").exit_code == 4
    own.write_text("id = 3\n", encoding="utf-8")
    assert _run("rules", own).exit_code == 2


def test_codis_is_written_and_can_be_searched(columns: Path, tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", (*BASE, "15/16"))}, (*LOCI, "D1S1656"))
    written = _run("convert", trace, "--source", "GBDNA", "--to", "ALDNA", "--user", "examiner-1")
    assert written.exit_code == 0
    assert "no name for: D1S1656" in written.stderr
    file = tmp_path / "trace.xml"
    file.write_text(written.stdout, encoding="utf-8")
    assert _run("search", columns, file).stdout.startswith("T-1: 2 candidates")
    assert _run("convert", trace, "--source", "", "--to", "ALDNA", "--user", "u").exit_code == 2


def test_a_family_is_found_and_nobody_elses(tmp_path: Path) -> None:
    mother = tuple(f"{each.split('/')[0]}/30" if "." not in each else each for each in BASE)
    rows = {"R-1": ("relative", mother), "R-2": ("relative", OTHER), "P-1": ("person", mother)}
    _run("import", _table(tmp_path / "family.csv", rows), "--into", tmp_path / "columns")
    child = _table(tmp_path / "child.csv", {"M-1": ("missing", BASE)})
    result = _run("kinship", tmp_path / "columns", child, "--relation", "parent", "--least", "1")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("M-1: 1 profiles reach the index")
    assert "R-1" in result.stdout
    assert "P-1" not in result.stdout
    told = _run("kinship", tmp_path / "columns", child, "--relation", "parent", "--least", "1", "--json")
    (found,) = [json.loads(line) for line in told.stdout.splitlines()]
    assert [each["ref"] for each in found["relatives"]] == ["R-1"]
    assert _run("kinship", tmp_path / "columns", child, "--relation", "parent", "--least", "30").exit_code == 1


@pytest.mark.parametrize("kind", ["trace", "person", "victim"])
def test_relatives_of_traces_and_suspects_are_not_looked_for(columns: Path, tmp_path: Path, kind: str) -> None:
    result = _run("kinship", columns, _table(tmp_path / "asked.csv", {"T-1": (kind, BASE)}), "--relation", "siblings")
    assert result.exit_code == 2
    assert "relatives are looked for from missing, remains, relative only" in result.stderr


def test_both_contributors_to_a_mixture_are_found(columns: Path, tmp_path: Path) -> None:
    mixed = tuple(
        "/".join(sorted({*one.split("/"), *other.split("/")})) for one, other in zip(BASE, OTHER, strict=True)
    )
    trace = _table(tmp_path / "mixed.csv", {"T-1": ("mixture", mixed)})
    result = _run("mixture", columns, trace)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("T-1: 3 persons reach the ratio")
    assert "a lead and no identification" in result.stdout
    told = json.loads(_run("mixture", columns, trace, "--json", "--least", "8").stdout)
    refs = [each["ref"] for each in told["contributors"]]
    assert refs[:1] in (["P-1"], ["P-3"])
    assert "V-1" not in refs
    assert _run("mixture", columns, trace, "--least", "60").exit_code == 1
    assert _run("mixture", columns, trace, "--unknown", "4").exit_code == 2


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"<a>", b"ref,kind,FGA\n"])
def test_a_file_without_a_profile_is_refused_as_a_question(columns: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "asked"
    file.write_bytes(content)
    result = _run("search", columns, file)
    assert result.exit_code == 2
    assert "egnatia: INPUT:" in result.stderr


def test_columns_that_are_none(tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    result = _run("search", tmp_path / "nowhere", trace)
    assert result.exit_code == 2
    assert "egnatia dna import" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "{columns}", "{file}", "--theta", "nan"),
        ("stats", "{file}", "--theta", "NaN"),
        ("join", "{columns}", "--rules", "prum-ess12", "--theta", "nan"),
        ("compare", "{file}", "{file}", "--theta", "nan"),
        ("mixture", "{columns}", "{file}", "--drop-in", "nan"),
        ("mixture", "{columns}", "{file}", "--least", "nan"),
        ("kinship", "{columns}", "{file}", "--relation", "parent", "--least", "nan"),
        ("simulate", "--into", "{file}-sets", "--persons", "3", "--seed", "1", "--missing", "nan"),
    ],
    ids=" ".join,
)
def test_what_is_not_a_number_is_no_option(columns: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`nan` lies in every range as a computer reads it; a candidate would be shown with a chance of `nan`."""
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    result = _run(*(each.format(columns=columns, file=trace) for each in arguments))
    assert result.exit_code == 2, result.output
    assert "is not a number" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("left", "right", "rules", "why"),
    [
        (("trace", BASE), ("victim", BASE), "prum-ess7", "kinds trace and victim"),
        (("elimination", BASE), ("trace", BASE), "cautious", "kinds elimination and trace"),
        (("person", BASE), ("person", BASE), "cautious", "kinds person and person"),
        (("trace", BASE), ("relative", BASE), "codis-high", "kinds trace and relative"),
        (("trace", BASE), ("person", ("16/17", "*/*", "*/*", *BASE[3:])), "prum-ess7", "5 of 7 core loci"),
        (("trace", (*BASE[:5], *["13/*"] * 5)), ("person", BASE), "prum-ess12", "5 loci in full, 6 needed"),
    ],
)
def test_what_a_search_would_not_look_at_is_no_candidate_side_by_side(
    tmp_path: Path, left: tuple[str, tuple[str, ...]], right: tuple[str, tuple[str, ...]], rules: str, why: str
) -> None:
    """A victim is never searched; nor does comparing two files make one a hit, with its figures and words for a court."""
    files = (_table(tmp_path / "left.csv", {"A": left}), _table(tmp_path / "right.csv", {"B": right}))
    for order in (files, files[::-1]):
        result = _run("compare", *order, "--rules", rules)
        assert result.exit_code == 1
        assert result.stdout.splitlines()[-1] == f"{rules}: no candidates for each other"
        assert "one in" not in result.stdout
        if "kinds" not in why:
            assert why in result.stderr
        told = json.loads(_run("compare", *order, "--rules", rules, "--json").stdout)
        assert (told["class"], told["statement"]) == (None, None)
        assert told["loci"]
    assert why in _run("compare", *files, "--rules", rules).stderr


def test_of_several_profiles_in_a_file_none_is_picked(tmp_path: Path) -> None:
    """The first would be compared and the second, who may be the one that is meant, passed over in silence."""
    one = _table(tmp_path / "one.csv", {"A": ("trace", BASE)})
    several = _table(tmp_path / "several.csv", {"B": ("person", OTHER), "C": ("person", BASE)})
    for order in ((one, several), (several, one)):
        result = _run("compare", *order)
        assert result.exit_code == 2
        assert "several.csv has 2 profiles" in result.stderr
        assert result.stdout == ""


def test_an_import_comes_to_the_same_whether_its_remarks_are_named_or_counted(tmp_path: Path) -> None:
    """Without --remarks profiles are packed by the block, with them one by one: columns, counts and problems are the same."""
    rows = {f"P-{number}": ("person", BASE if number % 3 else NEAR) for number in range(600)}
    rows |= {"P-7": ("person", ("9,3", "06/9.30", *BASE[2:])), "P-8": ("nobody", BASE), "P-9": ("mixture", BASE)}
    rows |= {"P-10": ("trace", ("15/16/17", "6/7/8", *BASE[2:])), "P-11": ("person", ("OL", *BASE[1:]))}
    table = _table(tmp_path / "a.csv", rows)
    long = tmp_path / "b.csv"
    long.write_text(
        "Sample Name,Marker,Allele 1,Allele 2\nQ-1,vWA,16,17\nQ-1,DYS391,10,\n,FGA,20,21\nQ-2,FGA,20,\n", "utf-8"
    )
    made = [("counted", ()), ("named", ("--remarks",))]
    runs = [
        _run("import", table, long, "--into", tmp_path / name, "--kind", "person", "--json", *more)
        for name, more in made
    ]
    counted, named = ({**json.loads(each.stdout), "into": ""} for each in runs)
    assert counted == named
    assert counted["profiles"] == 601
    assert counted["left out"] == 2
    assert counted["remarks"] > 5
    one, two = ([*unpack(load(tmp_path / name))] for name, _ in made)
    assert one == two
    assert [each.ref for each in one[:4]] == ["P-0", "P-1", "P-2", "P-3"]
    left_out = [[line for line in each.stderr.splitlines() if "left out" in line] for each in runs]
    assert left_out[0] == left_out[1]
    assert [line.split(":")[0] for line in left_out[0]] == ["a.csv, line 10 'P-8'", "b.csv, line 4"]
    assert "unknown locus" in runs[1].stderr
    assert "unknown locus" not in runs[0].stderr
