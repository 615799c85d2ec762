"""A node's settings: one TOML file, read once into a frozen object; an unknown key is an error.

Every setting can be overridden by an environment variable `EGNATIA__SECTION__KEY`, for example
`EGNATIA__CONSOLE__PORT=8443`. Secrets are never settings: keys are files of their own.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from egnatia.errors import ConfigError
from egnatia.model.ids import PARTNER_CODE, PartnerCode

FILE_NAME = "node.toml"
MAX_NAME = 200
"""Characters of a node's name: it stands in headings and on the card."""
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_PASSWORD_AFTER_NAME = re.compile(r"(://[^/:]*:).*(@)")
"""Up to the last @, as SQLAlchemy reads it: a password may hold one."""
_PASSWORD_IN_QUERY = re.compile(r"((?:[?&])(?:password|passfile|sslpassword)=)[^&]*", re.IGNORECASE)
BOUNDS = {
    "port": (1, 65_535),
    "checkpoint_seconds": (1, 86_400),
    "audit_minutes": (1, 10_080),
    "witnesses_needed": (1, 50),
    "stale_minutes": (1, 43_200),
    "halt_minutes": (0, 43_200),
    "officer_day": (1, 1_000_000_000),
    "standing_hours": (6, 168),
    "case_day": (1, 1_000_000_000),
    "dna_persons": (1, 1_000_000_000),
    "dna_traces": (1, 1_000_000_000),
    "dna_child_age": (0, 30),
    "answer_step_ms": (10, 1_000),
    "metrics_port": (0, 65_535),
}
"""Every setting that is a number: TCP ports, a checkpoint at least daily, an audit at least weekly, questions a day, times."""
CHOICES = {"log": ("text", "json")}
"""Every setting that is one of a few words."""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the tables are.

    Attributes:
        url: SQLAlchemy URL; empty means `node.sqlite` in the node's directory. PostgreSQL: `postgresql+psycopg://…`.
    """

    url: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """The port that partners talk to, always by mutual TLS.

    Attributes:
        host: address to listen on.
        port: TCP port.
        public_host: name or address that partners use; written into the certificate and the card.
        answer_step_ms: answers about persons leave at whole steps of so many milliseconds from their question's arrival. The
            default hides what 100,000 namesakes take at 1 µs each, and lets a courier's 64 messages on their way be
            640 answers a second, more than two nodes exchange (bench/exchange).
    """

    host: str = "127.0.0.1"
    port: int = 8440
    public_host: str = "127.0.0.1"
    answer_step_ms: int = 100


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """The port that this node's own officers use.

    Attributes:
        host: address to listen on; plain HTTP is accepted on loopback addresses only.
        port: TCP port.
        tls_certificate: PEM file, needed on any other address.
        tls_key: PEM file of its key.
    """

    host: str = "127.0.0.1"
    port: int = 8441
    tls_certificate: str = ""
    tls_key: str = ""


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """How often the ledger is checkpointed and partners are asked to witness it.

    Attributes:
        checkpoint_seconds: at most one checkpoint in this time, and only when the ledger grew.
        audit_minutes: how often this node audits the partners' ledgers.
        witnesses_needed: partners that must have cosigned an entry before it is final.
        stale_minutes: after how long without that the node announces that its ledger is unwitnessed.
        halt_minutes: after how long it stops disclosures; 0 for never. Enquiries are not stopped.
    """

    checkpoint_seconds: int = 2
    audit_minutes: int = 60
    witnesses_needed: int = 2
    stale_minutes: int = 60
    halt_minutes: int = 0


@dataclass(frozen=True, slots=True)
class EnquirySettings:
    """How many questions may leave this node in a day, one for each partner asked.

    No instrument read here fixes a number. The defaults are ours: a border officer's busy shift is about 40 enquiries to
    three partners, and a case in which 500 were asked in a day needs its leader's attention anyway.

    Attributes:
        officer_day: by one officer.
        case_day: for one case.
        standing_hours: between two times that a standing enquiry is asked. Below 6 an officer's question about one person
            would come so often in a day that it looks like a search (8 questions, `fishing.rules.VARIANTS`).
        dna_persons: profiles of persons that a partner is taken to hold when coincidences are reckoned and neither
            its answer nor the agreement said how many. The default is the largest database of the task force: 7.2 million (design dna.md, 2.2).
        dna_traces: likewise of open traces; 100,000 is the round number of the same table, and no count.
        dna_child_age: years of age below which a person's profile is shielded from partners' questions, where the person's
            record says when they were born; 18 by the Convention on the Rights of the Child, art. 1.
    """

    officer_day: int = 200
    case_day: int = 500
    standing_hours: int = 24
    dna_persons: int = 7_200_000
    dna_traces: int = 100_000
    dna_child_age: int = 18


@dataclass(frozen=True, slots=True)
class OperationsSettings:
    """The operator's own: health, metrics, logs.

    Attributes:
        host: address to listen on; nobody logs in there, so keep it to this machine or to a monitoring network.
        metrics_port: TCP port of `/health/live`, `/health/ready` and `/metrics`; 0 for none.
        log: form of the log lines, `text` or `json`.
    """

    host: str = "127.0.0.1"
    metrics_port: int = 0
    log: str = "text"


@dataclass(frozen=True, slots=True)
class DocumentsSettings:
    """What documents are held against.

    Attributes:
        trust_store: folder of the trust store, as `egnatia document trust --store` names it; empty means `trust` in the
            node's directory, and a path that is not absolute begins there.
    """

    trust_store: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one node.

    Attributes:
        code: the partner's three-letter code.
        name: what people call it.
    """

    code: PartnerCode
    name: str
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    exchange: ExchangeSettings = field(default_factory=ExchangeSettings)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    enquiries: EnquirySettings = field(default_factory=EnquirySettings)
    operations: OperationsSettings = field(default_factory=OperationsSettings)
    documents: DocumentsSettings = field(default_factory=DocumentsSettings)


SECTIONS: dict[str, type[Any]] = {
    "database": DatabaseSettings,
    "exchange": ExchangeSettings,
    "console": ConsoleSettings,
    "ledger": LedgerSettings,
    "enquiries": EnquirySettings,
    "operations": OperationsSettings,
    "documents": DocumentsSettings,
}
_NODE_KEYS = {"code", "name"}


def load_settings(directory: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read `node.toml` in `directory`, apply the environment, check everything.

    Raises:
        ConfigError: no such file, not TOML, an unknown key, a value of the wrong type.
    """
    path = directory / FILE_NAME
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no node in {directory} ({FILE_NAME} is missing)",
            hint="Name the node's directory with --node, or create one with `egnatia node init`.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from None
    return parse_settings(document, os.environ if environment is None else environment)


def parse_settings(document: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Turn a parsed document and an environment into settings.

    Raises:
        ConfigError: an unknown key, a missing one, or a value of the wrong type.
    """
    unknown = set(document) - set(SECTIONS) - {"node"}
    if unknown:
        raise ConfigError(f"unknown section {min(unknown)!r} in {FILE_NAME}", hint=_known(SECTIONS))
    merged = _with_environment({name: _table(document, name) for name in ("node", *SECTIONS)}, environment)
    code, name = _node(merged.pop("node"))
    sections = {section: _section(section, SECTIONS[section], values) for section, values in merged.items()}
    return Settings(code, name, **sections)


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    values = document.get(name, {})
    if not isinstance(values, dict):
        raise ConfigError(f"{name} must be a section of {FILE_NAME}, not {values!r}", hint=f"Write it as [{name}].")
    return dict(values)


def _node(values: Mapping[str, Any]) -> tuple[PartnerCode, str]:
    unknown = set(values) - _NODE_KEYS
    if unknown:
        raise ConfigError(f"unknown key node.{min(unknown)}", hint="The section node has the keys: code, name.")
    code = values.get("code")
    if not isinstance(code, str) or not PARTNER_CODE.fullmatch(code):
        raise ConfigError("node.code must be three capital letters, such as ALB")
    name = values.get("name", code)
    if not isinstance(name, str) or not name.isprintable() or not 1 <= len(name) <= MAX_NAME:
        raise ConfigError(f"node.name must be a text of 1 to {MAX_NAME} printable characters")
    return PartnerCode(code), name


def _section(section: str, kind: type[Any], values: Mapping[str, Any]) -> Any:
    types = {each.name: type(each.default) for each in fields(kind)}
    for key, value in values.items():
        if key not in types:
            raise ConfigError(f"unknown key {section}.{key}", hint=f"{section} has the keys: {', '.join(types)}.")
        if type(value) is not types[key]:
            raise ConfigError(f"{section}.{key} must be of type {types[key].__name__}, not {value!r}")
        _check_bounds(section, key, value)
    return kind(**values)


def _check_bounds(section: str, key: str, value: object) -> None:
    if isinstance(value, int) and key in BOUNDS:
        low, high = BOUNDS[key]
        if not low <= value <= high:
            raise ConfigError(f"{section}.{key} must be from {low} to {high}, not {value}")
    if key in CHOICES and value not in CHOICES[key]:
        raise ConfigError(f"{section}.{key} must be one of {', '.join(CHOICES[key])}, not {value!r}")


def _with_environment(document: dict[str, dict[str, Any]], environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    for variable, text in environment.items():
        if variable.startswith("EGNATIA__"):
            section, _, key = variable.removeprefix("EGNATIA__").lower().partition("__")
            if section not in document:
                raise ConfigError(f"the environment variable {variable} names no section", hint=_known(SECTIONS))
            is_number = key in BOUNDS
            document[section][key] = int(text) if is_number and _WHOLE.fullmatch(text) else text
    return document


def _known(names: Mapping[str, Any]) -> str:
    return f"Sections are: node, {', '.join(names)}."


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first byte on.

    Raises:
        OSError: it cannot be written.
    """
    path.unlink(missing_ok=True)  # an older file may be open to others, or be a link to somewhere else
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())  # a power cut left an empty file behind (bench/faults)


def without_secrets(settings: Settings) -> Settings:
    """The same settings to be shown: a password in the database's URL is covered."""
    url = _PASSWORD_AFTER_NAME.sub(r"\1***\2", settings.database.url)
    return replace(settings, database=DatabaseSettings(_PASSWORD_IN_QUERY.sub(r"\1***", url)))


def render_settings(settings: Settings) -> str:
    """Write settings as TOML, each key with its present value."""
    lines = ["[node]", f"code = {_toml(settings.code)}", f"name = {_toml(settings.name)}"]
    for section in SECTIONS:
        lines += ["", f"[{section}]"]
        values = getattr(settings, section)
        lines += [f"{each.name} = {_toml(getattr(values, each.name))}" for each in fields(values)]
    return "\n".join(lines) + "\n"


def _toml(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    # A JSON string is a TOML string, except that TOML also wants U+007F escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
