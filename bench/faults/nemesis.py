"""The faults: each a context that breaks something on entering and mends it on leaving."""

import contextlib
import json
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from bench.faults.ground import block, cut_power, fill_disk, mount_disk, set_link, unmount_disk
from bench.faults.places import Places
from bench.faults.processes import Partner, wait
from bench.faults.proxy import BOTH, FROM_NODE, TO_NODE, LineFault, Proxy
from bench.faults.watch import Look

from egnatia.model.ids import PartnerCode
from egnatia.node import DATABASE_FILE

DAY_S = 86_400
_EFFECT = dict[str, object]


@dataclass(slots=True)
class Site:
    """Everything that a fault can reach."""

    places: Places
    partners: Mapping[PartnerCode, Partner]
    proxy: Proxy
    look: Look
    rng: random.Random
    clock_base: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: as reports name it.
        strike: breaks one partner for as long as the context lasts; yields what is known of the effect.
        seconds: how long it lasts, from and to.
        needs: what the machine has to allow: `networks`, `disks`.
    """

    name: str
    strike: Callable[[Site, PartnerCode], AbstractContextManager[_EFFECT]]
    seconds: tuple[float, float]
    needs: str = ""


@contextmanager
def killed(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """SIGKILL in the middle of whatever it does; started again."""
    site.partners[code].kill_node()
    yield {}
    site.partners[code].start_node()


@contextmanager
def killed_while_starting(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """SIGKILL, started, SIGKILL before or just after it listens, up to three times."""
    partner = site.partners[code]
    times = site.rng.randint(1, 3)
    partner.kill_node()
    for _ in range(times):
        partner.start_node(wait=False)
        time.sleep(site.rng.uniform(0.0, 2.5))
        partner.kill_node()
    yield {"starts": times}
    partner.start_node()


@contextmanager
def officer_killed(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """SIGKILL of the officer's process, perhaps between a commit and its acknowledgement."""
    site.partners[code].kill_officer()
    yield {}
    site.partners[code].start_officer()


@contextmanager
def paused(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """SIGSTOP: it holds its connections, perhaps its database, and does nothing."""
    site.partners[code].pause(paused=True)
    try:
        yield {}
    finally:
        site.partners[code].pause(paused=False)


@contextmanager
def cable_out(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """The node's interface is down: nothing in, nothing out, and nobody is told."""
    del site
    set_link(code, up=False)
    try:
        yield {}
    finally:
        set_link(code, up=True)


def _blocked(*, outgoing: bool) -> Callable[[Site, PartnerCode], AbstractContextManager[_EFFECT]]:
    @contextmanager
    def strike(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
        del site
        block(code, outgoing=outgoing, on=True)
        try:
            yield {}
        finally:
            block(code, outgoing=outgoing, on=False)

    return strike


def _line(*choices: LineFault) -> Callable[[Site, PartnerCode], AbstractContextManager[_EFFECT]]:
    """A fault of the line to a node, one of several at random."""

    @contextmanager
    def strike(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
        route = site.proxy.routes[code]
        effect: _EFFECT = {}
        before = route.cuts, route.swallowed, route.altered
        site.proxy.set_fault(code, site.rng.choice(choices))
        try:
            yield effect
        finally:
            site.proxy.set_fault(code, None)
            after = route.cuts, route.swallowed, route.altered
            effect |= {
                name: b - a for name, a, b in zip(("cuts", "swallowed", "altered"), before, after, strict=True) if b > a
            }

    return strike


@contextmanager
def disk_full(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """Not a byte is free where the node lives."""
    filler = fill_disk(site.places, code)
    try:
        yield {"filled_bytes": filler.stat().st_size}
    finally:
        filler.unlink()


@contextmanager
def power_cut(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """The machine stops in one moment and what was not synced is gone; it boots again.

    Its processes are frozen before its disk: whoever runs on while a file system is shut down can be told by Linux that a
    sync succeeded which did not (seen here, once in eight cuts), and nobody runs on when the power goes.
    """
    partner = site.partners[code]
    partner.freeze()
    with site.look.closed(code):
        cut_power(site.places, code)
        partner.kill_all()
        unmount_disk(site.places, code)
        yield {}
        mount_disk(site.places, code)
    partner.start_node()
    partner.start_officer()


@contextmanager
def writes_fail(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
    """From some byte on every write to a file fails (RLIMIT_FSIZE), the one that crosses it in the middle."""
    node = site.partners[code].node
    suffix = site.rng.choice(("", "-wal"))
    path = site.places.node(code) / (DATABASE_FILE + suffix)
    size = path.stat().st_size if path.exists() else 0
    limit = site.rng.randrange(size + 65_536)
    if node is None:
        yield {}
        return
    before = resource.prlimit(node.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(node.pid, resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield {"from_byte": limit, "of": DATABASE_FILE + suffix}
    finally:
        with contextlib.suppress(ProcessLookupError):  # another fault may have killed it meanwhile
            resource.prlimit(node.pid, resource.RLIMIT_FSIZE, before)


def _clock(direction: int) -> Callable[[Site, PartnerCode], AbstractContextManager[_EFFECT]]:
    @contextmanager
    def strike(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
        seconds = direction * DAY_S
        site.partners[code].set_clock(site.clock_base + seconds)
        try:
            yield {"seconds": seconds}
        finally:
            site.partners[code].set_clock(site.clock_base)

    return strike


def _hostile(kind: str) -> Callable[[Site, PartnerCode], AbstractContextManager[_EFFECT]]:
    """A hostile client on this partner's machine, against both others."""

    @contextmanager
    def strike(site: Site, code: PartnerCode) -> Iterator[_EFFECT]:
        partner, root = site.partners[code], site.places.root
        report = root / f"hostile-{code}.json"
        report.unlink(missing_ok=True)
        files = (*partner.files(), str(root / f"captured-{code}.json"), str(report))
        guest = partner.start("-m", "bench.faults.hostile", kind, *files, str(site.rng.randrange(1 << 30)))
        partner.guests.append(guest)
        effect: _EFFECT = {}
        yield effect
        if guest.stdin is not None:
            guest.stdin.close()
        wait(guest, 60)
        if guest in partner.guests:
            partner.guests.remove(guest)
        if report.exists():
            effect |= json.loads(report.read_text(encoding="ascii"))

    return strike


FAULTS = (
    Fault("kill", killed, (0.0, 4.0)),
    Fault("kill while starting", killed_while_starting, (0.0, 1.0)),
    Fault("kill the officer", officer_killed, (0.0, 1.0)),
    Fault("pause", paused, (1.0, 12.0)),
    Fault("cable out", cable_out, (2.0, 12.0), "networks"),
    Fault("one-way partition, out", _blocked(outgoing=True), (2.0, 12.0), "networks"),
    Fault("one-way partition, in", _blocked(outgoing=False), (2.0, 12.0), "networks"),
    Fault("line refused", _line(LineFault(refuse=True)), (1.0, 8.0)),
    Fault("delay", _line(LineFault(delay_s=0.2), LineFault(delay_s=2.0)), (2.0, 8.0)),
    Fault("reorder", _line(LineFault(delay_s=1.5, uneven=True)), (2.0, 8.0)),
    Fault("cut in the middle", _line(LineFault(cut=0.02), LineFault(cut=0.3)), (2.0, 8.0)),
    Fault("altered bytes", _line(LineFault(alter=0.02), LineFault(alter=0.3)), (2.0, 8.0)),
    Fault("swallow", _line(*(LineFault(swallow=each) for each in ((TO_NODE,), (FROM_NODE,), BOTH))), (2.0, 8.0)),
    Fault("thin line", _line(LineFault(rate=4_000)), (2.0, 8.0)),
    Fault("disk full", disk_full, (1.0, 6.0), "disks"),
    Fault("power cut", power_cut, (0.0, 2.0), "disks"),
    Fault("failing writes", writes_fail, (1.0, 6.0)),
    Fault("clock a day ahead", _clock(1), (2.0, 8.0)),
    Fault("clock a day behind", _clock(-1), (2.0, 8.0)),
    Fault("replay", _hostile("replay"), (6.0, 8.0)),
    Fault("slow requests", _hostile("trickle"), (26.0, 28.0)),
    Fault("silent connections", _hostile("hold"), (6.0, 8.0)),
)
"""Every kind of fault. Durations are short because a run has hundreds; back-off makes a node's absence longer than them."""
