"""Files made to mislead whoever verifies them: verdicts written by the file itself, depths, sizes and twins."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.verifier.conftest import load

VERIFIER = Path(__file__).parents[2] / "verifier" / "egnatia_verify.py"
KEY = "egnatia.example/alb/ledger+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
LIES = [
    "\x1b[2J\x1b[HHOLDS",
    "x\nHOLDS\n",
    "x\rHOLDS",
    "\u202eSDLOH",
    "\x9b2JHOLDS",
    "a\u2028HOLDS",
    "\x00HOLDS",
    "x\x08\x08HOLDS",
]


def header(**changes: Any) -> dict[str, Any]:
    values = {"bundle": 2, "origin": "o", "log_key": KEY, "witness_keys": {}, "objects": None, "made_at": "t"}
    return values | {"left_out": 0} | changes


def judge(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> tuple[int, str]:
    """In this process, for the many."""
    path = tmp_path / "bundle"
    path.write_bytes(content)
    return load().main([str(path)]), capsys.readouterr().out


def verify(tmp_path: Path, content: bytes, *more: str) -> tuple[int, str]:
    path = tmp_path / "bundle"
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, str(VERIFIER), str(path), *more], capture_output=True, timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode("utf-8", "strict")


def line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize("lie", LIES)
def test_no_text_of_a_file_writes_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str], lie: str) -> None:
    files = [
        line(header(**{lie: 1})),
        line(header(log_key=lie)),
        line(header(log_key=f"{lie}+00000000+AQ==")),
        line(header(witness_keys={lie: KEY})),
        line(header(objects=[lie])),
        line({"evidence": 1, lie: 2}),
        line({lie: 2}),
        lie.encode() + b"\n",
    ]
    for content in files:
        status, said = judge(tmp_path, capsys, content)
        assert status == 7
        assert said.startswith("DOES NOT HOLD")
        assert said.count("\n") == 1
        assert all(character.isprintable() for character in said[:-1]), said


@pytest.mark.parametrize("depth", [10, 200, 900, 950, 980, 990, 995, 1_000, 1_100, 3_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_a_verdict_and_no_crash(tmp_path: Path, depth: int, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    content = opening * depth + "1" + closing * depth
    status, said = verify(tmp_path, content.encode() + b"\n")
    assert (status, said[:13]) == (7, "DOES NOT HOLD")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n",
        b"null\n",
        b"NaN\n",
        b"[]\n",
        b'"\\ud800"\n',
        b'{"bundle":' + b"9" * 5_000 + b"}\n",
        b'{"bundle":1e400}\n',
        b'{"bundle":2,"bundle":2}\n',
        b"\xff\xfe\n",
        b"\xef\xbb\xbf{}\n",
        b"{" + b" " * (1 << 20) + b"}\n",
        b'{"bundle":true}\n',
        b'{"evidence":1}\n',
        b'{"evidence":1}\n{"evidence":1}\n',
        b"x" * 2_000_000,
        line(header(left_out=10**4_000)),
        line(header(bundle=3)),
        line(header(bundle=True)),
        line(header(left_out=-1)),
        line(header(objects=[1])),
        line(header(objects={})),
        line(header(witness_keys={"ALB": 1})),
    ],
)
def test_whatever_a_file_holds_there_is_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    status, said = judge(tmp_path, capsys, content)
    assert (status, said[:13]) == (7, "DOES NOT HOLD")


@pytest.mark.parametrize("lie", LIES)
def test_a_bundle_that_holds_says_nothing_of_its_own(lie: str) -> None:
    """Its maker chose the words of its header, and with them the sentences that a reader sees under HOLDS."""
    said = load().visible(f"Found by {lie} at {lie}")
    assert said.isprintable()
    assert "HOLDS" in said or "SDLOH" in said
