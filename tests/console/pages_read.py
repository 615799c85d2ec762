"""What a person finds on a page: its words, its buttons, its links, its tables; read with the standard library."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "img", "input", "br", "hr", "rect", "path", "circle"}


@dataclass(slots=True)
class Found:
    """One page taken apart."""

    language: str = ""
    title: str = ""
    words: str = ""
    foreign: str = ""
    attributes: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Found()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        found = self.found
        if tag == "html":
            found.language = named.get("lang", "")
        if tag == "form":
            found.actions.append(named.get("action", ""))
        if tag == "a":
            found.links.append(named.get("href", ""))
        if tag == "time":
            found.moments.append(named["datetime"])
        if tag == "label":
            found.labelled.add(named.get("for", ""))
        if tag in {"input", "select", "textarea"}:
            found.inputs[named.get("id", named.get("name", ""))] = named.get("value", "")
        if "id" in named:
            found.ids.append(named["id"])
        found.attributes += [named[name] for name in ("aria-label", "data-label", "alt", "title") if named.get(name)]
        if tag not in VOID:
            foreign = bool(self._open and self._open[-1][1]) or (tag != "html" and "lang" in named) or tag == "code"
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self._open]
        if "title" in inside:
            self.found.title += data
        if self._open and self._open[-1][1]:
            self.found.foreign += f"{data} "
        elif "title" not in inside:
            self.found.words += f"{data} "
        if "button" in inside:
            self.found.buttons.append(" ".join(data.split()))


def taken_apart(page: Any) -> Found:
    """The parts of a page."""
    reader = _Reader()
    reader.feed(page.text)
    reader.found.words = re.sub(r"\s+", " ", reader.found.words)
    return reader.found
