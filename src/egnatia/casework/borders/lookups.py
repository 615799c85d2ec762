"""The look-ups of the first line (BCC-02): local lists, own register, members' alerts, and which partners were not asked.

Nothing leaves the node, so it works with every line down. A hit refers to a person: it suggests a reason from the closed
list, which an officer chooses or does not, and tells what agrees. Whoever leaves the country is held against no entry ban
and no past return; these lists are not even opened then. A past return suggests nothing on entry either (BCC-07).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request
from egnatia.casework.borders.crossings import BCP
from egnatia.engines.documents import inspect, normal_issuer, normal_number
from egnatia.engines.documents.registers.lookup import lowest_start
from egnatia.engines.documents.registers.register import in_range
from egnatia.engines.people import judge, query_from_dict, tags
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.forgery_alerts.held import reported_on
from egnatia.enquiries.issuers import issuer_of
from egnatia.enquiries.local_lists import LocalList, list_key, local_lists
from egnatia.enquiries.registered import registered_with
from egnatia.errors import InputError, NotFoundError
from egnatia.exchange.directory import cards
from egnatia.exchange.lines import unreachable
from egnatia.ledger import Act, append
from egnatia.model.borders import Direction, ListKind, SecondLineReason, Unasked
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Evidence, Offence, Purpose, RefusalReason, RegisterCategory, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import lookup_document, lookup_tag

ONLY_ON_ENTRY: Final = frozenset({ListKind.ENTRY_BAN, ListKind.RETURN_RECORD})
"""Lists that are not opened for somebody who leaves: what they say cannot matter there (Protocol 4 ECHR, article 2(2))."""
SUGGESTS: Final = {
    ListKind.LOST_STOLEN: SecondLineReason.LOST_STOLEN,
    ListKind.WANTED: SecondLineReason.ALERT,
    ListKind.ENTRY_BAN: SecondLineReason.ENTRY_CONDITION,
}
"""The reason a hit suggests to the officer. A past return is none: it happened, and the person may travel since."""
MAX_HITS: Final = 10
"""Hits shown of one list, the best first: more are a list that does not tell people apart."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """What was read of somebody's document; whatever is empty is not looked for.

    Attributes:
        issuer: code of the issuer.
        document_type: first letter of the document code; "" for any.
        number: the document's number.
        first_names: as read.
        family_names: as read.
        birth_date: year, month and day, such as 1990-03-07.
    """

    issuer: str = ""
    document_type: str = ""
    number: str = ""
    first_names: str = ""
    family_names: str = ""
    birth_date: str = ""


def traveller_of(zone: str, today: date) -> Traveller:
    """What a machine-readable zone says of its bearer, for a look-up.

    Raises:
        InputError: the text is no zone.
    """
    read = inspect(zone, today)
    document, born = read.document, read.birth.exact()
    return Traveller(
        document.issuer,
        document.code[:1],
        document.number,
        " ".join(document.name.secondary),
        " ".join(document.name.primary),
        born.isoformat() if born else "",
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry of a list that agrees: its owner's reference, and what agrees."""

    ref: str
    quality: float
    evidence: tuple[Evidence, ...] = ()
    category: RegisterCategory | None = None


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """What one list said; with an overdue one, neither a hit nor its absence is worth much."""

    kind: ListKind
    name: str
    as_of: date
    overdue: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A partner that was not asked, and why."""

    partner: PartnerCode
    why: Unasked
    refusal: RefusalReason | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Everything a look-up came to.

    Attributes:
        answers: every list that was looked at.
        absent: kinds of which there is no list here: nobody looked, and that is no "nothing found".
        left_out: kinds that were not opened, because the person leaves.
        suggested: reasons that an officer may choose; none forces anything.
        unasked: every partner, because none is asked from here, each with its reason.
    """

    answers: tuple[ListAnswer, ...]
    absent: tuple[ListKind, ...]
    left_out: tuple[ListKind, ...]
    suggested: tuple[SecondLineReason, ...]
    unasked: tuple[NotAsked, ...]

    @property
    def hit(self) -> bool:
        """Whether any list has an entry that agrees."""
        return any(each.hits for each in self.answers)


def look_up(
    tx: Transaction, desk: Desk, officer: Officer, where: tuple[str, Direction], who: Traveller, now: datetime
) -> LookedUp:
    """Look somebody up in what is at hand. The entry in the ledger says which lists and how many hits, and nobody's name.

    Args:
        tx: a write transaction.
        desk: this node's own side.
        officer: at the first line.
        where: crossing point and direction.
        who: what was read.
        now: the moment.

    Raises:
        ForbiddenError: the officer does not check crossings.
        InputError: no crossing point's code, nothing to look for, or a date that is none.
    """
    authorise(officer, Action.CHECK_CROSSING)
    bcp, direction = where
    if not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")
    left_out = tuple(kind for kind in ListKind if kind in ONLY_ON_ENTRY and direction is Direction.EXIT)
    open_lists = [each for each in local_lists(tx, now) if each.kind not in left_out]
    listed = (*_own(tx, desk, who, now), *_documents(tx, open_lists, who), *_persons(tx, desk, open_lists, who))
    answers = (*listed, *_alerted(tx, who, now))
    found = {each.kind for each in answers if each.hits}
    missing = tuple(kind for kind in ListKind if kind not in left_out and kind not in {each.kind for each in listed})
    suggested = tuple(reason for kind, reason in SUGGESTS.items() if kind in found)
    content = {
        "direction": direction.value,
        "lists": [f"{each.kind.value}: {each.name}" for each in answers],
        "hits": {kind.value: sum(len(each.hits) for each in answers if each.kind is kind) for kind in sorted(found)},
    }
    act = Act(EventKind.LOOKED_UP, now, officer.id, f"bcp:{bcp}", purpose=Purpose.BORDER_CHECK, content=content)
    append(tx, act)
    return LookedUp(answers, missing, left_out, suggested, _unasked(tx, desk, who, now))


def _own(tx: Transaction, desk: Desk, who: Traveller, now: datetime) -> list[ListAnswer]:
    """This node's own register, where it issued the document itself; it is never overdue."""
    if not who.number or issuer_of_node(tx, desk, who.issuer) != desk.code:
        return []
    entries = registered_with(tx, normal_issuer(who.issuer), normal_number(who.number), who.document_type[:1])
    hits = tuple(Hit(each.reference, 1.0, (Evidence.NUMBER_EXACT,), each.category) for each in entries[:MAX_HITS])
    return [ListAnswer(ListKind.LOST_STOLEN, f"{desk.code} register", now.date(), False, hits)]


def documents_at_hand(tx: Transaction, desk: Desk, who: Traveller, now: datetime) -> tuple[ListAnswer, ...]:
    """What this node's own register and its lists of documents say of one document; nothing is written."""
    return (*_own(tx, desk, who, now), *_documents(tx, local_lists(tx, now), who))


def _alerted(tx: Transaction, who: Traveller, now: datetime) -> list[ListAnswer]:
    """Alerts of members that met this very document; they are no list, so none of them says that nothing was found."""
    if not who.number:
        return []
    wanted = normal_issuer(who.issuer), who.document_type, normal_number(who.number)
    return [
        ListAnswer(
            ListKind.LOST_STOLEN,
            f"alert of {each.originator}",
            each.changed_at.date(),
            False,
            (Hit(each.reference, 1.0, (Evidence.NUMBER_EXACT,), each.reported.category),),
        )
        for each in reported_on(tx, now.date())
        if each.reported is not None and each.reported.is_of(*wanted)
    ][:MAX_HITS]


def issuer_of_node(tx: Transaction, desk: Desk, code: str) -> PartnerCode | None:
    """The partner that issues under a code; None also where this node has no agreement register yet."""
    try:
        return issuer_of(desk.register(tx), code)
    except NotFoundError:
        return None


def _documents(tx: Transaction, lists: list[LocalList], who: Traveller) -> list[ListAnswer]:
    mine = [each for each in lists if each.kind is ListKind.LOST_STOLEN]
    number, issuer = normal_number(who.number), normal_issuer(who.issuer)
    if not mine or not number:
        return []
    table = lookup_document.c
    query = select(lookup_document).where(
        table.issuer == issuer,
        table.number_length == len(number),
        table.number_from >= min(lowest_start(number), number),
        table.number_from <= number,
        table.number_to >= number,
    )
    rows = [row for row in tx.execute(query.order_by(table.ref)) if _is_of(row, number, who.document_type)]
    return [_answer(each, [_listed(row) for row in rows if row.list_id == each.id]) for each in mine]


def _is_of(row: Row[tuple[str, ...]], number: str, document_type: str) -> bool:
    return in_range(row.number_from, row.number_to, number) and row.document_type.startswith(document_type[:1])


def _listed(row: Row[tuple[str, ...]]) -> Hit:
    single = row.number_from == row.number_to
    evidence = Evidence.NUMBER_EXACT if single else Evidence.NUMBER_IN_BLANK_RANGE
    return Hit(row.ref, 1.0, (evidence,), RegisterCategory(row.category))


def _answer(of: LocalList, hits: list[Hit]) -> ListAnswer:
    best = sorted(hits, key=lambda hit: (-hit.quality, hit.ref))[:MAX_HITS]
    return ListAnswer(of.kind, of.name, of.as_of, of.overdue, tuple(best))


def _persons(tx: Transaction, desk: Desk, lists: list[LocalList], who: Traveller) -> list[ListAnswer]:
    """Persons compared by keyed hashes of the sound of names and of parts of the date, as partners compare them."""
    mine = [each for each in lists if each.kind is not ListKind.LOST_STOLEN]
    given = {"first_names": who.first_names, "family_names": who.family_names, "birth_date": who.birth_date}
    if not mine or not (who.family_names or who.first_names):
        return []
    query = query_from_dict({name: value for name, value in given.items() if value})
    asked = tags(query, list_key(desk.keys))
    agreed: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    wanted = lookup_tag.c.tag.in_([each.value for each in asked]) & lookup_tag.c.list_id.in_([each.id for each in mine])
    for row in tx.execute(select(lookup_tag).where(wanted)):
        agreed[row.list_id, row.ref].append(bytes(row.tag))
    answers = []
    for each in mine:
        judged = ((ref, judge(asked, hits)) for (list_id, ref), hits in agreed.items() if list_id == each.id)
        hits = [Hit(ref, match.quality, match.evidence) for ref, match in judged if match is not None]
        answers.append(_answer(each, hits))
    return answers


def _unasked(tx: Transaction, desk: Desk, who: Traveller, now: datetime) -> tuple[NotAsked, ...]:
    """Every partner, none of which is asked by looking up; for the issuer, whether an enquiry could follow."""
    issuer, gone = issuer_of_node(tx, desk, who.issuer) if who.issuer else None, unreachable(tx)
    found: list[NotAsked] = []
    for partner in sorted(cards(tx)):
        if partner != issuer:
            found.append(NotAsked(partner, Unasked.NOT_ISSUER))
            continue
        request = Request(
            desk.code,
            partner,
            SubjectKind.TRAVEL_DOCUMENT,
            Purpose.BORDER_CHECK,
            Offence.FALSE_DOCUMENT,
            now.date(),
        )
        verdict = desk.verdict(tx, request)
        if not isinstance(verdict, Allow):
            found.append(NotAsked(partner, Unasked.NOT_GRANTED, verdict.reason))
        else:
            found.append(NotAsked(partner, Unasked.UNREACHABLE if partner in gone else Unasked.MAY_BE_ASKED))
    return tuple(found)
