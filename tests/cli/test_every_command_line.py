"""Whatever stands in a command line, the answer is a result or an error with what to do: no trace of Python, nothing half done.

Every command of the program is typed with everything that it needs and one word as an enemy, a script with an empty variable or
somebody at three in the morning types it. Each is one test, so that a new command is tested by being there.
"""

import errno
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from tests.cli.commands import BRINGS_ENGINES, Leaf, Typist, leaves
from tests.cli.terminal import Terminal, told
from tests.federation.world import ALB, PASSWORD

from egnatia.cli import MOST_SAID, Nouns, of_system, report
from egnatia.errors import Error, InputError, StorageError
from egnatia.store.tables import ledger_entry

__all__ = ["told"]

EXAMINERS = dict.fromkeys(
    ("dna opinion", "dna upgrade answer", "dna upgrade ask", "hit confirm", "hit inconclusive", "hit reject"),
    "examiner",
) | dict.fromkeys(("hit review give", "hit review list", "hit review show"), "examiner")
ADMINISTRATORS = {
    *("account create", "account disable", "account list", "account password", "account roles", "agreement import"),
    *("blind fetch", "blind import", "blind publish", "crossing place", "device add", "device retire", "dna retype"),
    *("dna store", "lookup erase", "lookup import", "partner add", "partner admit", "partner consider", "partner join"),
    *("partner evidence", "partner invite", "partner remind", "partner renew", "partner revoke-keys", "partner take"),
    *("partner rotate-keys", "person import", "register import", "register withdraw"),
}
"""Whom a command lets go on; every other one a supervisor. `tests.cli.test_wrong_roles` is about whom it does not."""
UNENDING = {"node serve", "demo up", "partner conformance"}
"""They serve, or wait for others that are not there."""
LEAVES = [each for each in leaves() if each.name not in UNENDING]
STATUSES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
ENTERED_WHEN_REFUSED = {"ledger.not_read", "ledger.exported", "trust.viewed", "enquiry.not_sent"}
"""Entries that stay where an act fails on purpose: who tried to read is known, whatever came of it."""
STEERS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
ANYTHING = "ref,first_names,family_names,birth_date\nP-1,Arben,Krasniqi,1994-03-18\n"
TEXTS = {
    "nothing": "",
    "space": "   ",
    "half of a pair": "a\udcffb",
    "right to left": "\u202egnp.exe",
    "joiners": "\u200d" * 30,
    "lines": "A\nB\r\nC",
    "long": "x" * 20_000,
    "a path upwards": "../../../etc/passwd",
    "no such id": "00000000-0000-4000-8000-000000000000",
    "an option": "--json",
    "Arabic digits": "\u0661\u0662\u0663\u0664-\u0660\u0661",
    "a date that is none": "2026-02-30",
    "the last date": "9999-12-31",
    "JSON": '{"a": [1, NaN]}',
    "a query": "' OR 1=1 --",
    "number": "99999999999999999999999999",
}
NUMBERS = {"integer": ("-1", "0", "9223372036854775808", "9" * 40), "float": ("nan", "inf", "-1", "1e308", "5e-324")}
DAYS = ("0001-01-01", "9999-12-31", "2023-02-29", "24:00", "")


@pytest.fixture(scope="module")
def typist(told: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typist]:
    files = tmp_path_factory.mktemp("files")
    (files / "list.csv").write_text(ANYTHING)
    known = {"candidate_id": told.hit, "enquiry_id": told.enquiry, "follow_up_id": told.follow_up}
    here = Path.cwd()
    os.chdir(files)  # what writes where nobody said writes here
    yield Typist(files, known | {"release_id": told.release})
    os.chdir(here)


def wrong_paths(files: Path) -> dict[str, str]:
    """What may stand where a file is wanted, without a word of it being right."""
    samples = {
        "empty": b"",
        "zeros": bytes(64),
        "bytes": bytes(range(256)) * 4,
        "utf-16": ANYTHING.encode("utf-16"),
        "mark": b"\xef\xbb\xbf" + ANYTHING.encode(),
        "old-lines": ANYTHING.replace("\n", "\r").encode(),
        "list.json": b"[]",
        "number.json": b"7",
        "deep.json": b"[" * 100_000,
        "nan.json": b'{"a": NaN, "version": 1e999}',
        "digits.json": b'{"version": ' + b"9" * 5_000 + b"}",
        "half.json": b'{"kind": "\\ud800", "code": "\\udfff"}',
        "twice.csv": b"ref,ref,first_names\n1,2,3\n",
        "open.csv": b'ref,first_names\n"abc',
        "wide.csv": b"ref,first_names,family_names,birth_date\nP," + b"a" * 200_000 + b",x,\n",
        "short.der": b"\x30\x82\xff\xff" + bytes(60),
        "false.zip": b"PK\x03\x04" + bytes(60),
    }
    found = {}
    for name, content in samples.items():
        path = files / f"wrong-{name}"
        if not path.exists():
            path.write_bytes(content)
        found[name] = str(path)
    return found


def unopened(files: Path) -> dict[str, str]:
    """Paths that the system itself refuses, each for another reason."""
    return {
        "missing": str(files / "nothing-here"),
        "folder": str(files),
        "below a file": str(files / "list.csv" / "below"),
        "too long": str(files / ("n" * 300)),
        "unreadable": "/proc/self/mem",
        "nowhere": "/dev/null/x",
        "empty": "",
    }


def entries(told: Terminal) -> list[str]:
    query = select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)
    return told.world.look(ALB, lambda tx: list(tx.execute(query).scalars()))


def typed(told: Terminal, line: list[str], post: str) -> Result:
    return told.run(ALB, *line, post=post, typed="")


def who_may(leaf: Leaf) -> str:
    """Somebody whom the command lets go on: an enemy has the right role as well."""
    if not leaf.acts:
        return ""
    return "administrator" if leaf.name in ADMINISTRATORS else EXAMINERS.get(leaf.name, "supervisor")


def check(told: Terminal, leaf: Leaf, line: list[str], post: str) -> Result:
    """Type it, and see that the end is one that is written in the reference."""
    before = len(entries(told)) if leaf.acts else 0
    result = typed(told, line, post)
    case = f"{' '.join(word[:60] for word in line)!r} as {post or 'nobody'}"
    trace = result.exception is not None and not isinstance(result.exception, SystemExit)
    assert not trace, f"{case}: {result.exception!r}"
    assert result.exit_code in STATUSES, case
    assert "Traceback" not in result.output, case
    steering = {each for each in result.output if unicodedata.category(each) in STEERS} - {"\n", "\t", "\r"}
    assert not steering, f"{case}: {steering}"
    if result.exit_code not in {0, 1}:
        assert "→" in result.stderr or "Usage" in result.stderr, (
            f"{case}: nothing says what to do: {result.stderr[-200:]}"
        )
        late = [kind for kind in entries(told)[before:] if not kind.startswith("login")] if leaf.acts else []
        assert set(late) <= ENTERED_WHEN_REFUSED, f"{case}: {late} though it failed"
    return result


def named(chosen: list[Leaf]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("leaf", chosen, ids=[each.name.replace(" ", "_") for each in chosen])


def of_kind(leaf: Leaf, kind: type[click.Path] | str) -> list[click.Parameter]:
    if isinstance(kind, str):
        return [each for each in leaf.given() if each.type.name.startswith(kind)]
    return [each for each in leaf.given() if isinstance(each.type, kind)]


def texts(leaf: Leaf) -> list[click.Parameter]:
    return [each for each in of_kind(leaf, "text") if not (isinstance(each, click.Option) and each.is_flag)]


@named([each for each in LEAVES if of_kind(each, click.Path)])
def test_a_path_that_does_not_open_is_told(told: Terminal, typist: Typist, leaf: Leaf) -> None:
    """Three of the seven reasons for each option and argument, others for others."""
    post = who_may(leaf)
    paths = list(unopened(typist.files).values())
    for number, each in enumerate(of_kind(leaf, click.Path)):
        start = LEAVES.index(leaf) + number
        for path in (paths[(start + step) % len(paths)] for step in (0, 2, 4)):
            check(told, leaf, typist.line(leaf, each, path), post)


@named([each for each in LEAVES if any(one.name not in BRINGS_ENGINES for one in of_kind(each, click.Path))])
def test_a_file_of_another_kind_is_told(told: Terminal, typist: Typist, leaf: Leaf) -> None:
    """Two kinds of wrong content for each option, others for other commands, so that every kind meets many readers."""
    post = who_may(leaf)
    samples = list(wrong_paths(typist.files).values())
    for number, each in enumerate(of_kind(leaf, click.Path)):
        assert isinstance(each.type, click.Path)
        if each.name in BRINGS_ENGINES or not each.type.file_okay:
            continue
        start = LEAVES.index(leaf) * 2 + number
        for path in (samples[start % len(samples)], samples[(start + 1) % len(samples)]):
            check(told, leaf, typist.line(leaf, each, path), post)


@named([each for each in LEAVES if texts(each)])
def test_a_word_that_nobody_means_is_told(told: Terminal, typist: Typist, leaf: Leaf) -> None:
    """Two of the texts for each option and argument, others for others."""
    post = who_may(leaf)
    samples = list(TEXTS.values())
    for number, each in enumerate(texts(leaf)):
        start = LEAVES.index(leaf) + number * 5
        for text in (samples[start % len(samples)], samples[(start + 7) % len(samples)]):
            result = check(told, leaf, typist.line(leaf, each, text), post)
            assert len(result.stderr) < 3 * MOST_SAID, "an error is read by a person"


@named([each for each in LEAVES if of_kind(each, "integer") or of_kind(each, "float")])
def test_a_number_at_the_end_of_numbers_is_told(told: Terminal, typist: Typist, leaf: Leaf) -> None:
    post = who_may(leaf)
    for kind, samples in NUMBERS.items():
        for each in of_kind(leaf, kind):
            for number in samples:
                check(told, leaf, typist.line(leaf, each, number), post)


@named([each for each in LEAVES if of_kind(each, "datetime")])
def test_a_day_at_the_end_of_days_is_told(told: Terminal, typist: Typist, leaf: Leaf) -> None:
    post = who_may(leaf)
    for each in of_kind(leaf, "datetime"):
        for day in DAYS:
            check(told, leaf, typist.line(leaf, each, day), post)


@named([each for each in LEAVES if each.reads])
def test_what_is_printed_for_a_machine_is_json_and_nothing_else(told: Terminal, typist: Typist, leaf: Leaf) -> None:
    """Also where the answer is negative or an error: a script that reads standard output is not given prose."""
    line = typist.line(leaf)
    result = typed(told, [*leaf.path, "--json", *line[len(leaf.path) :]], who_may(leaf))
    assert result.exit_code in STATUSES
    for row in result.stdout.splitlines():
        assert isinstance(json.loads(row), dict), row


def test_there_is_no_number_without_an_end_that_a_database_is_asked_with() -> None:
    """SQLite compares with 64 bits; a larger number used to end in an OverflowError."""
    sql = {"ledger show --before", "crossing list --limit", "crossing refer --number", "person undo --number"}
    assert sql <= {f"{leaf.name} --{each.name}" for leaf in LEAVES for each in of_kind(leaf, "integer range")}
    for leaf in LEAVES:
        for each in of_kind(leaf, "integer range"):
            assert isinstance(each.type, click.IntRange)
            if each.name in {"limit", "before", "days", "count", "number"}:
                assert each.type.max is not None, f"{leaf.name} --{each.name}"
                assert each.type.max < 2**63


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOENT, InputError),
        (errno.EISDIR, InputError),
        (errno.ENOTDIR, InputError),
        (errno.EACCES, InputError),
        (errno.ENAMETOOLONG, InputError),
        (errno.EIO, InputError),
        (errno.ENOSPC, StorageError),
        (errno.EDQUOT, StorageError),
        (errno.EROFS, StorageError),
    ],
)
def test_what_the_system_refuses_is_an_error_of_ours(number: int, kind: type[Error]) -> None:
    with_name = of_system(OSError(number, os.strerror(number), "persons.csv"))
    without = of_system(OSError(number, os.strerror(number)))
    assert type(with_name) is type(without) is kind
    assert with_name.message == f"persons.csv: {os.strerror(number)}"
    assert without.message == os.strerror(number)
    assert with_name.hint()


def test_an_error_of_the_system_that_says_nothing_still_has_a_name() -> None:
    assert of_system(TimeoutError()).message == "TimeoutError"
    assert of_system(OSError("something")).message == "OSError"


def test_a_command_that_meets_a_full_disk_ends_with_the_status_of_one() -> None:
    @click.group(cls=Nouns)
    def group() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/alb/x")

    result = CliRunner().invoke(group, ["hit", "list"])
    assert (result.exit_code, result.stdout) == (StorageError.exit_status, "")
    assert result.stderr.startswith("egnatia: STORAGE: /srv/alb/x: No space left on device\n  → ")


def test_who_stops_reading_ends_a_command_without_a_word() -> None:
    """`egnatia ledger show | head -1`: the pipe is closed, and that is no fault of anybody's."""

    @click.group(cls=Nouns)
    def group() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    result = CliRunner().invoke(group, ["hit", "list"])
    assert result.exit_code == 1
    assert "INPUT" not in result.output


@pytest.mark.parametrize("size", [0, 1, MOST_SAID - 20, MOST_SAID, MOST_SAID + 1, 1_000_000])
def test_a_message_is_cut_where_nobody_reads_on_and_says_how_long_it_was(
    size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report(InputError("x" * size, hint="y" * size))
    said, hint = capsys.readouterr().err.splitlines()
    assert said.startswith("egnatia: INPUT: ")
    assert hint.startswith("  → ")
    assert len(said) < MOST_SAID + 60
    assert len(hint) < MOST_SAID + 60
    if size > MOST_SAID:
        found = re.search(r"… \(([\d,]+) characters\)$", said)
        assert found is not None
        assert int(found[1].replace(",", "")) == size + len("INPUT: ")
    elif size < MOST_SAID - 20:
        assert said == "egnatia: INPUT: " + "x" * size


def test_the_password_file_is_read_or_told(told: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "password"
    for content, status in (
        (b"", 8),
        (b"\xff\xfe", 2),
        (PASSWORD.encode("utf-16"), 2),
        (b"\xef\xbb\xbf" + PASSWORD.encode(), 8),
        (PASSWORD.encode() + b"\n\n", 0),
        (PASSWORD.encode() + b" \n", 8),
        (b"x" * 3_000_000, 8),
    ):
        file.write_bytes(content)
        result = told.run(ALB, "alert", "list", "--password-file", str(file), post="supervisor", password="wrong")
        assert result.exit_code == status, (content[:20], result.output)
        assert PASSWORD not in result.output
    assert told.run(ALB, "alert", "list", "--password-file", "/proc/self/mem", post="supervisor").exit_code == 2
