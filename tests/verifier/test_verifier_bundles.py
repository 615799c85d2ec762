"""The standalone verifier on bundles: genuine ones hold, every way of tampering is found, both verifiers agree."""

import ast
import io
import json
import random
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.verifier.conftest import VERIFIER
from tests.verifier.tampering import NEEDS_WITNESSES, WAYS, Sample, entries, write

from egnatia.ledger.bundle import verify_bundle
from egnatia.ledger.notekeys import parse_verify_key
from egnatia.ledger.report import Report, Trust
from egnatia.model.ids import PartnerCode

CASES = 12
"""Random cases for each way here; bench/tampering.py runs a thousand."""


def theirs(verifier: ModuleType, sample: Sample, content: bytes, path: Path, witnesses: int = 0) -> str | None:
    """What the standalone verifier finds; nothing when all holds."""
    path.write_bytes(content)
    try:
        keys = verifier.Keys(sample.key, sample.witnesses)
        verifier.verify_file(path, keys, witnesses, unsealed=False)
    except verifier.Wrong as error:
        return str(error) or "wrong"
    return None


def ours(sample: Sample, content: bytes) -> Report:
    keys = {PartnerCode(code): parse_verify_key(text) for code, text in sample.witnesses.items()}
    return verify_bundle(io.BytesIO(content), Trust(parse_verify_key(sample.key), keys), sealed=True)


def test_genuine_bundles_hold_on_both(verifier: ModuleType, genuine: list[Sample], tmp_path: Path) -> None:
    for sample in genuine:
        content = write(sample.lines)
        assert theirs(verifier, sample, content, tmp_path / "f", 2) is None
        assert ours(sample, content).holds


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_every_way_of_tampering_is_found_by_both(
    verifier: ModuleType, genuine: list[Sample], tmp_path: Path, way: Any
) -> None:
    rng = random.Random(way.__name__)
    found = 0
    while found < CASES:
        sample = rng.choice(genuine)
        content = way(sample, rng)
        if content == write(sample.lines):
            continue
        found += 1
        asked = 1 if way is NEEDS_WITNESSES else 0
        said = theirs(verifier, sample, content, tmp_path / "f", asked)
        assert said is not None, content
        if way is not NEEDS_WITNESSES:
            assert not ours(sample, content).holds, said


def test_a_lone_node_can_rewrite_unless_witnesses_are_asked_for(
    verifier: ModuleType, genuine: list[Sample], tmp_path: Path
) -> None:
    """What the docs say falls short: without a partner's word only the node's own stands behind a file."""
    content = NEEDS_WITNESSES(genuine[1], random.Random(1))
    assert theirs(verifier, genuine[1], content, tmp_path / "f", 0) is None
    assert "1 are asked for" in str(theirs(verifier, genuine[1], content, tmp_path / "f", 1))


@given(st.integers(0, 7), st.binary(max_size=40), st.integers(0, 9000), st.integers(0, 60))
@settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_give_one_verdict_on_anything(
    verifier: ModuleType, genuine: list[Sample], tmp_path: Path, which: int, junk: bytes, place: int, cut: int
) -> None:
    sample = genuine[which % len(genuine)]
    content = write(sample.lines)
    place %= len(content)
    spoilt = content[:place] + junk + content[place + cut :]
    said = theirs(verifier, sample, spoilt, tmp_path / "f")
    assert (said is None) is ours(sample, spoilt).holds
    assert (said is None) is (spoilt == content)


@given(st.binary(max_size=300))
@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_it(verifier: ModuleType, genuine: list[Sample], tmp_path: Path, junk: bytes) -> None:
    assert theirs(verifier, genuine[0], junk, tmp_path / "f") is not None
    first = write(genuine[0].lines[:2])
    assert theirs(verifier, genuine[0], first + junk + b"\n", tmp_path / "f") is not None


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(VERIFIER), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_command(genuine: list[Sample], tmp_path: Path) -> None:
    sample = genuine[0]
    path = tmp_path / "case.jsonl"
    path.write_bytes(write(sample.lines))
    keys = ["--key", sample.key, *(f"--witness={code}={key}" for code, key in sample.witnesses.items())]
    done = run(str(path), *keys, "--witnesses", "2")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "HOLDS"), done.stdout + done.stderr
    assert "Witnessed by ALB" in done.stdout
    alone = run(str(path))
    assert alone.returncode == 0
    assert "AGREES WITH ITSELF ONLY" in alone.stdout
    assert sample.key in alone.stdout
    assert run(str(path), *keys, "--witnesses", "3").returncode == 7
    path.write_bytes(write(sample.lines)[:-2])
    broken = run(str(path), *keys)
    assert (broken.returncode, broken.stderr) == (7, "")
    assert broken.stdout.startswith("DOES NOT HOLD")
    assert run(str(tmp_path / "none")).returncode == 7
    assert run(str(path), "--witness", "ALB=x").returncode == 2
    assert run().returncode == 2


def test_a_bundle_of_the_first_release_is_accepted_only_when_that_is_asked_for(
    genuine: list[Sample], tmp_path: Path
) -> None:
    lines = [genuine[0].lines[0] | {"bundle": 1}, *genuine[0].lines[1:-1], {"end": genuine[0].lines[-1]["end"]}]
    path = tmp_path / "old.jsonl"
    path.write_bytes(write(lines))
    assert "not sealed" in run(str(path)).stdout
    assert run(str(path), "--unsealed").returncode == 0


def test_another_logs_key_does_not_do(genuine: list[Sample], tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    path.write_bytes(write(genuine[0].lines))
    done = run(str(path), "--key", genuine[1].key)
    assert done.returncode == 7
    assert "another log" in done.stdout


def test_it_stands_alone() -> None:
    """Standard library only, one file, nothing of the package."""
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert "egnatia." not in VERIFIER.read_text(encoding="utf-8")


def test_the_samples_are_of_both_kinds(genuine: list[Sample]) -> None:
    assert {sample.is_whole for sample in genuine} == {True, False}
    assert any(line.get("erased") for sample in genuine for line in sample.lines)
    assert all(len(entries(sample.lines)) >= 6 for sample in genuine)
    assert all(json.loads(line["entry"])["v"] == 1 for sample in genuine for line in sample.lines if "entry" in line)
