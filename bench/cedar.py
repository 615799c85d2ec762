"""Cedar as an independent oracle: the same registers in Cedar's language, decided by Cedar's engine and by `permit`.

Prints questions, disagreements and decisions a second of both. Exit status 1 when they disagree once. A disagreement
is another verdict, another grant behind an allow, another obstacle behind a refusal, or a policy of Cedar's that failed.

Run: python bench/cedar.py [questions, 1,000,000 if left out]
"""

import random
import sys
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import cedarpy

import egnatia.scenario
from egnatia.agreements import Allow, Refusal, Request, parse_register, permit
from egnatia.agreements.cedar import SCHEMA, cedar_policies, cedar_request
from egnatia.agreements.checks import check_register
from egnatia.errors import InputError
from egnatia.model.agreements import Agreement, Bar, Declaration, Grant, Partner, Register, StatusFact
from egnatia.model.ids import PartnerCode
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, Offence, PartnerStatus, Purpose, RefusalReason, Stance, SubjectKind

DEMO = parse_register((Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes())
BARRING = (
    RefusalReason.PARTNER_WITHDRAWN,
    RefusalReason.PARTNER_SUSPENDED,
    RefusalReason.NOT_ADMITTED,
    RefusalReason.MEMBERSHIP_EXPIRED,
)
OBSTACLES = {
    RefusalReason.SAME_PARTNER: "same_partner",
    RefusalReason.PARTNER_WITHDRAWN: "withdrawn",
    RefusalReason.PARTNER_SUSPENDED: "suspended",
    RefusalReason.NOT_ADMITTED: "not_admitted",
    RefusalReason.MEMBERSHIP_EXPIRED: "membership_expired",
    RefusalReason.PARTNER_DECLINED: "declined",
}
PER_REGISTER = 2_000
FIRST = date(2025, 1, 1)
DAYS = 30
STRANGER = PartnerCode("ZZZ")
NOBODY = cedarpy.Entities.from_json_str("[]")


@dataclass(slots=True)
class Tally:
    """What was asked so far, what came of it, and the seconds of each side."""

    asked: int = 0
    allowed: int = 0
    disagreed: int = 0
    barred: int = 0
    registers: int = 0
    ours_s: float = 0.0
    cedar_s: float = 0.0


def some_day(rng: random.Random) -> date:
    """A day of one month, so that facts and questions fall on the same days."""
    return FIRST + timedelta(days=rng.randrange(DAYS))


def sometimes(rng: random.Random, share: float) -> date | None:
    """A day, in so many of all cases."""
    return some_day(rng) if rng.random() < share else None


def shaken(rng: random.Random) -> Register:
    """The demonstration's register with other dates, forces, standings, words and thresholds; it passes its checks."""
    partners = {code: shaken_partner(rng, each) for code, each in DEMO.partners.items()}
    agreements = {id_: shaken_agreement(rng, each) for id_, each in DEMO.agreements.items()}
    grants = tuple(shaken_grant(rng, each) for each in DEMO.grants)
    words = {(each.partner, each.subject, each.since): each for each in (word(rng) for _ in range(rng.randrange(6)))}
    bars = tuple(bar(rng) for _ in range(rng.choice((0, 0, 1, 2))))
    return Register(partners, agreements, grants, tuple(words.values()), bars)


def shaken_partner(rng: random.Random, partner: Partner) -> Partner:
    """A partner with one to three standings; most are members, so that something is left to allow."""
    days = sorted({some_day(rng) for _ in range(rng.randint(1, 3))})
    kinds = [PartnerStatus.MEMBER] * 12 + list(PartnerStatus)
    facts = [StatusFact(rng.choice(kinds), day, "drawn") for day in days]
    facts[0] = replace(facts[0], since=FIRST - timedelta(days=rng.choice((400, 400, 400, -3))))
    return replace(partner, statuses=tuple(sorted(facts, key=lambda each: each.since)))


def shaken_agreement(rng: random.Random, agreement: Agreement) -> Agreement:
    """An agreement that begins, pauses or ends within the month, or binds nobody."""
    parties = tuple(
        replace(each, signed=None, ratified=None, in_force=sometimes(rng, 0.9)) for each in agreement.parties
    )
    force = rng.choice([LegalForce.TREATY, LegalForce.BINDING_AGREEMENT])
    ended = replace(agreement, suspended_from=sometimes(rng, 0.15), terminated_on=sometimes(rng, 0.15))
    return replace(ended, parties=parties, force=force)


def shaken_grant(rng: random.Random, grant: Grant) -> Grant:
    """A grant for other purposes and from another threshold."""
    purposes = frozenset(rng.sample(list(Purpose), rng.randint(1, 4)))
    return replace(grant, purposes=purposes, offence_min=rng.choice(list(Seriousness)), step_two=rng.random() < 0.5)


def word(rng: random.Random) -> Declaration:
    """One partner's word about one subject."""
    return Declaration(
        rng.choice(list(DEMO.partners)), rng.choice(list(SubjectKind)), rng.choice(list(Stance)), some_day(rng), "drawn"
    )


def bar(rng: random.Random) -> Bar:
    """What a node's own membership forbids of one partner."""
    return Bar(rng.choice(list(DEMO.partners)), rng.choice(BARRING), some_day(rng), "drawn")


def questions(rng: random.Random, register: Register, count: int) -> list[Request]:
    """Half of them follow a grant, so that many are nearly or wholly allowed; half are anything at all."""
    codes = [*register.partners, STRANGER]
    asked = []
    for _ in range(count):
        grant = rng.choice(register.grants)
        follows = rng.random() < 0.5
        asked.append(
            Request(
                asker=grant.asker if follows else rng.choice(codes),
                answerer=grant.answerer if follows else rng.choice(codes),
                subject=grant.subject if follows else rng.choice(list(SubjectKind)),
                purpose=rng.choice(sorted(grant.purposes) if follows else list(Purpose)),
                offence=rng.choice(list(Offence)),
                on=some_day(rng),
                step_two=rng.random() < 0.3,
            )
        )
    return asked


def agree(mine: Allow | Refusal, allowed: bool, named: set[str]) -> bool:  # noqa: FBT001 - one call
    """Whether both sides come to one verdict for the same grant or the same obstacle."""
    if isinstance(mine, Allow):
        return allowed and named == {mine.grant.id}
    if mine.reason is RefusalReason.UNKNOWN_PARTNER:  # of a code that the register never names, Cedar knows nothing
        return not allowed
    return not allowed and (OBSTACLES[mine.reason] in named if mine.reason in OBSTACLES else not named)


def judge(register: Register, asked: list[Request], tally: Tally) -> None:
    """Decide on both sides and count."""
    policies = cedar_policies(register)
    if not cedarpy.validate_policies(policies, SCHEMA).validation_passed:
        raise SystemExit("Cedar does not accept the rendered policies")
    parsed = cedarpy.PolicySet.from_str(policies)
    began = time.perf_counter()
    theirs = cedarpy.is_authorized_batch([cedar_request(each) for each in asked], parsed, NOBODY)
    middle = time.perf_counter()
    ours = [permit(register, each) for each in asked]
    tally.ours_s += time.perf_counter() - middle
    tally.cedar_s += middle - began
    for mine, their in zip(ours, theirs, strict=True):
        named = set(their.diagnostics.id_annotations_by_reason.values())
        tally.disagreed += not agree(mine, their.allowed, named) or bool(their.diagnostics.errors)
        tally.barred += isinstance(mine, Refusal) and mine.reason in BARRING
        tally.allowed += their.allowed
    tally.asked += len(asked)
    tally.registers += 1


def valid(register: Register) -> bool:
    """Whether a node would import it."""
    try:
        check_register(register)
    except InputError:
        return False
    return True


def main() -> int:
    """Ask until the count is reached; the first register is the demonstration's own."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng, tally, register = random.Random(417), Tally(), DEMO
    while tally.asked < wanted:
        if valid(register):
            judge(register, questions(rng, register, min(PER_REGISTER, wanted - tally.asked)), tally)
        register = shaken(rng)
        if tally.registers % 50 == 0:
            sys.stderr.write(f"\r{tally.asked:,} of {wanted:,}")
    sys.stderr.write("\r")
    print(
        f"{tally.asked:,} questions to {tally.registers:,} registers, {tally.allowed / tally.asked:.1%} allowed, "
        f"{tally.barred / tally.asked:.1%} stopped by a standing: "
        f"{tally.disagreed} disagreements; permit {tally.asked / tally.ours_s:,.0f}/s, "
        f"Cedar {tally.asked / tally.cedar_s:,.0f}/s, ratio {tally.cedar_s / tally.ours_s:.1f}"
    )
    return 1 if tally.disagreed else 0


if __name__ == "__main__":
    raise SystemExit(main())
