"""The shape of the house: small files, short functions, documented names, no mocks, nothing from outside."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(p for p in (ROOT / "src").rglob("*.py") if "versions" not in p.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def length(function: Function) -> int:
    """Lines without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    first = function.body[0]
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_files_are_small() -> None:
    sizes = {path.relative_to(ROOT): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {path: size for path, size in sizes.items() if size > 500} == {}
    assert statistics.median(size for size in sizes.values() if size > 5) <= 150


def test_functions_are_short() -> None:
    lengths = {name: length(function) for name, function in functions()}
    assert {name: size for name, size in lengths.items() if size > 80} == {}
    assert statistics.mean(lengths.values()) <= 12
    assert sum(size > 50 for size in lengths.values()) <= 0.02 * len(lengths)


def test_functions_take_at_most_seven_arguments() -> None:
    counts = {
        name: len([each for each in (*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs) if each.arg != "self"])
        for name, f in functions()
    }
    assert {name: count for name, count in counts.items() if count > 7} == {}


def undocumented(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if ast.get_docstring(tree) is None:
        yield str(path)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in (*tree.body, *(each for holder in classes for each in holder.body)):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield f"{path}:{node.lineno} {node.name}"


def test_modules_and_public_names_are_documented() -> None:
    assert [each for path in SOURCES for each in undocumented(path)] == []


def test_errors_are_not_swallowed() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert len(re.findall(r"except(?:\s+(?:Base)?Exception\b.*)?:", text)) <= 2


def test_tests_do_not_mock() -> None:
    naming = [
        line
        for path in TESTS
        if path != Path(__file__)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(mock|Mock|monkeypatch)\b", line)
    ]
    assert len(naming) <= 20


def test_lock_files_pin_hashes_and_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9][\w.\-]*==", text, re.MULTILINE)
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)


def test_no_path_of_a_machine_is_named() -> None:
    suffixes = {".py", ".md", ".toml", ".html", ".css", ".js", ".po"}
    files = [
        *ROOT.glob("*"),
        *(path for folder in ("src", "docs", "bench", ".ci") for path in (ROOT / folder).rglob("*")),
    ]
    named = [
        str(path)
        for path in files
        if path.is_file() and (path.suffix in suffixes or path.name == "run")
        if re.search(r"/root/|/home/\w|/work/\w", path.read_text(encoding="utf-8"))
    ]
    assert named == []
