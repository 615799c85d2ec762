"""Every command of the program as a list, and a command line for each: what stands in it by default, and what an enemy types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from tests.federation.world import BASIS, FACTS, WHY

from egnatia.cli import cli

STANDARD = frozenset({"node_directory", "officer_name", "password_file", "as_json"})
"""Options that the helpers of `tests.cli.terminal` fill."""
REASON = "A reason that is long enough to be one of them"
WORDS: Mapping[str, str] = {
    "answerer": "GBR",
    "asker": "ALB",
    "authority": "F 12/25",
    "authority_ref": "F 12/25",
    "basis": BASIS,
    "bcp": "DURRES-1",
    "birth_date": "1994-03-18",
    "case_ref": "DUR-2025-0001",
    "category": "person",
    "code": "MNE",
    "codes": "TLP:AMBER",
    "documents": "P0041763",
    "end": "P-2",
    "facts": FACTS,
    "family": "Krasniqi",
    "family_names": "Krasniqi",
    "finding": REASON,
    "fingerprint": "0" * 64,
    "first": "Arben",
    "first_names": "Arben",
    "issuer": "RKS",
    "justification": WHY,
    "language": "sq",
    "latitude": "41.3",
    "longitude": "19.4",
    "model": "Maker 1",
    "nationality": "RKS",
    "note": REASON,
    "number": "P0041763",
    "originator": "GBR",
    "origins": "RKS",
    "parties": "GBR",
    "partner": "GBR",
    "partners": "GBR",
    "person_ref": "D-417",
    "place": "Durrës",
    "purpose": "self_monitoring",
    "qualification": "level 2",
    "reason": REASON,
    "reasons": REASON,
    "ref": "P-1",
    "reference": "REF-1",
    "scheme": "tlp",
    "seed": "4",
    "start": "P-1",
    "to": "GBR",
    "why": REASON,
}
"""What an officer would type for an option or an argument of this name; anything else is `thing`."""
BRINGS_ENGINES = frozenset({"image", "files"})
_WRITTEN = frozenset(
    {"out", "to", "into", "destination", "save", "picture", "truth", "asked", "groups_file", "save_model", "folder"}
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One command."""

    path: tuple[str, ...]
    command: click.Command

    @property
    def name(self) -> str:
        return " ".join(self.path)

    @property
    def acts(self) -> bool:
        """Whether somebody has to sign in."""
        return any(each.name == "officer_name" for each in self.command.params)

    @property
    def reads(self) -> bool:
        return any(each.name == "as_json" for each in self.command.params)

    def given(self) -> list[click.Parameter]:
        """What an officer types, without who and where."""
        return [each for each in self.command.params if each.name not in STANDARD]


def leaves(path: tuple[str, ...] = (), group: click.Group | None = None) -> Iterator[Leaf]:
    """Every command below a group; of the whole program where none is named."""
    within = cli if group is None else group
    context = click.Context(within)
    for name in within.list_commands(context):
        command = within.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves((*path, name), command)
        else:
            yield Leaf((*path, name), command)


@dataclass(slots=True)
class Typist:
    """Types command lines that are right but for one word."""

    files: Path
    known: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def line(self, leaf: Leaf, wrong: click.Parameter | None = None, value: str = "") -> list[str]:
        """The words of a command with everything that it needs, and one parameter as somebody else wants it."""
        options: list[str] = []
        arguments: list[str] = []
        for each in leaf.given():
            if each is not wrong and not each.required:
                continue
            flag = isinstance(each, click.Option) and each.is_flag
            word = value if each is wrong else self.word(each)
            if isinstance(each, click.Argument):
                arguments.append(word)
            elif flag:
                options.append(each.opts[0])
            else:
                options += [each.opts[-1], word] if not word.startswith("-") else [f"{each.opts[-1]}={word}"]
        return [*leaf.path, *options, "--", *arguments]

    def word(self, each: click.Parameter) -> str:
        """Something that this parameter takes."""
        kind, name = each.type, str(each.name)
        if isinstance(kind, click.Choice):
            return str(getattr(kind.choices[0], "value", kind.choices[0]))
        if isinstance(kind, click.Path):
            return self.path(kind, name)
        plain = {"integer": "1", "float": "0.1", "datetime": "2025-06-01"}
        found = next((word for start, word in plain.items() if kind.name.startswith(start)), None)
        return found or self.known.get(name) or WORDS.get(name) or "thing"

    def path(self, kind: click.Path, name: str) -> str:
        """A file or folder that is there, or the name of one that may be written.

        A picture that opens would start the reader of print, which takes seconds: none is there.
        """
        if name in BRINGS_ENGINES:
            return str(self.files / "no-picture")
        if name in _WRITTEN or (kind.dir_okay and not kind.file_okay and not kind.exists):
            self.made += 1
            return str(self.files / f"out-{self.made}")
        return str(self.files if not kind.file_okay else self.files / "list.csv")
