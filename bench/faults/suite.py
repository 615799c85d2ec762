"""One run from an empty directory to its report: build, load, faults, heal, judge. A run that was stopped goes on."""

import json
import random
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from bench.faults.check import Tally
from bench.faults.clock import ahead
from bench.faults.evidence import judge
from bench.faults.ground import make_disk, make_networks, unmount_disk
from bench.faults.nemesis import DAY_S, FAULTS, Fault, Site
from bench.faults.places import CODES, Places, build
from bench.faults.processes import Partner, wait
from bench.faults.proxy import Proxy, Route
from bench.faults.watch import ANSWERED, ANSWERING, Look, Sampler

from egnatia.model.ids import PartnerCode
from egnatia.settings import FILE_NAME

REPORT, PROGRESS = "report.json", "progress.json"
PILED_UP_WITHIN_S = 3_600.0
"""How long a backlog may take to gather; what has gathered by then is drained."""
SETTLED_WITHIN_S = 1_800.0
"""How long everything that waits may take once no fault is left."""
LAST_CHECKPOINTS_S = 5.0
"""More than two intervals of checkpointing by the default settings, so that the last entries are signed for."""
WITNESSED_WITHIN_S = 120.0
"""How long partners may take to have cosigned one another once: the longest back-off of a line, twice."""
_POLL_S = 0.05
_AHEAD = 6
"""Faults by which the load may be ahead of its share, so that it lasts as long as the faults do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        directory: of the run.
        messages: questions that have to be acknowledged.
        faults: that have to be injected.
        minutes: at most, from the start of the load until everything is healed and judged.
        longest_s: longest time of one fault.
        recovery_s: how long a recovery is waited for; past it a fault counts as not recovered.
        backlog: messages that pile up for one partner that is away, before the last heal; 0 leaves that out.
        queue: messages that may wait at a node before its officer waits.
        disk_mb: size of each node's disk, sparse.
        first_port: of the exchange.
        seed: of the choice of faults.
        only: kinds of fault to choose from; all when empty.
    """

    directory: Path
    messages: int
    faults: int
    minutes: float
    longest_s: float = 60.0
    recovery_s: float = 90.0
    backlog: int = 0
    queue: int = 2_000
    disk_mb: int = 40_000
    first_port: int = 8_440
    seed: int = 417
    only: tuple[str, ...] = ()


@dataclass(slots=True)
class Injected:
    """One fault as it happened. Times are seconds; recoveries count from the moment it was mended."""

    kind: str
    code: PartnerCode
    seconds: float
    effect: dict[str, object] = field(default_factory=dict)
    reached_s: float | None = None
    answered_s: float | None = None


@dataclass(slots=True)
class _Active:
    """A fault in progress, then in recovery."""

    record: Injected
    context: AbstractContextManager[dict[str, object]]
    until: float
    healed: float | None = None
    size: int = 0

    def recovered(self) -> bool:
        """Whether partners reach this node and it reaches them again."""
        return self.record.reached_s is not None and self.record.answered_s is not None


@dataclass(slots=True)
class Suite:
    """A run in progress."""

    plan: Plan
    site: Site
    limits: Path
    kinds: list[Fault]
    not_run: list[str]
    injected: list[Injected] = field(default_factory=list)
    died: list[str] = field(default_factory=list)
    faulty: bool = False
    quiet_since: float = 0.0
    extra: int = 0
    began: float = field(default_factory=time.monotonic)
    before_s: float = 0.0
    """What the same run took before it was stopped and started again."""

    def say(self, text: str) -> None:
        """Progress, for whoever watches."""
        print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)

    def set_limits(self, enquiries: int, queue: int) -> None:
        """Tell the officers how far they may go."""
        new = self.limits.with_suffix(".new")
        new.write_text(json.dumps({"enquiries": enquiries, "queue": queue}), encoding="ascii")
        new.replace(self.limits)

    def remember(self) -> None:
        """Write down what was injected, so that a run that is stopped can go on."""
        values = {"injected": [asdict(each) for each in self.injected], "died": self.died, "spent_s": self.spent_s()}
        new = self.plan.directory / "progress.new"
        new.write_text(json.dumps(values), encoding="utf-8")
        new.replace(self.plan.directory / PROGRESS)

    def spent_s(self) -> float:
        """Seconds under load so far, those before a stop included."""
        return self.before_s + time.monotonic() - self.began

    def load(self, done: int, questions: int) -> None:
        """Let the officers go on as far as the faults have; beyond their share only to make up for what was not recorded."""
        each = -(-self.plan.messages // (2 * len(CODES)))
        share = min(1.0, (done + _AHEAD) / max(1, self.plan.faults))
        if share >= 1.0 and questions < self.plan.messages and _waiting(self) == 0:
            self.extra += (self.plan.messages - questions) // len(CODES) + 1
        self.set_limits(int(each * share) + 1 + self.extra, self.plan.queue)

    def questions(self) -> int:
        """About how many questions are recorded: two for each enquiry."""
        return 2 * sum(self.site.look.ask(code, "SELECT max(rowid) FROM enquiry") or 0 for code in CODES)

    def quiet(self) -> bool:
        """Whether no fault is on and the last one is over for ten seconds."""
        return not self.faulty and time.monotonic() - self.quiet_since > 10.0


def prepare(plan: Plan) -> Suite:
    """Make or find the run's directory, its networks and disks, and start everything."""
    plan.directory.mkdir(parents=True, exist_ok=True)
    places = Places(plan.directory, make_networks(), plan.first_port)
    disks = [make_disk(places, code, plan.disk_mb) for code in CODES]
    if not (places.node(CODES[-1]) / FILE_NAME).exists():
        build(places)
    limits = plan.directory / "limits.json"
    partners = {code: Partner(places, code, limits) for code in CODES}
    routes = {code: Route((places.hub(), places.port(code)), (places.host(code), places.port(code))) for code in CODES}
    injected, died, before_s = earlier(plan)
    proxy = Proxy(routes, plan.seed)
    site = Site(places, partners, proxy, Look(places), random.Random(plan.seed + len(injected)))
    has = {"": True, "networks": places.namespaces, "disks": all(disks)}
    kinds = [each for each in FAULTS if has[each.needs] and (each.name in plan.only or not plan.only)]
    not_run = [
        f"{each.name}: this machine allows no {each.needs} of their own" for each in FAULTS if not has[each.needs]
    ]
    suite = Suite(plan, site, limits, kinds, not_run, injected, died, before_s=before_s)
    suite.set_limits(0, plan.queue)
    proxy.start()
    for partner in partners.values():
        partner.set_clock(0)
        partner.start_node(wait=False)
    for partner in partners.values():
        partner.start_node()
        partner.start_officer()
    return suite


def earlier(plan: Plan) -> tuple[list[Injected], list[str], float]:
    """The faults of the same run before it was stopped, what had ended by itself, and how long it took."""
    path = plan.directory / PROGRESS
    if not path.exists():
        return [], [], 0.0
    values = json.loads(path.read_text(encoding="utf-8"))
    return [Injected(**each) for each in values["injected"]], values["died"], values.get("spent_s", 0.0)


def run(plan: Plan) -> dict[str, object]:
    """Carry out a plan; returns the report, which also stands in the run's directory."""
    suite = prepare(plan)
    sampler = Sampler(suite.site.look, suite.quiet)
    sampler.start()
    suite.say(f"{len(suite.kinds)} kinds of fault; not run: {'; '.join(suite.not_run) or 'none'}")
    try:
        _inject_all(suite)
        backlog = _pile_up(suite) if plan.backlog else {}
        settled = _settle(suite)
    finally:
        sampler.stop()
        suite.died += [text for partner in suite.site.partners.values() for text in partner.revive()]
        suite.say("stopping")
        for process in [each for partner in suite.site.partners.values() for each in partner.stop()]:
            wait(process)
        suite.site.proxy.stop()
    loaded, began = suite.spent_s(), time.monotonic()
    suite.say("judging")
    tally = judge(suite.site.places)
    report: dict[str, object] = {
        "plan": asdict(plan) | {"directory": str(plan.directory)},
        "not_run": suite.not_run,
        "injected": [asdict(each) for each in suite.injected],
        "tally": _told(tally),
        "died": suite.died,
        "backlog": backlog,
        "settled": settled,
        "seconds": {"loaded": loaded, "judged": time.monotonic() - began},
        "samples": [list(each) for each in sampler.seconds],
        "connections": {code: suite.site.proxy.routes[code].connections for code in CODES},
        "starts": {code: suite.site.partners[code].starts for code in CODES},
    }
    keep(plan, report)
    if not any(each.endswith("no disks of their own") for each in suite.not_run):
        _unmount(suite.site.places)
    return report


def _told(tally: Tally) -> dict[str, object]:
    values = {each.name: getattr(tally, each.name) for each in fields(tally)}
    examples = [asdict(each) for each in tally.examples]
    return values | {"findings": {each.value: count for each, count in tally.findings.items()}, "examples": examples}


def _unmount(places: Places) -> None:
    for code in CODES:
        try:
            unmount_disk(places, code)
        except OSError:  # there is none
            return


def keep(plan: Plan, report: dict[str, object]) -> None:
    """Write the report."""
    new = plan.directory / "report.new"
    new.write_text(json.dumps(report, indent=1), encoding="utf-8")
    new.replace(plan.directory / REPORT)


def _inject_all(suite: Suite) -> None:
    """Rounds of one to three faults at different partners until there were enough, of faults and of messages."""
    plan, began = suite.plan, time.monotonic()
    deck: list[Fault] = []
    while time.monotonic() - began < plan.minutes * 60:
        done, questions = len(suite.injected), suite.questions()
        if done >= plan.faults and questions >= plan.messages:
            return
        suite.load(done, questions)
        if done % 10 == 0:
            suite.say(f"{done} faults, about {questions} questions")
        rng = suite.site.rng
        targets = rng.sample(CODES, rng.choices((1, 2, 3), (6, 3, 1))[0])
        if len(deck) < len(targets):
            deck += rng.sample(suite.kinds, len(suite.kinds))
        _round(suite, [(deck.pop(0), code) for code in targets])


def _round(suite: Suite, choices: list[tuple[Fault, PartnerCode]]) -> None:
    active: list[_Active] = []
    suite.faulty = True
    for kind, code in choices:
        seconds = min(suite.site.rng.uniform(*kind.seconds), suite.plan.longest_s)
        record = Injected(kind.name, code, seconds)
        context = kind.strike(suite.site, code)
        record.effect = context.__enter__()
        active.append(_Active(record, context, time.monotonic() + seconds))
        suite.say(f"{len(suite.injected) + len(active)}: {kind.name} at {code} for {seconds:.1f} s")
    for each in sorted(active, key=lambda one: one.until):
        while time.monotonic() < each.until:
            _look_for_recovery(suite, active)
            time.sleep(_POLL_S)
        _heal(suite, each)
    suite.faulty = False
    until = time.monotonic() + suite.plan.recovery_s
    while any(_expected(suite, each) for each in active) and time.monotonic() < until:
        _look_for_recovery(suite, active)
        time.sleep(_POLL_S)
    suite.quiet_since = time.monotonic()
    for each in active:
        record = each.record
        suite.say(
            f"{record.kind} at {record.code}: reached after {record.reached_s}, answered after {record.answered_s} s"
        )
    suite.injected += [each.record for each in active]
    for partner in suite.site.partners.values():
        suite.died += [f"{text} ({_names(active)})" for text in partner.revive()]
    suite.remember()


def _names(active: list[_Active]) -> str:
    return ", ".join(f"{each.record.kind} at {each.record.code}" for each in active)


def _expected(suite: Suite, each: _Active) -> bool:
    """Whether a fault's recovery can still be seen: something waits to be sent to this node, or from it, and may be."""
    look, record = suite.site.look, each.record
    soon = _soon()
    to = "SELECT 1 FROM outbox WHERE state = 'queued' AND created_at < ? AND recipient = ? LIMIT 1"
    by = "SELECT 1 FROM outbox WHERE state = 'queued' AND created_at < ? LIMIT 1"
    others = [code for code in CODES if code != record.code]
    reaching = record.reached_s is None and any(look.ask(code, to, soon, record.code) for code in others)
    return reaching or (record.answered_s is None and look.ask(record.code, by, soon) is not None)


def _soon() -> str:
    """A moment after which only a clock that was ahead can have created a message, as the tables write it."""
    return ahead().strftime("%Y-%m-%d %H:%M:%S")


def _heal(suite: Suite, each: _Active) -> None:
    each.size = suite.site.look.size(each.record.code) or 0
    each.healed = time.monotonic()
    each.context.__exit__(None, None, None)


def _look_for_recovery(suite: Suite, active: list[_Active]) -> None:
    for each in active:
        if each.healed is None or each.recovered():
            continue
        look, record, passed = suite.site.look, each.record, time.monotonic() - each.healed
        if record.reached_s is None and look.entered(record.code, ANSWERING, each.size):
            record.reached_s = round(passed, 2)
        if record.answered_s is None and look.entered(record.code, ANSWERED, each.size):
            record.answered_s = round(passed, 2)


def _pile_up(suite: Suite) -> dict[str, float]:
    """One partner is away until a backlog has piled up for it at the others; how fast it drains then."""
    away = CODES[0]
    began = time.monotonic()
    suite.site.partners[away].kill_all()
    suite.set_limits(suite.plan.messages, suite.plan.backlog // 2)
    suite.say(f"{away} is away until {suite.plan.backlog} messages wait for it")
    while _waiting(suite) < suite.plan.backlog and time.monotonic() - began < PILED_UP_WITHIN_S:
        time.sleep(1)
    suite.set_limits(0, 0)
    count, began = _waiting(suite), time.monotonic()
    suite.site.partners[away].start_node()
    up = time.monotonic()
    while _waiting(suite) > 0 and time.monotonic() - began < SETTLED_WITHIN_S:
        time.sleep(0.5)
    drained = time.monotonic()
    return {"messages": count, "start_s": up - began, "drain_s": drained - up, "per_second": count / (drained - up)}


def _waiting(suite: Suite) -> int:
    """Messages that can be delivered today: what a clock ahead of time created waits for its own day."""
    query = "SELECT count(*) FROM outbox WHERE state = 'queued' AND created_at < ?"
    found = [suite.site.look.ask(code, query, _soon()) for code in CODES]
    return sum(1 if each is None else each for each in found)  # a node that cannot be read has perhaps something left


def _settle(suite: Suite) -> dict[str, object]:
    """No faults, no new questions; a day passes where clocks were ahead. Returns what still waits, and how long it took."""
    suite.set_limits(0, 0)
    began = time.monotonic()
    jumped = False
    while time.monotonic() - began < SETTLED_WITHIN_S:
        waiting = [suite.site.look.queued(code) for code in CODES]
        if waiting == [0] * len(CODES):
            break
        if not jumped and time.monotonic() - began > 5 and _waiting(suite) == 0:
            jumped = True
            suite.say(f"a day passes: {waiting} messages were created by a clock that was ahead")
            for partner in suite.site.partners.values():
                partner.set_clock(DAY_S + 3_600)
        time.sleep(0.5)
    left = sum(suite.site.look.queued(code) or 0 for code in CODES)
    suite.say(f"settled in {time.monotonic() - began:.0f} s, {left} messages wait")
    _await_witnesses(suite)
    return {"seconds": time.monotonic() - began, "left": left, "a_day_passed": jumped}


def _await_witnesses(suite: Suite) -> None:
    """The last checkpoints and cosignatures: a partner that was just away is asked again after the line's back-off."""
    began = time.monotonic()
    time.sleep(LAST_CHECKPOINTS_S)
    while time.monotonic() - began < WITNESSED_WITHIN_S:
        seen = [suite.site.look.ask(code, "SELECT count(*) FROM witnessed_log") for code in CODES]
        if seen == [len(CODES) - 1] * len(CODES):
            return
        time.sleep(0.5)
