"""The standing targets that need no server: help time beside a bare Click program, size of the install, shape, tests.

Run: python bench/standing.py            (a minute; ratios are of one run on one machine)
     python bench/standing.py --install  (also makes a fresh environment from requirements.lock and times it)
"""

import ast
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 15
BARE = "import click\n@click.group()\ndef cli() -> None:\n    'Bare.'\ncli.main(args=['--help'], prog_name='bare')"


def seconds(command: list[str]) -> float:
    """The fastest of several runs: what the program costs when nothing else does."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


def help_ratio() -> None:
    """`egnatia --help` against a bare Click program."""
    bare = seconds([sys.executable, "-c", BARE])
    ours = seconds([sys.executable, "-m", "egnatia", "--help"])
    print(f"egnatia --help            {ours * 1000:7.0f} ms   {ours / bare:.1f} times bare Click (target: under 3)")


def shape() -> None:
    """Files, functions and tests by the same rules as tests/test_house.py."""
    sources = [path for path in (ROOT / "src").rglob("*.py") if "versions" not in path.parts]
    sizes = [path.read_text(encoding="utf-8").count("\n") for path in sources]
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    tests = sum(path.read_text(encoding="utf-8").count("\n") for path in (ROOT / "tests").rglob("*.py"))
    print(
        f"files                     {len(sizes):7}      median {statistics.median(sizes):.0f} lines, largest {max(sizes)}"
    )
    print(
        f"functions                 {len(lengths):7}      mean {statistics.mean(lengths):.1f} lines, docstrings included"
    )
    print(f"test lines / code lines   {tests / sum(sizes):7.2f}      {tests} / {sum(sizes)} (target: at least 1)")


def install() -> None:
    """A fresh environment from the lock file, with whatever this machine has cached."""
    folder = Path(tempfile.mkdtemp())
    try:
        began = time.perf_counter()
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True)
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", str(ROOT)], check=True)
        taken = time.perf_counter() - began
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        print(f"install with pip          {taken:7.1f} s    {size / 1e6:.0f} MB (targets: under 60 s, at most 250 MB)")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    help_ratio()
    shape()
    if "--install" in sys.argv:
        install()
