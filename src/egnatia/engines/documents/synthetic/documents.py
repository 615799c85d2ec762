"""Genuine synthetic documents: an invented holder, and a zone, a visual zone, a seal and a chip that all agree."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.transliteration import name_components
from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone
from egnatia.engines.documents.synthetic.holders import invent, state_of
from egnatia.engines.documents.synthetic.pki import DEFAULT_PROFILE
from egnatia.engines.documents.synthetic.seal import seal_of
from egnatia.engines.documents.synthetic.types import (
    SPECIMEN,
    AuthorityRecipe,
    ChipRecipe,
    Holder,
    Issue,
    Kind,
    SyntheticDocument,
)
from egnatia.engines.documents.types import Source

_YEAR_DAYS = 365
_VALID_YEARS = {Kind.PASSPORT: 10, Kind.CARD: 10, Kind.SHEET: 10, Kind.VISA: 1, Kind.SMALL_VISA: 1}
_CODES = {Kind.PASSPORT: "PP", Kind.CARD: "ID", Kind.SHEET: "ID", Kind.VISA: "V", Kind.SMALL_VISA: "V"}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_ROOM = {Format.TD1: 15, Format.TD2: 7, Format.TD3: 14, Format.MRV_A: 16, Format.MRV_B: 8}
"""Characters of optional data that a personal number may take; a number that does not fit is not in the zone."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a genuine document has beside its zone and its page.

    Args:
        kind: what sort of document it is.
        state: three letters of the issuer.
        chip: whether it has a chip; visas have none.
        seal: whether a digital seal stands on its page.
        profile: algorithm profile of the authority behind chip and seal.
        authority_seed: another one is another authority of the same state.
    """

    kind: Kind = Kind.PASSPORT
    state: str = "UTO"
    chip: bool = True
    seal: bool = False
    profile: str = DEFAULT_PROFILE
    authority_seed: str = "genuine"


def genuine(rng: random.Random, today: date, options: Options | None = None) -> SyntheticDocument:
    """A document in which everything agrees and that is valid on `today`.

    Args:
        rng: source of randomness; the same seed gives the same document.
        today: the day on which it is valid; nothing of it is dated later but its expiry.
        options: what it has.

    Raises:
        InputError: no holders are invented for the state, or there is no such profile.
    """
    chosen = options or Options()
    issue = make_issue(rng, today, chosen)
    zone = zone_of(issue)
    authority = authority_of(chosen, issue)
    chip = chosen.chip and not chosen.kind.is_visa
    there = (
        {Source.ZONE, Source.VISUAL} | ({Source.CHIP} if chip else set()) | ({Source.SEAL} if chosen.seal else set())
    )
    return SyntheticDocument(
        issue=issue,
        told={source: issue for source in Source if source in there},
        zone=zone,
        visual=visual_of(issue),
        face=issue.holder.face,
        ghost=issue.holder.face,
        style=sum(map(ord, f"{chosen.kind}{chosen.state}")),
        authority=authority,
        seal=seal_of(zone, issue, authority) if chosen.seal else None,
        chip=ChipRecipe(zone, issue.holder.face, issue, authority) if chip else None,
    )


def options_of(document: SyntheticDocument) -> Options:
    """The options by which another document of the same kind, issuer and authority is made."""
    return Options(
        document.kind,
        document.issue.issuer,
        document.chip is not None,
        document.seal is not None,
        document.authority.profile,
        document.authority.seed,
    )


def authority_of(options: Options, issue: Issue) -> AuthorityRecipe:
    """The authority behind the document, with the key that it used when the document was issued."""
    return AuthorityRecipe(options.authority_seed, options.profile, options.state).at(issue.issued)


def make_issue(rng: random.Random, today: date, options: Options) -> Issue:
    """An invented holder, a number and days around `today`."""
    kind = options.kind
    issued = today - timedelta(days=rng.randrange(30, _VALID_YEARS[kind] * _YEAR_DAYS - 60))
    return Issue(
        kind=kind,
        issuer=options.state,
        code=_CODES[kind],
        number=f"SP{rng.randrange(10**7):07}",
        holder=invent(rng, options.state, issued),
        issued=issued,
        expires=_years_later(issued, _VALID_YEARS[kind]),
        authority=f"MUP {SPECIMEN}" if state_of(options.state).language.startswith(("sr", "mk", "bs")) else SPECIMEN,
        passport_number=f"SP{rng.randrange(10**7):07}" if kind.is_visa else "",
    )


def _years_later(day: date, years: int) -> date:
    """The day before the same date so many years later."""
    leap = day.month == 2 and day.day == 29  # noqa: PLR2004 - 29 February
    return (date(day.year + years, 2, 28) if leap else day.replace(year=day.year + years)) - timedelta(days=1)


def zone_of(issue: Issue) -> tuple[str, ...]:
    """The zone that says what was issued."""
    return write_zone(issue.kind.zone_format, fields_of(issue))


def fields_of(issue: Issue) -> ZoneFields:
    """The fields of that zone, before they are written."""
    holder, language = issue.holder, issue.holder.language.partition("-")[0]
    room = _ROOM.get(issue.kind.zone_format, 0)
    optional = issue.passport_number if issue.kind.is_visa else holder.personal_number
    fits = len(optional) <= room
    return ZoneFields(
        code=issue.code,
        issuer=issue.issuer,
        number=issue.number,
        nationality=holder.nationality,
        birth=f"{holder.birth:%y%m%d}",
        sex=holder.sex,
        expiry=f"{issue.expires:%y%m%d}",
        primary=name_components(holder.family, language),
        secondary=name_components(holder.given, language),
        optional=optional if fits else "",
    )


def name_is_cut(issue: Issue) -> bool:
    """Whether the zone has no room for the whole name."""
    fields, place = fields_of(issue), LAYOUTS[issue.kind.zone_format].name
    room: int = place.stop - place.start
    return len("<".join(fields.primary)) + 2 + len("<".join(fields.secondary)) > room


def visual_of(issue: Issue) -> dict[str, tuple[str, ...]]:
    """The texts of the visual zone, by field."""
    holder, state = issue.holder, state_of(issue.issuer)
    fields = fields_of(issue)
    values = {
        "document_code": (issue.code,),
        "issuer": (issue.issuer,),
        "number": (issue.number,),
        "primary": _names(holder.family, fields.primary, both=state.both_scripts),
        "secondary": _names(holder.given, fields.secondary, both=state.both_scripts),
        "nationality": (holder.nationality,),
        "birth_date": (printed_date(holder.birth, holder),),
        "sex": (holder.sex,),
        "birth_place": (holder.birth_place.upper(),),
        "issue_date": (printed_date(issue.issued, holder),),
        "expiry_date": (printed_date(issue.expires, holder),),
        "authority": (issue.authority,),
    }
    if holder.personal_number and not issue.kind.is_visa:
        values["personal_number"] = (holder.personal_number,)
    if issue.kind.is_visa:
        del values["birth_place"]
        values["passport_number"] = (issue.passport_number,)
    return values


def _names(printed: str, zone: tuple[str, ...], *, both: bool) -> tuple[str, ...]:
    """As printed, with the Latin form of the zone beside it where the state prints both."""
    capitals = printed.upper()
    return (capitals, " ".join(zone)) if both else (capitals,)


def printed_date(day: date, holder: Holder) -> str:
    """A date as the page prints it: 12 AUG 1974 in English, 12.08.1974 elsewhere."""
    if holder.language == "en":
        return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day:%d.%m.%Y}"
