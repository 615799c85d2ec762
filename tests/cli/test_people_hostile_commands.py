"""`egnatia people` against files and arguments that a careless or hostile hand gives it: always words, never a lost file."""

import csv
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.people.link.judgements import MAX_AUTHOR, MAX_REASON, read_book
from egnatia.engines.people.simulate import Recipe, lines, write

HEAD = "ref,first_names,family_names,birth_date,father_name,mother_name,identifiers,aliases\n"
LINE = "R1,Arben,Hoxha,1990-03-07,Gezim,Drita,AB123456,\n"
QUESTION = ("--first", "Arben", "--family", "Hoxha", "--born", "1990-03-07")
BIG = "x" * 60_000


def run(*arguments: object) -> Result:
    made = CliRunner().invoke(cli, ["people", *map(str, arguments)])
    assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
    return made


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write(lines(Recipe(120, 3, 0.4)), stream)
    return path


@pytest.fixture(scope="module")
def model(register: Path) -> str:
    path = register.with_name("model.json")
    assert run("link", register, "--out", register.with_name("links.csv"), "--save-model", path).exit_code == 0
    return path.read_text()


TABLES = {
    "UTF-16": (HEAD + LINE).encode("utf-16"),
    "UTF-16 without a mark": (HEAD + LINE).encode("utf-16-be"),
    "old Macs": (HEAD + LINE).replace("\n", "\r").encode(),
    "between tabs": (HEAD + LINE).replace(",", "\t").encode(),
    "workbook": b"PK\x03\x04" + bytes(500),
    "empty": b"",
    "the first line is empty": b"\n\n" + (HEAD + LINE).encode(),
    "quoted value": (HEAD + 'R0,"Arben,Hoxha,,,,,\n' + LINE * 3_000).encode(),
    "line 1 is longer": (HEAD.strip() + "," + ",".join(f"c{n}" for n in range(10_000)) + "\n").encode(),
    "line 3 is longer": (HEAD + LINE + LINE.replace("Arben", BIG)).encode(),
    "called 'colour'": b"ref,colour\nR1,red\n",
    "ref is missing": b"first_names,family_names\nArben,Hoxha\n",
}


@pytest.mark.parametrize("says", TABLES)
def test_a_file_that_is_no_table_is_named_for_what_it_is_by_every_command(says: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TABLES[says])
    commands = (
        ("search", path, *QUESTION),
        ("index", path, "--out", tmp_path / "index"),
        ("link", path, "--out", tmp_path / "links.csv"),
        ("explain", path, "R1", "R2"),
        ("why", "R1", "R2", "--in", path),
    )
    for command in commands:
        made = run(*command)
        assert made.exit_code == 2, command
        assert says.removesuffix(" without a mark") in made.stderr, command
        assert "→" in made.stderr
        assert "newline=" not in made.stderr
    assert not (tmp_path / "index").exists()
    assert not (tmp_path / "links.csv").exists()


@pytest.mark.parametrize("column", range(8))
def test_sixty_kilobytes_in_any_column_name_the_line(column: int, tmp_path: Path) -> None:
    values = LINE.strip().split(",")
    values[column] = BIG
    path = tmp_path / "list.csv"
    path.write_text(HEAD + LINE.replace("R1", "R0") + ",".join(values) + "\n")
    made = run("search", path, *QUESTION)
    assert made.exit_code == 2
    assert "line 3 is longer than 20,000 bytes" in made.stderr
    assert len(made.stderr) < 500


@pytest.mark.parametrize("option", ["--first", "--family", "--born", "--father", "--mother", "--number"])
@pytest.mark.parametrize(
    "value", [BIG, "\udcff", "\ud800x", "a\0b", "\u202e" * 9, "=cmd()", "NaN", "-1", "%s%n", "\x1b[2J"]
)
def test_no_description_of_a_person_ends_in_anything_but_words(option: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + LINE)
    made = run("search", path, *QUESTION, option, value)
    assert made.exit_code in {0, 1, 2}
    assert "\x1b" not in made.output
    assert "\u202e" not in made.output
    assert len(made.output) < 5_000


def test_a_reference_that_a_spreadsheet_would_work_out_is_left_out_and_named(tmp_path: Path) -> None:
    path, out = tmp_path / "list.csv", tmp_path / "links.csv"
    refs = ("=cmd()|' /C calc'!A0", "@SUM(1)", "+1-1", "-2+3", "\tR", "+355691234567", "R1", "R2")
    path.write_text(HEAD + "".join(LINE.replace("R1", f'"{ref}"') for ref in refs))
    made = run("link", path, "--out", out, "--groups", tmp_path / "groups.csv", "--from", "0.0001")
    assert made.exit_code == 0, made.output
    assert made.stderr.count("begins as a formula") == 4, "white space around a reference goes before it is looked at"
    written = out.read_text() + (tmp_path / "groups.csv").read_text()
    assert "R1" in written
    for ref in refs[:4]:
        assert ref not in written


# Files that would be lost.


@pytest.mark.parametrize("given", [("--out", "r"), ("--out", "o", "--groups", "r"), ("--out", "o", "--save-model", "r"),
                                   ("--out", "o", "--groups", "o"), ("--out", "b", "--judgements", "b"),
                                   ("--out", "link-to-r")])  # fmt: skip
def test_a_register_is_never_overwritten_by_its_links(given: tuple[str, ...], tmp_path: Path) -> None:
    register = tmp_path / "r"
    register.write_text(HEAD + LINE)
    (tmp_path / "link-to-r").symlink_to(register)
    (tmp_path / "b").write_text("")
    made = run("link", register, *(tmp_path / each if not each.startswith("--") else each for each in given))
    assert made.exit_code == 2
    assert "named twice" in made.stderr
    assert register.read_text() == HEAD + LINE


@pytest.mark.parametrize("given", [("out", "truth"), ("out", "questions"), ("truth", "questions")])
def test_a_made_up_register_and_its_truth_are_not_written_into_one_file(given: tuple[str, str], tmp_path: Path) -> None:
    one, other = (f"--{name}" for name in given)
    made = run("simulate", "--persons", 3, "--seed", 1, one, tmp_path / "a.csv", other, tmp_path / "." / "a.csv")
    assert made.exit_code == 2
    assert "named twice" in made.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--out", "--groups", "--save-model"])
def test_a_directory_that_is_not_there_is_told_before_the_work(option: str, register: Path, tmp_path: Path) -> None:
    more = () if option == "--out" else ("--out", tmp_path / "links.csv")
    made = run("link", register, *more, option, tmp_path / "nowhere" / "links.csv")
    assert made.exit_code == 2
    assert "there is no directory" in made.stderr
    assert not list(tmp_path.iterdir()), "nothing was begun"


# Judgements.


def judge(book: Path, *arguments: str, by: str = "A. Officer", reason: str = "two passports") -> Result:
    return run("judge", *arguments, "--judgements", book, "--by", by, "--reason", reason)


@pytest.mark.parametrize(
    ("arguments", "by", "reason"),
    [
        (("a", "b", "positive"), "x" * (MAX_AUTHOR + 1), "why"),
        (("a", "b", "positive"), "x", "y" * (MAX_REASON + 1)),
        (("a" * 60_000, "b" * 60_000, "positive"), "x", "y"),
        (("a", "\udcff", "positive"), "x", "y"),
        (("a", "b", "positive"), "\ud800", "y"),
        (("a", "b", "positive"), " ", "y"),
        (("a", "a", "positive"), "x", "y"),
        (("a", "b"), "x", "y"),
        (("a", "--undo", "1"), "x", "y"),
        (("--undo", "1"), "", "y"),
        (("--undo", "1"), "x" * 999, "y"),
    ],
)
def test_a_judgement_that_could_not_be_read_again_is_not_written(
    arguments: tuple[str, ...], by: str, reason: str, tmp_path: Path
) -> None:
    """A line that is too long would make every later run refuse the whole file of judgements."""
    book = tmp_path / "book.jsonl"
    assert judge(book, "a", "c", "unsure").exit_code == 0
    before = book.read_bytes()
    made = judge(book, *arguments, by=by, reason=reason)
    assert made.exit_code == 2, made.output
    assert book.read_bytes() == before
    assert judge(book, "a", "d", "negative").exit_code == 0


def test_a_last_line_without_its_end_is_not_joined_to_the_next(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    judge(book, "a", "b", "positive")
    book.write_bytes(book.read_bytes().rstrip(b"\n"))
    made = judge(book, "a", "c", "negative")
    assert "line 2 added" in made.stdout
    with book.open() as stream:
        assert len(read_book(stream).entries) == 2


def test_undo_counts_lines_as_an_editor_does(tmp_path: Path) -> None:
    """With an empty line in the file, line 3 is the second judgement: another would have been undone."""
    book = tmp_path / "book.jsonl"
    judge(book, "a", "b", "positive")
    with book.open("a") as stream:
        stream.write("\n")
    assert "line 3 added" in judge(book, "a", "c", "positive").stdout
    assert judge(book, "--undo", "3").exit_code == 0
    with book.open() as stream:
        made = read_book(stream)
    assert made.standing(("a", "c")) is None
    assert made.standing(("a", "b")) is not None


@pytest.mark.parametrize(("line", "status", "says"), [
    ("2", 4, "line 2 of"), ("9", 4, "line 9 of"), ("1", 9, "line 1 is undone already"), ("3", 4, "line 3 says"),
])  # fmt: skip
def test_what_cannot_be_undone_is_said_of_the_line_that_was_named(
    line: str, status: int, says: str, tmp_path: Path
) -> None:
    book = tmp_path / "book.jsonl"
    judge(book, "a", "b", "positive")
    with book.open("a") as stream:
        stream.write("\n")
    judge(book, "--undo", "1")
    made = judge(book, "--undo", line)
    assert made.exit_code == status
    assert says in made.stderr


def test_a_judgement_about_nobody_in_the_file_is_told(register: Path, tmp_path: Path) -> None:
    """A slip in a reference: a negative judgement that keeps nobody apart must not look as if it did."""
    book = tmp_path / "book.jsonl"
    judge(book, "S-00000001", "S-0000000Z", "negative")
    made = run("link", register, "--out", tmp_path / "links.csv", "--judgements", book)
    assert made.exit_code == 0
    assert "S-00000001 and S-0000000Z were judged, and one of them is not in the file" in made.stderr
    row = json.loads(run("link", register, "--out", tmp_path / "l2.csv", "--judgements", book, "--json").stdout)
    assert row["judgements_of_nobody"] == [["S-00000001", "S-0000000Z"]]


# Models.


@pytest.mark.parametrize(
    "change",
    [
        {"share": float("nan")}, {"share": 0}, {"share": 1}, {"share": -1}, {"share": float("inf")}, {"twins": -0.5},
        {"twins": float("nan")}, {"twins": 1}, {"records": -1}, {"records": float("inf")}, {"same": {}}, {"chance": {}},
        {"usual": {}}, {"same": {"first_names": {}}}, {"usual": {"first_names": {"CLOSE": float("nan")}}},
    ],
)  # fmt: skip
def test_a_model_whose_numbers_no_register_teaches_is_refused(
    change: dict[str, object], model: str, register: Path, tmp_path: Path
) -> None:
    """With a share that is no number every link was gone, and nothing said why."""
    made = tmp_path / "model.json"
    made.write_text(json.dumps(json.loads(model) | change))
    found = run("link", register, "--out", tmp_path / "links.csv", "--model", made)
    assert found.exit_code == 2
    assert "no model of linkage" in found.stderr


def test_a_model_with_one_rate_above_one_is_refused(model: str, register: Path, tmp_path: Path) -> None:
    plain = json.loads(model)
    plain["chance"]["birth_date"]["SAME"] = 1.5
    (tmp_path / "model.json").write_text(json.dumps(plain))
    assert run("link", register, "--out", tmp_path / "l.csv", "--model", tmp_path / "model.json").exit_code == 2


# What must not matter.


def rewritten(register: Path, into: Path, seed: int, origin: int, delimiter: str = ",") -> Path:
    """The same register with its lines and columns in another order, and columns of origin filled by chance."""
    chance = random.Random(seed)
    with register.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    chance.shuffle(rows)
    for row in rows:
        other = random.Random(f"{origin}{row['ref']}")
        row["nationality"] = other.choice(["ALB", "XKX", "SRB", "GBR", ""])
        row["place_of_birth"] = other.choice(["Tirana", "Beograd", "Prizren", ""])
        row["sex"] = other.choice(["F", "M", "X", ""])
    names = list(rows[0])
    chance.shuffle(names)
    with into.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, delimiter=delimiter, lineterminator=chance.choice(["\n", "\r\n"]))
        writer.writeheader()
        writer.writerows(rows)
    return into


@pytest.mark.parametrize(("seed", "delimiter"), [(1, ","), (2, ";"), (3, ",")])
def test_order_of_lines_and_columns_and_whatever_stands_for_origin_change_no_byte_of_a_result(
    seed: int, delimiter: str, register: Path, tmp_path: Path
) -> None:
    other = rewritten(register, tmp_path / "register.csv", seed, seed, delimiter)
    said = []
    for path, folder in ((register, tmp_path / "one"), (other, tmp_path / "other")):
        folder.mkdir()
        made = run("link", path, "--out", folder / "links.csv", "--groups", folder / "groups.csv", "--from", "0.3")
        assert made.exit_code == 0, made.output
        asked = run("search", path, "--first", "Arben", "--family", "Krasniqi", "--born", "1980-05", "--json")
        why = run("why", "S-00000001", "S-00000002", "--in", path, "--json")
        files = [(folder / name).read_bytes() for name in ("links.csv", "groups.csv")]
        said.append((*files, asked.stdout, why.stdout))
    assert said[0] == said[1]
    assert b"S-0" in said[0][0]


# References that come again.


def test_two_files_that_number_their_records_alike_are_told_apart(tmp_path: Path) -> None:
    first, second = tmp_path / "tirana.csv", tmp_path / "durres.csv"
    first.write_text(HEAD + LINE + LINE.replace("R1", "R2").replace("Arben,Hoxha,1990", "Mimoza,Gashi,1971"))
    second.write_text(
        HEAD + LINE.replace("R1", "R2") + LINE.replace("R1", "R1").replace("Arben,Hoxha,1990", "Ilir,Meta,1966")
    )
    out = tmp_path / "links.csv"
    made = run("link", first, second, "--out", out, "--from", "0.01")
    assert made.exit_code == 0, made.output
    with out.open(newline="") as stream:
        pairs = {frozenset((row["left"], row["right"])) for row in csv.DictReader(stream)}
    assert frozenset({"tirana/R1", "durres/R2"}) in pairs
    assert frozenset({"tirana/R1", "durres/R1"}) not in pairs
    assert all({ref.split("/")[0] for ref in pair} == {"tirana", "durres"} for pair in pairs)


def test_a_reference_that_comes_again_in_one_file_leaves_the_first_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + LINE + LINE.replace("Arben", "Ilir") + LINE.replace("R1", " R1 "))
    for command in (("search", path, *QUESTION), ("link", path, "--out", tmp_path / "links.csv"),
                    ("index", path, "--out", tmp_path / "index")):  # fmt: skip
        made = run(*command)
        assert made.exit_code == 0, made.output
        assert made.stderr.count("the reference R1 stands twice in the file; left out") == 2
    assert "Ilir" not in run("search", path, *QUESTION).stdout


@pytest.mark.parametrize("least", ["0", "1", "-1", "2", "nan", "inf", "1e-400"])
def test_a_least_probability_that_is_none_is_refused_before_anything_is_read(least: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + LINE)
    made = run("link", path, "--out", tmp_path / "links.csv", "--from", least)
    assert made.exit_code == 2
    assert not (tmp_path / "links.csv").exists()
