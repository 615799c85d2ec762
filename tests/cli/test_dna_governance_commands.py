"""By commands: what was held back and cleared, batches, standing orders, more loci, samples, and erasing everywhere."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.cli.test_flow_commands import Desk
from tests.federation.dna_acts import CASE, KIND, WHY, as_kind, only, somebody, store
from tests.federation.world import ALB, CODES, GBR, MKD, World

from egnatia.cli.serving_duties import compare_once
from egnatia.enquiries.corrections.sending import send_waiting
from egnatia.exchange.protocols import learn_protocol
from egnatia.node import utc_now

TERMS = ("--among", "dna_person", "--case", CASE, "--offence", "smuggling_of_persons", "--why", WHY)
REASON = ("--why", "Looked at by the laboratory this morning, with the batch number.")


@pytest.fixture
def desk(world: World) -> Desk:
    world.clock.now = utc_now()
    for code in CODES:
        for other in CODES:
            if other != code:
                world.do(code, partial(learn_protocol, partner=other, version=2))
    return Desk(world)


def go_on(desk: Desk, code: str = GBR) -> None:
    """What the serving node does by itself."""
    node, clock = desk.world.nodes[GBR if code == GBR else ALB], desk.world.clock
    clock.now = max(clock.now, utc_now())  # commands use the machine's clock
    compare_once(node)
    node.commit(lambda tx: send_waiting(tx, node.desk, node.clock()))
    desk.deliver()


def test_a_held_trace_is_cleared_by_two(desk: Desk) -> None:
    whole = somebody("the one", "P-1")
    store(desk.world, GBR, as_kind(whole, "T-1"), as_kind(whole, "E-1", KIND.ELIMINATION))
    store(desk.world, ALB, whole)
    ask = ("dna", "ask", "T-1", *TERMS, "--to", "ALB")
    assert "PROFILE_ELIMINATED" in desk.bad(5, GBR, *ask, post="examiner")
    listed = ("dna", "elimination", "list")
    assert "--as" in desk.bad(2, GBR, *listed)
    assert "FORBIDDEN" in desk.bad(8, GBR, *listed, post="approver-1")
    [held] = desk.json(GBR, *listed, "--state", "open", post="examiner")
    assert (held["ref"], held["against"], held["category"]) == ("T-1", "E-1", "staff")
    number = str(held["id"])
    assert number in desk.good(GBR, *listed, post="supervisor")
    find = ("dna", "elimination", "find", number, "--found", "cleared", *REASON)
    assert "a second examiner" in desk.good(GBR, *find, post="examiner")
    assert "FORBIDDEN" in desk.bad(8, GBR, *find, post="examiner")
    assert "is cleared" in desk.good(GBR, *find, post="supervisor")
    assert desk.json(GBR, *listed, "--state", "open", post="examiner") == []
    desk.good(GBR, *ask, post="examiner")


def test_a_batch_by_three(desk: Desk, tmp_path: Path) -> None:
    whole = somebody("the one", "P-1")
    others = [somebody(f"trace {number}", f"T-{number}", KIND.TRACE) for number in (2, 3)]
    store(desk.world, GBR, as_kind(whole, "T-1"), *others, as_kind(others[1], "E-1", KIND.ELIMINATION))
    store(desk.world, ALB, whole)
    listed = tmp_path / "refs.txt"
    listed.write_text("T-1\n\n  T-2\r\nT-3\n", encoding="utf-8")
    propose = ("dna", "batch", "propose", str(listed), "--to", "ALB", *TERMS)
    assert "FORBIDDEN" in desk.bad(8, GBR, *propose, post="enquirer")
    batch_id = desk.good(GBR, *propose, post="examiner").split()[1]
    for post in ("approver-1", "approver-2"):
        said = desk.good(GBR, "dna", "batch", "approve", batch_id, post=post)
    assert said.strip() == f"batch {batch_id}: approved"
    go_on(desk)
    [found] = desk.json(GBR, "dna", "batch", "list")
    assert (found["state"], found["profiles"], found["asked"], found["refused"]) == ("asked", 3, 2, 1)
    look = ("dna", "batch", "show", batch_id)
    assert WHY not in desk.bad(2, GBR, *look), "a justification is sealed"
    assert "FORBIDDEN" in desk.bad(8, GBR, *look, post="enquirer")
    shown = desk.json(GBR, *look, post="approver-1")[0]
    assert (shown["justification"], shown["not_asked"]) == (WHY, {"T-3": "PROFILE_ELIMINATED"})
    assert "T-3" in desk.good(GBR, *look, post="examiner")
    assert "NOT_FOUND" in desk.bad(4, GBR, *look[:-1], "no-batch", post="examiner")
    assert "CONFLICT" in desk.bad(9, GBR, "dna", "batch", "refuse", batch_id, *REASON, post="supervisor")
    other = desk.good(GBR, *propose, post="examiner").split()[1]
    assert "refused" in desk.good(GBR, "dna", "batch", "refuse", other, *REASON, post="supervisor")
    assert "demo-gbr-alb-dna-person" in desk.good(GBR, "dna", "batch", "list")


def test_a_standing_order_by_two(desk: Desk) -> None:
    order = desk.good(ALB, "dna", "standing", "open", "--to", "MKD", *TERMS, post="examiner").split()[2]
    assert "FORBIDDEN" in desk.bad(8, ALB, "dna", "standing", "approve", order, post="examiner")
    look = ("dna", "standing", "show", order)
    assert WHY not in desk.bad(2, ALB, *look), "a justification is sealed"
    assert "FORBIDDEN" in desk.bad(8, ALB, *look, post="enquirer")
    assert "NOT_FOUND" in desk.bad(4, ALB, *look[:-1], "no-order", post="examiner")
    why = desk.json(ALB, *look, post="supervisor")[0]
    assert why["standing"] == order
    assert why["justification"] in TERMS, "whoever approves it reads why"
    assert "begins" in desk.good(ALB, "dna", "standing", "approve", order, post="supervisor")
    desk.world.clock.now = utc_now() + timedelta(minutes=1)
    store(desk.world, ALB, somebody("new", "T-9", KIND.TRACE))
    assert desk.json(ALB, "dna", "standing", "list")[0]["waiting"] == 1
    go_on(desk, ALB)
    assert desk.json(ALB, "dna", "standing", "list")[0]["waiting"] == 0
    assert "ended" in desk.good(ALB, "dna", "standing", "end", order, *REASON, post="supervisor")
    assert order in desk.good(ALB, "dna", "standing", "list")
    refused = ("dna", "standing", "open", "--to", "GBR", *TERMS)
    assert "SUBJECT_NOT_GRANTED" in desk.bad(5, ALB, *refused, post="examiner")
    assert MKD in desk.good(ALB, "dna", "standing", "list")


def test_more_loci_from_end_to_end_and_erased_at_last(desk: Desk, tmp_path: Path) -> None:
    whole = somebody("the one", "P-1")
    store(desk.world, GBR, as_kind(whole, "T-1"))
    store(desk.world, ALB, only(whole, 9))
    desk.good(GBR, "dna", "ask", "T-1", *TERMS, "--to", "ALB", post="examiner")
    desk.deliver()
    candidate = str(desk.json(GBR, "hit", "list")[0]["id"])
    asked = desk.good(GBR, "dna", "upgrade", "ask", candidate, *REASON, post="examiner").split()[1]
    desk.deliver()
    [waiting] = desk.json(ALB, "dna", "upgrade", "list")
    assert (waiting["id"], waiting["direction"], waiting["state"]) == (asked, "in", "waiting")
    answer = ("dna", "upgrade", "answer", asked, *REASON)
    assert "CONFLICT" in desk.bad(9, ALB, *answer, post="examiner")
    file = tmp_path / "more.csv"
    rows = [f"P-1,{name},{_text(low)},{_text(high)}" for name, (low, high) in whole.loci.items()]
    file.write_text("SampleName,Marker,Allele1,Allele2\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert "1 profiles" in desk.good(ALB, "dna", "retype", str(file), "--kind", "person", post="administrator")
    assert "answered" in desk.good(ALB, *answer, post="examiner")
    desk.deliver()
    assert "answered" in desk.good(GBR, "dna", "upgrade", "list")
    assert "--as" in desk.bad(2, ALB, "dna", "marks")
    assert "FORBIDDEN" in desk.bad(8, ALB, "dna", "marks", post="approver-1")
    assert desk.json(ALB, "dna", "marks", post="examiner") == []
    assert "trace" in desk.good(ALB, "dna", "marks", post="examiner")
    told = desk.good(ALB, "dna", "erase", "P-1", "--reason", "court_order", *REASON, post="supervisor")
    assert "told: GBR" in told
    go_on(desk, ALB)
    assert [each["state"] for each in desk.json(GBR, "dna", "candidates", post="examiner")] == ["withdrawn"]


def _text(allele: int) -> str:
    return f"{allele // 10}.{allele % 10}" if allele % 10 else str(allele // 10)


def test_samples_that_are_due_and_destroyed(desk: Desk) -> None:
    desk.world.clock.now = utc_now() - timedelta(days=200)
    store(desk.world, GBR, somebody("the one", "P-1"), somebody("a trace", "T-1", KIND.TRACE))
    desk.world.clock.now = utc_now()
    due = desk.run(GBR, "dna", "sample", "due")
    assert due.exit_code == 1
    assert "P-1" in due.stdout
    assert "T-1" not in due.stdout
    day = ("--on", utc_now().date().isoformat())
    desk.good(GBR, "dna", "sample", "destroyed", "P-1", *day, post="supervisor")
    assert desk.json(GBR, "dna", "sample", "due") == []
    assert "CONFLICT" in desk.bad(9, GBR, "dna", "sample", "destroyed", "P-1", *day, post="supervisor")


@pytest.mark.parametrize("command", ["batch", "standing", "elimination", "sample", "upgrade"])
def test_every_group_says_what_it_is_for(desk: Desk, command: str) -> None:
    said = desk.good(GBR, "dna", command, "--help")
    assert "Commands:" in said
    assert "None" not in said
