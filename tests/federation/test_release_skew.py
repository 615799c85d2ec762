"""A node of release 0.1.0 and one of this release, each served by its own code over real TLS, through the whole flow."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
COMMIT = "32f16b4"
"""Release 0.1.0."""
PATIENCE_S = 60.0


@pytest.fixture(scope="session")
def release_0_1_0(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources and tests of release 0.1.0, from this repository's history."""
    directory = tmp_path_factory.mktemp("release-0.1.0")
    git, tar = shutil.which("git"), shutil.which("tar")
    if git is None or tar is None:
        pytest.skip("there is no git or no tar here; tests/exchange/golden stands in for release 0.1.0")
    made = subprocess.run([git, "-C", str(ROOT), "archive", COMMIT, "src", "tests"], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"this checkout has no history with {COMMIT}; tests/exchange/golden stands in for release 0.1.0")
    subprocess.run([tar, "-x", "-C", str(directory)], input=made.stdout, check=True)
    return directory


class Remote:
    """A `node_of_a_release` process: its methods, by name."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, name: str, *arguments: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process ended while it did {name}"
        return json.loads(line)


@contextmanager
def node(source: Path, directory: Path, code: str) -> Iterator[Remote]:
    """A node of the release whose tree is `source`."""
    environment = {**os.environ, "PYTHONPATH": f"{source / 'src'}{os.pathsep}{source}"}
    command = [sys.executable, str(Path(__file__).with_name("node_of_a_release.py"))]
    with subprocess.Popen(
        command, cwd=directory, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        remote = Remote(process)
        try:
            remote("make", str(directory / code), code)
            yield remote
            remote("close")
        finally:
            assert process.stdin is not None
            process.stdin.close()
            if sys.exc_info()[0] is not None:
                process.kill()


def soon(what: Callable[[], Any]) -> Any:
    """What `what` gives as soon as it is something."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


@contextmanager
def pair(old: Path, directory: Path, *, old_asks: bool) -> Iterator[tuple[Remote, Remote]]:
    """ALB that asks and GBR that answers, one of them of release 0.1.0; they know each other and serve."""
    alb, gbr = (old, ROOT) if old_asks else (ROOT, old)
    with node(alb, directory, "ALB") as asker, node(gbr, directory, "GBR") as answerer:
        versions = asker("version"), answerer("version")
        assert versions.count("0.1.0") == 1
        asker("know", answerer("card"))
        answerer("know", asker("card"))
        asker("serve")
        answerer("serve")
        yield asker, answerer


@pytest.mark.parametrize("old_asks", [True, False], ids=["0.1.0 asks", "0.1.0 answers"])
def test_a_whole_flow_and_a_rotation_between_two_releases(release_0_1_0: Path, tmp_path: Path, old_asks: bool) -> None:  # noqa: FBT001
    with pair(release_0_1_0, tmp_path, old_asks=old_asks) as (alb, gbr):
        person = alb("ask", "GBR", "person", "DUR-2025-0417")
        document = alb("ask", "GBR", "document", "DUR-2025-0418")
        assert soon(lambda: "waiting" not in alb("states", person) and alb("states", person)) == ["hit"]
        assert soon(lambda: "waiting" not in alb("states", document) and alb("states", document))[0] in (
            "hit",
            "no_hit",
        )
        alb("follow", person)
        asked = soon(lambda: gbr("follow_ups"))
        gbr("release", asked[0][0])
        assert soon(lambda: "release.received" in alb("kinds"))
        assert soon(lambda: alb("waiting") == gbr("waiting") == [])
        new, other, code = (gbr, alb, "ALB") if old_asks else (alb, gbr, "GBR")
        assert new("protocol", code) == 1
        assert new("rotate") == [[], [code]], "0.1.0 cannot be told over the exchange"
        assert soon(lambda: "new keys are in use" in new("log")), "the serving process was not restarted"
        late = alb("ask", "GBR", "person", "DUR-2025-0419")
        assert soon(lambda: any(alb("waiting")))
        assert alb("states", late) == ["waiting"]
        other("know_again", new("card"))
        assert soon(lambda: "waiting" not in alb("states", late) and alb("states", late)) == ["hit"]
