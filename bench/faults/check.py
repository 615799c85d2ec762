"""The checker: what was acknowledged against what stands at both ends. No database, no clock: facts in, violations out.

It believes nobody: the officer's history says what has to be there, the question itself says what has to be answered,
and the two nodes' tables and ledgers have to agree with both and with one another, each thing exactly once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bench.faults.history import Batch


class Finding(StrEnum):
    """What can be wrong. Everything here is a failure of the run."""

    LOST = "lost"  # acknowledged, and not there
    DOUBLED = "doubled"  # there more than once, or two effects of one question
    UNASKED = "unasked"  # there although nobody asked for it
    HALF = "half"  # one transaction's enquiries, of which some are there and some are not
    UNANSWERED = "unanswered"  # still waiting after everything healed
    WRONG_ANSWER = "wrong_answer"  # not what the answering partner's data demand
    REFUSED = "refused"  # a refusal that no fault explains
    NOT_ENTERED = "not_entered"  # no ledger entry
    OUT_OF_ORDER = "out_of_order"  # a conversation's messages arrived in another order
    DISAGREEMENT = "disagreement"  # the two ends do not tell the same story
    LEDGER = "ledger"  # a ledger does not verify, or partners hold another head of it
    DATABASE = "database"  # SQLite's own checks


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong, and where."""

    finding: Finding
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Home:
    """What an asking node holds about some enquiries.

    Attributes:
        enquiries: (identifier, number).
        asks: (enquiry, partner, state, refusal).
        candidates: (enquiry, partner, reference).
        sent: (enquiry, partner) of each entry that a question was sent.
        received: (enquiry, partner) of each entry that an answer came.
    """

    enquiries: Sequence[tuple[str, int]] = ()
    asks: Sequence[tuple[str, str, str, str | None]] = ()
    candidates: Sequence[tuple[str, str, str]] = ()
    sent: Sequence[tuple[str, str]] = ()
    received: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Away:
    """What the answering nodes hold about the same enquiries.

    Attributes:
        answered: (enquiry, answering partner, result, references returned).
        entered: (enquiry, answering partner) of each entry that an enquiry was answered.
    """

    answered: Sequence[tuple[str, str, str, tuple[str, ...]]] = ()
    entered: Sequence[tuple[str, str]] = ()


Expected = Callable[[int, str], str | None]
"""Which reference a partner has to return for the enquiry of a number; None for a no-hit."""
Add = Callable[[Finding, object], None]


@dataclass(slots=True)
class Tally:
    """What was counted.

    Attributes:
        enquiries: acknowledged to an officer.
        questions: signed messages that these became: one for each partner asked.
        answers: of these questions, taken and entered at the asker.
        hits: answers with a reference.
        unsure: enquiries whose officer was told of a failure, or died before anything was said.
        unsure_recorded: of these, recorded after all, and held to the same rules.
        probes: further acknowledged messages, that test the order of conversations.
    """

    enquiries: int = 0
    questions: int = 0
    answers: int = 0
    hits: int = 0
    unsure: int = 0
    unsure_recorded: int = 0
    probes: int = 0
    findings: Counter[Finding] = field(default_factory=Counter)
    examples: list[Violation] = field(default_factory=list)

    def add(self, violations: Iterable[Violation]) -> None:
        """Count violations, and keep the first few in words."""
        for each in violations:
            self.findings[each.finding] += 1
            if self.findings[each.finding] <= _EXAMPLES:
                self.examples.append(each)


_EXAMPLES = 20


def check_batches(
    asker: str, partners: Sequence[str], batches: Sequence[Batch], facts: tuple[Home, Away], expected: Expected
) -> tuple[list[Violation], Tally]:
    """Check everything that these batches should have caused, and that nothing else did.

    Args:
        asker: whose officer recorded them.
        partners: whom each enquiry asks.
        batches: from the history; their numbers have to be those that `facts` were read for.
        facts: what the asker and the answering nodes hold.
        expected: what the data demand.
    """
    home, away = facts
    found: list[Violation] = []
    tally = Tally()

    def add(finding: Finding, text: object) -> None:
        found.append(Violation(finding, asker, str(text)))

    numbers = _check_recorded(batches, home, tally, add)
    asked = {(enquiry, partner) for enquiry in numbers for partner in partners}
    _check_counts(asked, home, away, add)
    references = _grouped(home.candidates)
    answered = {(enquiry, partner): (result, refs) for enquiry, partner, result, refs in away.answered}
    for enquiry, partner, state, refusal in home.asks:
        if (enquiry, partner) in asked:
            want = expected(numbers[enquiry], partner)
            got = sorted(references.get((enquiry, partner), ()))
            _check_ask((f"{enquiry} to {partner}", state, refusal), want, got, add)
            _check_ends((f"{enquiry} to {partner}", state), got, answered.get((enquiry, partner)), add)
            tally.answers += state in ("hit", "no_hit")
            tally.hits += state == "hit"
    return found, tally


def _check_recorded(batches: Sequence[Batch], home: Home, tally: Tally, add: Add) -> dict[str, int]:
    """Which enquiries there have to be: those acknowledged, and those of an unsure batch that is there as a whole."""
    by_number: dict[int, list[str]] = defaultdict(list)
    for enquiry, number in home.enquiries:
        by_number[number].append(enquiry)
    numbers: dict[str, int] = {}
    for batch in batches:
        there = {n: by_number.pop(n, []) for n in range(batch.first, batch.first + batch.count)}
        for number, enquiries in there.items():
            if len(enquiries) > 1:
                add(Finding.DOUBLED, f"enquiry number {number} is there {len(enquiries)} times")
            numbers |= dict.fromkeys(enquiries, number)
        if batch.acknowledged:
            _check_acknowledged(batch, there, add)
            tally.enquiries += len(batch.ids)
            tally.probes += len(batch.probes)
        else:
            tally.unsure += batch.count
            tally.unsure_recorded += _check_whole(batch, there, add)
    for number in by_number:
        add(Finding.UNASKED, f"enquiry number {number} was never begun")
    tally.questions = len({(enquiry, partner) for enquiry, partner, *_ in home.asks if enquiry in _told(batches)})
    return numbers


def _told(batches: Sequence[Batch]) -> set[str]:
    return {enquiry for batch in batches for enquiry in batch.ids}


def _check_acknowledged(batch: Batch, there: dict[int, list[str]], add: Add) -> None:
    if len(batch.ids) != batch.count:
        add(Finding.HALF, f"batch {batch.first}: {len(batch.ids)} of {batch.count} enquiries were acknowledged")
    for number, enquiry in zip(there, batch.ids, strict=False):
        if enquiry not in there[number]:
            add(Finding.LOST, f"enquiry number {number} was acknowledged as {enquiry}")
        for other in set(there[number]) - {enquiry}:
            add(Finding.UNASKED, f"{other} bears the number {number} of {enquiry}")


def _check_whole(batch: Batch, there: dict[int, list[str]], add: Add) -> int:
    recorded = sum(bool(enquiries) for enquiries in there.values())
    if recorded not in (0, batch.count):
        add(Finding.HALF, f"batch {batch.first}: {recorded} of {batch.count} enquiries are there")
    return recorded


def _check_counts(asked: set[tuple[str, str]], home: Home, away: Away, add: Add) -> None:
    """Every question once in the asker's asks and twice in its ledger (sent, answered), and once at the other end in each."""
    asks = [(enquiry, partner) for enquiry, partner, *_ in home.asks]
    answered = [(enquiry, partner) for enquiry, partner, *_ in away.answered]
    for what, pairs, missing in (
        ("question", asks, Finding.LOST),
        ("entry of sending", home.sent, Finding.NOT_ENTERED),
        ("entry of receiving", home.received, Finding.NOT_ENTERED),
        ("answer at the other end", answered, Finding.DISAGREEMENT),
        ("entry of answering", away.entered, Finding.NOT_ENTERED),
    ):
        _check_once(asked, pairs, (what, missing), add)
    _check_no_more_than_once(home.candidates, "candidate", add)


def _check_once(
    asked: set[tuple[str, str]], pairs: Sequence[tuple[str, str]], of: tuple[str, Finding], add: Add
) -> None:
    what, missing = of
    counted = Counter(pairs)
    for pair in asked - counted.keys():
        add(missing, f"no {what} of {' to '.join(pair)}")
    for pair in counted.keys() - asked:
        add(Finding.UNASKED, f"{what} of {' to '.join(pair)}")
    _check_no_more_than_once(pairs, what, add)


def _check_no_more_than_once(things: Sequence[Hashable], what: str, add: Add) -> None:
    for thing, count in Counter(things).items():
        if count > 1:
            add(Finding.DOUBLED, f"{what} of {thing}: {count} times")


def _check_ask(ask: tuple[str, str, str | None], want: str | None, got: list[str], add: Add) -> None:
    """The state of a question and its candidates are what the answering partner's data demand."""
    name, state, refusal = ask
    if state == "waiting":
        add(Finding.UNANSWERED, name)
    elif state not in ("hit", "no_hit"):
        add(Finding.REFUSED, f"{name}: {state} {refusal}")
    elif got != ([] if want is None else [want]) or (state == "hit") != (want is not None):
        add(Finding.WRONG_ANSWER, f"{name}: {state} {got} instead of {want}")


def _check_ends(ask: tuple[str, str], got: list[str], answered: tuple[str, tuple[str, ...]] | None, add: Add) -> None:
    """What the answering node says it returned is what the asker has."""
    name, state = ask
    if state in ("hit", "no_hit") and answered is not None and answered != (state, tuple(got)):
        add(Finding.DISAGREEMENT, f"{name}: {state} {got} here, {answered} there")


def _grouped(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for enquiry, partner, ref in rows:
        found[enquiry, partner].append(ref)
    return found


def check_order(asker: str, batches: Iterable[Batch], arrived: dict[str, int]) -> list[Violation]:
    """Every acknowledged probe arrived, and those of one conversation in the order in which they were queued.

    Args:
        asker: who queued them.
        batches: from the history.
        arrived: the place of each message among everything its recipient took in.
    """
    found: list[Violation] = []
    for batch in batches:
        missing = [each for each in batch.probes if each not in arrived]
        places = [arrived[each] for each in batch.probes if each in arrived]
        found += [Violation(Finding.LOST, asker, f"message {each} never arrived") for each in missing]
        if places != sorted(places):
            text = f"conversation {batch.conversation} arrived as {places}"
            found.append(Violation(Finding.OUT_OF_ORDER, asker, text))
    return found
