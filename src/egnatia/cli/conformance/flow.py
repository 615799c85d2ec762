"""What the two scratch nodes do: the whole flow once, what must be refused, and what must not be understood."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import select

from egnatia.cli.conformance.partner import INVENTED, NUMBER, REFERENCE, Pair
from egnatia.enquiries.ask import EnquiryDraft, send_enquiry
from egnatia.enquiries.candidates import DecisionDraft, decide, inbox
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.enquiries.releases import approve, available, propose
from egnatia.enquiries.views import enquiry_view
from egnatia.errors import ConflictError, ForbiddenError, RefusedError, TamperedError
from egnatia.exchange.message import Message, format_moment, write_message
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.problems import read_problem
from egnatia.exchange.strict_json import MAX_BYTES
from egnatia.model.ids import FollowUpId, MessageId, ReleaseId
from egnatia.model.officers import Officer
from egnatia.model.states import AskState, Decision, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import follow_up, ledger_entry, release

_DRAFT = EnquiryDraft(
    case_ref="CONF-2026-01",
    subject=SubjectKind.TRAVEL_DOCUMENT,
    purpose=Purpose.BORDER_CHECK,
    offence=Offence.FALSE_DOCUMENT,
    justification="Conformance test with an invented document.",
    query={"issuer": INVENTED, "document_type": "P", "number": NUMBER},
    partners=(INVENTED,),
)
_BASIS = "Invented number, the same at both ends."
_FACTS = "Conformance test: the invented number was presented."
_REASON = "Conformance test: release of an invented entry."
_ID = "0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11"
_CONVERSATION = "conformance"


def flow(pair: Pair) -> str:
    """Enquiry, candidate, hit, follow-up, release by two people, core data received; every step in both ledgers."""
    us, ours, theirs = pair.us, pair.staff[pair.us.code], pair.staff[INVENTED]
    sent = pair.do(us, lambda tx: send_enquiry(tx, us.desk, ours["enquirer"], _DRAFT, us.clock()))
    pair.deliver()
    with us.database.read() as tx:
        asks = enquiry_view(tx, sent.id, us.clock()).asks
        found = inbox(tx, us.clock())
    if [each.state for each in asks] != [AskState.HIT] or [each.ref for each in found] != [REFERENCE]:
        raise ConflictError(f"the enquiry was answered {[each.state.value for each in asks]} instead of hit")
    draft = DecisionDraft(Decision.CONFIRMED, _BASIS, "conformance test")
    pair.do(us, lambda tx: decide(tx, ours["examiner"], found[0].id, draft, us.clock()))
    request = (_FACTS, Offence.FALSE_DOCUMENT)
    asked = pair.do(us, lambda tx: send_follow_up(tx, us.desk, ours["enquirer"], found[0].id, request, us.clock()))
    pair.deliver()
    _release(pair, asked, theirs)
    pair.deliver()
    with us.database.read() as tx:
        mine = select(release.c.id).join(follow_up, follow_up.c.id == release.c.follow_up_id)
        if tx.execute(mine.where(follow_up.c.id == asked, release.c.received_at.is_not(None))).first() is None:
            raise ConflictError("the released core data did not arrive")
        kinds = set(tx.execute(select(ledger_entry.c.kind)).scalars())
    needed = {"enquiry.sent", "reply.received", "candidate.confirmed", "follow_up.sent", "release.received"}
    if needed - kinds:
        raise ConflictError(f"the ledger lacks {', '.join(sorted(needed - kinds))}")
    return "enquiry, hit, follow-up, release by two people, received; each step entered"


def _release(pair: Pair, asked: FollowUpId, theirs: Mapping[str, Officer]) -> None:
    them = pair.them

    def proposed(tx: Transaction) -> ReleaseId:
        return propose(tx, them.desk, theirs["approver-1"], asked, (tuple(available(tx, asked)), _REASON), them.clock())

    made = pair.do(them, proposed)
    pair.do(them, lambda tx: approve(tx, them.desk, theirs["approver-2"], made, them.clock()))


def refusals(pair: Pair) -> str:
    """What no grant allows is refused, and one person alone releases nothing."""
    us, ours = pair.us, pair.staff[pair.us.code]
    other = replace(_DRAFT, purpose=Purpose.RETURN)
    sent = pair.do(us, lambda tx: send_enquiry(tx, us.desk, ours["enquirer"], other, us.clock()))
    if [each.refusal for each in sent.asks] != [RefusalReason.PURPOSE_NOT_GRANTED]:
        raise ConflictError("a question that no grant allows was not refused")
    try:
        pair.do(us, lambda tx: send_enquiry(tx, us.desk, ours["approver-1"], _DRAFT, us.clock()))
    except ForbiddenError:
        return "default deny holds; roles hold"
    raise ConflictError("an officer without the role could ask")


def strictness(pair: Pair) -> str:
    """What two readers could understand differently is not understood at all."""
    them, seen = pair.them, 0
    body: dict[str, object] = {"subject": "travel_document"}
    message = Message("enquiry", MessageId(_ID), INVENTED, pair.us.code, _CONVERSATION, them.clock(), None, body)
    good = write_message(message, them.keys.signing).content
    wrong = write_message(replace(message, kind="nonsense"), them.keys.signing).content
    cases: dict[str, tuple[bytes, RefusalReason | None]] = {
        "trailing bytes": (good + b"{}", None),
        "a duplicate key": (good.replace(b'{"payload"', b'{"payload":"eA==","payload"', 1), None),
        "a number that is not finite": (good.replace(b'"signatures":[', b'"x":NaN,"signatures":[', 1), None),
        "an unknown field": (good.replace(b'"signatures":[', b'"x":1,"signatures":[', 1), None),
        "a broken signature": (_broken(good), RefusalReason.BAD_SIGNATURE),
        "a message that is too long": (b" " * (MAX_BYTES + 1), RefusalReason.TOO_LARGE),
    }
    for name, (content, reason) in cases.items():
        status, reply = _handed(pair, content)
        told = read_problem(status, reply)
        if status < 400 or (reason is not None and told.reason is not reason):  # noqa: PLR2004 - HTTP errors
            raise TamperedError(f"{name} was answered {status} {told.reason}")
        seen += 1
    status, reply = _handed(pair, wrong)
    if b"refusal" not in _payload(reply):
        raise RefusedError(RefusalReason.MALFORMED, f"a message of an unknown kind was answered {status}")
    return f"{seen + 1} kinds of wrong messages refused"


def _handed(pair: Pair, content: bytes) -> tuple[int, bytes]:
    return pair.hand(content, MESSAGES_PATH, {SENT_AT_HEADER: format_moment(pair.us.clock())})


def _broken(content: bytes) -> bytes:
    """The same message with one bit of the signature's first byte changed."""
    head, mark, rest = content.partition(b'"sig":"')
    return head + mark + (b"A" if rest[:1] != b"A" else b"B") + rest[1:]


def _payload(reply: bytes) -> bytes:
    from egnatia.exchange.message import read_message

    return read_message(reply)[0].kind.encode()


FLOW_CHECKS: dict[str, Callable[[Pair], str]] = {"flow": flow, "refusals": refusals, "strictness": strictness}
