"""Rule sets as files: TOML, every key checked, unknown keys refused; the shipped ones beside this module."""

import json
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec

from egnatia.engines.dna.loci import BY_NAME, SETS
from egnatia.engines.dna.rules import MOST, Inclusion, MatchClass, MicroTable, RuleSet
from egnatia.engines.dna.types import Kind, Stringency
from egnatia.errors import InputError, NotFoundError

MAX_BYTES = 64 * 1024
"""Of one rule file; the longest shipped one has two kilobytes."""
_FOLDER = Path(__file__).with_name("rulesets")
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class _Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    min_full: _Count = 0
    core: str | list[str] = []
    min_core: _Count = 0


class _Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    min_full: _Count
    min_compared: _Count
    near: bool = False
    max_wildcards: _Count = MOST
    max_micro: _Count = 0
    max_mismatched: _Count = 0
    max_deviations: _Count = MOST
    stringency: Stringency | None = None
    max_below: _Count = 0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: _Name
    version: _Text
    title: _Text
    source: _Text
    loci: str | list[str]
    kinds: Annotated[list[tuple[Kind, Kind]], msgspec.Meta(min_length=1, max_length=64)]
    classes: Annotated[list[_Class], msgspec.Meta(min_length=1, max_length=16)]
    inclusion: _Inclusion = _Inclusion()
    micro_variants: MicroTable = MicroTable.NONE
    five_bases: list[str] = []
    max_expected: Annotated[float, msgspec.Meta(gt=0)] | None = None


def read_rules(data: bytes, where: str = "the rules") -> RuleSet:
    """Read one rule set.

    Raises:
        InputError: it is too long, no TOML, has an unknown key, or a value that no rule can have.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{where} have more than {MAX_BYTES} bytes")
    try:
        file = msgspec.toml.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{where} cannot be read: {error}", hint="docs/reference/dna.md lists every key.") from None
    rules = RuleSet(
        file.id,
        file.version,
        file.title,
        file.source,
        _loci(file.loci, where),
        tuple(MatchClass(**msgspec.structs.asdict(each)) for each in file.classes),
        Inclusion(file.inclusion.min_full, _loci(file.inclusion.core, where), file.inclusion.min_core),
        file.micro_variants,
        frozenset(_loci(file.five_bases, where)),
        frozenset(frozenset(pair) for pair in file.kinds),
        file.max_expected,
    )
    _check(rules, where)
    return rules


def content_hash(data: bytes) -> str:
    """SHA-256 over what a rule file says, by which two parties see that they compare alike.

    Comments, order and layout do not count, and neither do title and source: they are about the rules.

    Raises:
        InputError: as `read_rules`.
    """
    read_rules(data)
    said = {name: value for name, value in tomllib.loads(data.decode()).items() if name not in {"title", "source"}}
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _loci(named: str | list[str], where: str) -> tuple[str, ...]:
    """A set by its name, or a list of loci."""
    if isinstance(named, str):
        if named not in SETS:
            raise InputError(f"{where}: {named!r} is no set of loci", hint=f"Sets are {', '.join(SETS)}.")
        return SETS[named]
    for each in named:
        if each not in BY_NAME:
            raise InputError(f"{where}: {each!r} is no locus", hint=f"Loci are {', '.join(BY_NAME)}.")
    if len({*named}) != len(named):
        raise InputError(f"{where}: a locus is named twice")
    return tuple(named)


def _check(rules: RuleSet, where: str) -> None:
    """Refuse rules by which nothing, or everything, would be a candidate."""
    for each in rules.classes:
        if each.min_full > each.min_compared or each.min_compared < 1:
            raise InputError(
                f"{where}, class {each.label!r}: min_full has to be at most min_compared, which is 1 or more"
            )
        if (each.stringency is None) is rules.by_stringency:
            raise InputError(f"{where}: either every class names a stringency or none does")
        if each.stringency is None and not each.min_full:
            raise InputError(f"{where}, class {each.label!r}: min_full is 1 or more")
        if each.min_compared > len(rules.loci):
            raise InputError(f"{where}, class {each.label!r}: only {len(rules.loci)} loci count")
        if not each.near and (each.max_micro or each.max_mismatched):
            raise InputError(f"{where}, class {each.label!r}: a class with deviations has to say near = true")
    labels = [each.label for each in rules.classes]
    if len({*labels}) != len(labels):
        raise InputError(f"{where}: two classes have one label")
    if rules.inclusion.min_core > len(rules.inclusion.core):
        raise InputError(f"{where}: min_core is more than the core has")


def shipped() -> tuple[str, ...]:
    """Names of the rule sets that come with this program."""
    return tuple(sorted(each.stem for each in _FOLDER.glob("*.toml")))


@cache
def shipped_rules(name: str) -> RuleSet:
    """A rule set that comes with this program.

    Raises:
        NotFoundError: there is none of that name.
    """
    if name not in shipped():
        raise NotFoundError(f"there is no rule set {name!r}", hint=f"There are {', '.join(shipped())}.")
    return read_rules((_FOLDER / f"{name}.toml").read_bytes(), f"the rules {name}")


@cache
def shipped_hash(name: str) -> str:
    """The `content_hash` of a rule set that comes with this program.

    Raises:
        NotFoundError: there is none of that name.
    """
    shipped_rules(name)
    return content_hash((_FOLDER / f"{name}.toml").read_bytes())
