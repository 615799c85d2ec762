"""Somebody else's item by commands: ask, decide by two, pass on, look, put before a court, re-label."""

import json
from functools import partial
from pathlib import Path

import pytest
from tests.cli.test_flow_commands import Desk, confirmed
from tests.federation.world import ALB, CODES, FACTS, GBR, REASON, XKX, World

from egnatia.agreements.handling import Circumstances, Marking, from_text, plain, read_marking
from egnatia.exchange.protocols import learn_protocol
from egnatia.node import utc_now

UUID = "00000000-0000-4000-8000-000000000000"
WHY = ("--why", REASON)


@pytest.fixture
def desk(world: World) -> Desk:
    world.clock.now = utc_now()
    for code in CODES:
        for other in CODES:
            if other != code:
                world.do(code, partial(learn_protocol, partner=other, version=2))
    return Desk(world)


def received(desk: Desk, *terms: str) -> str:
    """ALB asked XKX, and XKX released. Returns the item's id."""
    options = ("--facts", FACTS, "--offence", "false_document")
    desk.good(ALB, "followup", "send", confirmed(desk), *options, post="enquirer")
    desk.deliver()
    item = str(desk.json(XKX, "followup", "list")[0]["id"])
    fields = [word for name in ("category", "number_from", "number_to") for word in ("--field", name)]
    desk.good(XKX, "release", "propose", item, *fields, *WHY, *terms, post="approver-1")
    release = str(desk.json(XKX, "release", "list", item)[0]["id"])
    desk.good(XKX, "release", "approve", release, "--yes", post="approver-2")
    desk.deliver()
    return item


def consent(desk: Desk, *request: str) -> None:
    said = desk.good(ALB, "release", "ask-consent", *request, *WHY, post="enquirer")
    number = said.split()[1]
    desk.deliver()
    desk.good(XKX, "release", "propose-consent", number, *WHY, "--days", "5", post="approver-1")
    assert "FORBIDDEN" in desk.bad(8, XKX, "release", "grant-consent", number, post="approver-1")
    desk.good(XKX, "release", "grant-consent", number, post="approver-2")
    desk.deliver()
    assert [each["state"] for each in desk.json(ALB, "release", "consents") if each["id"] == number] == ["granted"]


def test_somebody_elses_item_by_commands(desk: Desk, tmp_path: Path) -> None:
    item = received(desk)
    out = tmp_path / "evidence.json"
    assert "ONWARD_NOT_ALLOWED" in desk.bad(5, ALB, "release", "forward", item, "GBR", *WHY, post="supervisor")
    assert "HANDLING_FORBIDS" in desk.bad(5, ALB, "release", "evidence", item, "--out", str(out), *WHY, post="examiner")
    assert "HANDLING_FORBIDS" in bundle(desk, item, tmp_path / "bundle", 5)
    consent(desk, item, "--to", "GBR")
    desk.good(ALB, "release", "forward", item, "GBR", *WHY, post="supervisor")
    desk.deliver()
    shown = desk.json(GBR, "release", "show-forwarded", item, post="examiner")[0]
    fields = shown["fields"]
    assert isinstance(fields, dict)
    assert (shown["originator"], sorted(fields)) == ("XKX", ["category", "number_from", "number_to"])
    assert "originator: XKX" in desk.good(GBR, "release", "show-forwarded", item, post="examiner")
    assert item in desk.good(ALB, "release", "forwarded")
    assert desk.json(GBR, "release", "forwarded")[0]["partner"] == "ALB"
    consent(desk, item, "--use", "evidence")
    desk.good(ALB, "release", "evidence", item, "--out", str(out), *WHY, post="examiner")
    assert json.loads(out.read_text(encoding="utf-8"))["originator"] == "XKX"
    assert out.stat().st_mode & 0o077 == 0
    assert "CONFLICT" in desk.bad(9, ALB, "release", "evidence", item, "--out", str(out), *WHY, post="examiner")
    bundle(desk, item, tmp_path / "bundle", 0)
    assert "onward" in desk.good(XKX, "release", "consents")


def bundle(desk: Desk, item: str, out: Path, status: int) -> str:
    words = ["ledger", "export", "--out", str(out), "--object", f"follow_up:{item}", "--open-content"]
    words += ["--reason", REASON, "--purpose", "criminal_proceedings"]
    if status:
        return desk.bad(status, ALB, *words, post="auditor")
    return desk.good(ALB, *words, post="auditor")


def test_a_label_and_a_grade_by_commands(desk: Desk, tmp_path: Path) -> None:
    known = Circumstances(XKX, frozenset({XKX, ALB}))
    label = read_marking(Marking("europol", ("H1", "H2")), known)
    file = tmp_path / "label.json"
    values = plain(label) | {"purposes": ["border_check"]}
    file.write_text(json.dumps(values), encoding="utf-8")
    item = received(desk, "--label", str(file), "--grade", "3x5x2:1A")
    assert desk.json(ALB, "release", "list", item)[0]["handling"] == "H1.H2"
    for code in (ALB, XKX):
        told = desk.json(code, "release", "label", item)[0]
        assert told["grading"] == {"scheme": "3x5x2", "source": "1", "information": "A"}
        assert {name: told[name] for name in values} == values
    assert "onward: ask originator" in desk.good(ALB, "release", "label", item)
    looser = tmp_path / "looser.json"
    looser.write_text(json.dumps(values | {"onward": "audience_only"}), encoding="utf-8")
    assert "FORBIDDEN" in desk.bad(8, XKX, "release", "relabel", item, str(looser), *WHY, post="approver-1")
    assert "told: ALB" in desk.good(XKX, "release", "relabel", item, str(looser), *WHY, post="supervisor")
    desk.deliver()
    assert from_text(looser.read_text(encoding="utf-8")).onward.value == "audience_only"
    assert desk.world.kinds(ALB)[-1] == "label.received"


def test_bad_words_are_explained(desk: Desk) -> None:
    item = received(desk)
    desk.bad(2, ALB, "release", "ask-consent", item, *WHY, post="enquirer")
    desk.bad(4, ALB, "release", "ask-consent", UUID, "--to", "GBR", *WHY, post="enquirer")
    desk.bad(4, XKX, "release", "grant-consent", UUID, post="approver-1")
    desk.bad(2, XKX, "release", "propose", item, "--field", "category", *WHY, "--grade", "3x5x2", post="approver-1")
    number = desk.good(ALB, "release", "ask-consent", item, "--to", "GBR", *WHY, post="enquirer").split()[1]
    desk.deliver()
    desk.good(XKX, "release", "refuse-consent", number, "--reason", "DECLINED_BY_OFFICER", post="supervisor")
    desk.deliver()
    assert "DECLINED_BY_OFFICER" in desk.good(ALB, "release", "consents")
