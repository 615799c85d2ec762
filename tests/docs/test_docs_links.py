"""Every link of the documentation leads somewhere, its anchor included, and nothing private is written down."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PICTURES = 300_000
"""Bytes of all pictures together."""


def prose(text: str) -> str:
    """A page without its code blocks and code words."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings: lower case, no punctuation, hyphens for spaces, numbers for twins."""
    found: dict[str, int] = {}
    made: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = found.get(slug, 0)
        found[slug] = number + 1
        made.add(f"{slug}-{number}" if number else slug)
    return made


def links(path: Path) -> Iterator[str]:
    yield from LINK.findall(prose(path.read_text(encoding="utf-8")))


def problem(path: Path, link: str) -> str | None:
    """What is wrong with a link, None when nothing is."""
    if link.startswith(("http://", "https://")):
        return None if link.startswith("https://") else "not https"
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    if not target.exists():
        return "leads nowhere"
    if not target.is_relative_to(ROOT):
        return "leads out of the repository"
    if anchor and (target.suffix != ".md" or anchor not in anchors(target)):
        return "has no such anchor"
    return None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert {link: found for link in links(path) if (found := problem(path, link))} == {}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("docs/nowhere.md", "leads nowhere"),
        ("README.md#no-such-heading", "has no such anchor"),
        ("../elsewhere.md", "leads nowhere"),
        ("http://example.org/", "not https"),
        ("https://example.org/", None),
        ("pyproject.toml", None),
    ],
)
def test_a_dead_link_is_noticed(link: str, expected: str | None) -> None:
    assert problem(ROOT / "README.md", link) == expected


def test_every_page_is_reached_from_the_first_one() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        waiting += [(path.parent / link.partition("#")[0]).resolve() for link in links(path) if "://" not in link]
    docs = {path for path in PAGES if path.is_relative_to(ROOT / "docs")}
    assert docs - reached == set()


def test_every_picture_is_used_and_together_they_are_small() -> None:
    pictures = sorted(path for path in (ROOT / "docs" / "images").iterdir() if path.is_file())
    used = {(path.parent / link).resolve() for path in PAGES for link in links(path) if link.endswith((".png", ".svg"))}
    assert set(pictures) == used
    assert sum(path.stat().st_size for path in pictures) < PICTURES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_path_of_somebodys_machine_is_written_down(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"/(?:home|Users|work|root|tmp)/\S*", text) == []
