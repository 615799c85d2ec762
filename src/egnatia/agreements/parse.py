"""The agreement register's file: TOML in, a checked `Register` out, nothing in between.

Strict on purpose: a misspelt key in a permission file must never mean "no limit". Grants stand inside their agreement,
so a grant can name no agreement that does not exist. `docs/reference/refusals.md` explains what the decision makes of
it; `src/egnatia/scenario/agreements.toml` is a whole example.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from egnatia.agreements.checks import check_own_rules, check_register
from egnatia.errors import InputError
from egnatia.model.agreements import Agreement, Declaration, Grant, Partner, Party, Register, StatusFact
from egnatia.model.dna import DnaTerms, ProfileKind
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, PartnerStatus, Purpose, Stance, SubjectKind

MAX_BYTES = 1024 * 1024
"""Largest file read: about four thousand grants, a hundred times the demo register."""

_Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+\Z")]
_RulesId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}\Z")]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_SERIOUSNESS = {each.name.lower(): each for each in Seriousness}


class _Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Every table of the file: an unknown key is an error."""


class _StatusTable(_Strict, frozen=True):
    status: PartnerStatus
    since: date
    source: _Text


class _PartnerTable(_Strict, frozen=True):
    code: _Code
    travel_document_codes: Annotated[list[_Code], msgspec.Meta(min_length=1)]
    status: Annotated[list[_StatusTable], msgspec.Meta(min_length=1)]


class _PartyTable(_Strict, frozen=True):
    partner: _Code
    signed: date | None = None
    ratified: date | None = None
    in_force: date | None = None


class _DnaTable(_Strict, frozen=True):
    rules: _RulesId
    asked_with: Annotated[list[ProfileKind], msgspec.Meta(min_length=1)]
    batch_max: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    automatic: bool = False
    held: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)] | None = None


class _RulesTable(_Strict, frozen=True):
    id: _RulesId
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    content: Annotated[str, msgspec.Meta(min_length=1, max_length=64 * 1024)]


class _GrantTable(_Strict, frozen=True):
    id: _Id
    asker: _Code
    answerer: _Code
    subject: SubjectKind
    purposes: Annotated[list[Purpose], msgspec.Meta(min_length=1)]
    offence_min: Literal["ordinary", "serious", "grave"]
    step_two: bool
    deadline_h: _Days
    quota_day: _Count
    retention_max_d: _Days
    handling_default: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,10}\Z")]
    dna: _DnaTable | None = None


class _AgreementTable(_Strict, frozen=True):
    id: _Id
    title: _Text
    force: LegalForce
    multilateral: bool
    invented: bool
    source: _Text
    party: Annotated[list[_PartyTable], msgspec.Meta(min_length=2)]
    suspended_from: date | None = None
    terminated_on: date | None = None
    grants: list[_GrantTable] = []


class _DeclarationTable(_Strict, frozen=True):
    partner: _Code
    subject: SubjectKind
    stance: Stance
    since: date
    source: _Text


class _File(_Strict, frozen=True):
    partner: Annotated[list[_PartnerTable], msgspec.Meta(min_length=1)]
    agreement: list[_AgreementTable] = []
    declaration: list[_DeclarationTable] = []
    rules: list[_RulesTable] = []


def parse_register(content: bytes) -> Register:
    """Read an agreement register.

    Args:
        content: the file's bytes: TOML in UTF-8, at most 1 MiB.

    Raises:
        InputError: too large, not TOML, an unknown key or value, a reference to nothing, the same id twice, a grant
            that its agreement cannot carry, two grants for one question. The message names the place.
    """
    register = _register(_read(content))
    check_register(register)
    return register


def _read(content: bytes) -> _File:
    if len(content) > MAX_BYTES:
        raise InputError(
            f"the agreement register has {len(content):,} bytes; at most {MAX_BYTES:,} are read",
            hint="Is this the right file? A register holds partners, agreements, grants and declarations only.",
        )
    try:
        return msgspec.convert(tomllib.loads(content.decode("utf-8")), _File)
    except UnicodeDecodeError as error:
        raise InputError(f"the agreement register is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the agreement register is not TOML: {error}") from None
    except RecursionError:
        raise InputError("the agreement register nests too deeply to be one") from None
    except msgspec.ValidationError as error:
        raise InputError(
            f"agreement register: {error}",
            hint="`$.agreement[0]` is the first [[agreement]] of the file. Correct that place; nothing was imported.",
        ) from None


def _register(file: _File) -> Register:
    partners: dict[PartnerCode, Partner] = {}
    agreements: dict[AgreementId, Agreement] = {}
    for partner in map(_partner, file.partner):
        _once("partner", partner.code, partners)
        partners[partner.code] = partner
    for agreement in map(_agreement, file.agreement):
        _once("agreement", agreement.id, agreements)
        agreements[agreement.id] = agreement
    own = _own_rules(file.rules)
    grants = tuple(_grant(AgreementId(table.id), each, own) for table in file.agreement for each in table.grants)
    return Register(partners, agreements, grants, tuple(map(_declaration, file.declaration)))


def _once(noun: str, key: str, known: Mapping[Any, Any]) -> None:
    if key in known:
        raise InputError(f"agreement register: {noun} {key} stands there twice", hint="Keep one of the two.")


def _partner(table: _PartnerTable) -> Partner:
    facts = sorted((StatusFact(each.status, each.since, each.source) for each in table.status), key=_since)
    return Partner(PartnerCode(table.code), tuple(table.travel_document_codes), tuple(facts))


def _since(fact: StatusFact) -> date:
    return fact.since


def _agreement(table: _AgreementTable) -> Agreement:
    parties = (Party(PartnerCode(each.partner), each.signed, each.ratified, each.in_force) for each in table.party)
    return Agreement(
        id=AgreementId(table.id),
        title=table.title,
        force=table.force,
        multilateral=table.multilateral,
        parties=tuple(parties),
        suspended_from=table.suspended_from,
        terminated_on=table.terminated_on,
        invented=table.invented,
        source=table.source,
    )


def _own_rules(tables: list[_RulesTable]) -> dict[str, str]:
    """The rule sets that travel with the register, by their ids; each is what its hash says."""
    own: dict[str, str] = {}
    for table in tables:
        _once("rule set", table.id, own)
        check_own_rules(table.id, table.sha256, table.content)
        own[table.id] = table.content
    return own


def _grant(agreement: AgreementId, table: _GrantTable, own: Mapping[str, str]) -> Grant:
    return Grant(
        id=GrantId(table.id),
        agreement=agreement,
        asker=PartnerCode(table.asker),
        answerer=PartnerCode(table.answerer),
        subject=table.subject,
        purposes=frozenset(table.purposes),
        offence_min=_SERIOUSNESS[table.offence_min],
        step_two=table.step_two,
        deadline_h=table.deadline_h,
        quota_day=table.quota_day,
        retention_max_d=table.retention_max_d,
        handling_default=table.handling_default,
        dna=None if table.dna is None else _dna_terms(table.dna, own),
    )


def _dna_terms(table: _DnaTable, own: Mapping[str, str]) -> DnaTerms:
    kinds = tuple(sorted(set(table.asked_with)))
    return DnaTerms(table.rules, kinds, table.batch_max, table.automatic, table.held, own.get(table.rules))


def _declaration(table: _DeclarationTable) -> Declaration:
    return Declaration(PartnerCode(table.partner), table.subject, table.stance, table.since, table.source)
