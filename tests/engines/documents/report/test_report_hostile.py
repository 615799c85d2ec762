"""Reports and stored inspections that somebody altered: refused or read, never an exception, a script or a hidden sign."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from tests.engines.documents.report.sources import TODAY, basis, made, presented

from egnatia.cli import cli
from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.checks import weight_of
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.mrz.catalogue import ZoneCheck
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.profile_file import NEVER_COUNT
from egnatia.engines.documents.report.formats import to_json
from egnatia.engines.documents.report.html import Kind, to_html
from egnatia.engines.documents.report.pages import view_of, visible
from egnatia.engines.documents.report.pdf import to_pdf
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.report.stored import keep, read_stored, replay
from egnatia.engines.documents.report.xml import NAMESPACE, to_xml
from egnatia.engines.documents.types import Advice, Weight
from egnatia.engines.documents.visual.formats import visual_from
from egnatia.errors import InputError

Edit = Callable[[dict[str, Any]], None]
Path = tuple[str | int, ...]
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}{% raw %}"
UNSEEN = ["\u202e", "\u202d", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\ufeff", "\u200b", "\x1b", "\x00", "\x85", "\U000e0041"]  # fmt: skip
VALUES: list[Any] = [
    None, [], {}, "", "\ud800", f"\u202e{MARKUP}", float("nan"), float("inf"), 1e308, -1, 0, 2**70, True, "NAME_MISSING",
    "ZONE_NATIONALITY", "zone", "9999-12-31", "0001-01-01", "MRV-A", [[]], {"a": 1}, "\x00", [1, 2, 3, 4], 1.5,
]  # fmt: skip


@cache
def stored() -> bytes:
    """A typed zone and page of which the number differs, so that every kind of value is in the file."""
    document = made()
    whole = presented(document)
    assert whole.visual is not None
    assert whole.visual.number is not None
    number = replace(whole.visual.number, text="XX1", confidence=0.5, box=(1, 2, 3, 4))
    given = replace(whole, visual=replace(whole.visual, number=number), chip=None, typed_by="J. D.")
    held = replace(basis(document), profile={ZoneCheck.ZONE_NAME: Weight.MANDATORY})
    return keep(given, held, examine(given, held))


def altered(edit: Edit) -> bytes:
    tree = json.loads(stored())
    edit(tree["inspection"])
    return json.dumps(tree).encode()


def _put(*path: str | int, to: Any) -> Edit:
    def edit(tree: dict[str, Any]) -> None:
        at: Any = tree
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = to

    return edit


PAGE: Path = ("presented", "visual")
CHECK: Path = ("result", "conclusion", "branches", 0, "checks", 0)
REFUSED: list[tuple[Path, Any]] = [
    ((*PAGE, "number", "confidence"), float("nan")),
    ((*PAGE, "number", "confidence"), float("inf")),
    ((*PAGE, "number", "confidence"), -5.0),
    ((*PAGE, "number", "confidence"), 1.01),
    ((*PAGE, "number", "confidence"), 2**80),
    ((*PAGE, "number", "confidence"), True),
    ((*PAGE, "number", "box"), [1, 2, 3]),
    (("profile",), {"ZONE_NATIONALITY": "mandatory"}),
    (("profile",), {"VISUAL_NATIONALITY": "optional"}),
    (("profile",), {"NAME_MISSING": "mandatory"}),
    (("profile",), {"zone": "mandatory"}),
    (("profile",), {"ZONE_NAME": "heavy"}),
    ((*CHECK, "code"), "NAME_MISSING"),
    ((*CHECK, "code"), "zone"),
    ((*CHECK, "code"), ["ZONE_NAME"]),
    ((*CHECK, "findings"), [{"code": "ZONE_LAYOUT", "field": "zone", "severity": "info", "bearing": "none", "expected": "", "found": "", "innocent": "", "settle": ""}]),
    (("result", "weighed"), [{"code": "zone", "weight": "optional"}]),
    (("day",), "2026-13-01"),
    (("day",), 20261122),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_no_inspection_holds_is_refused(path: Path, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        read_stored(altered(_put(*path, to=value)))
    assert caught.value.hint()


@pytest.mark.parametrize("code", sorted(NEVER_COUNT))
def test_no_profile_however_it_came_makes_a_nationality_count(code: str) -> None:
    check = next(one for one in CATALOGUE if one == code)
    lines = made().zone
    unknown = f"{lines[0]}\n{lines[1][:10]}QQQ{lines[1][13:]}"
    plain = examine(Presented(zone=unknown), Basis(TODAY))
    forced = examine(Presented(zone=unknown), Basis(TODAY, profile={check: Weight.MANDATORY}))
    assert (forced.advice, forced.conclusion.result) == (plain.advice, plain.conclusion.result)
    assert weight_of(check, CATALOGUE, {}) is Weight.EVALUATORY


@pytest.mark.parametrize("text", ["\ud800", "\udfff" * 50, "P<UTO\udc80"])
def test_a_zone_with_half_a_character_is_examined_like_any_other(text: str) -> None:
    """The shell hands over what is not UTF-8 as half characters, and JSON can spell them."""
    whole = replace(presented(made()), zone=text)
    found = examine(whole, basis())
    again = replay(read_stored(keep(whole, basis(), found)), basis())
    assert again.same
    assert b"\\ud" in to_json(found) or "WHOLE_TYPED_UNREADABLE" in {one.code.value for one in found.findings()}
    assert to_html(view_of(found, speaker("en")), Kind.EVIDENCE)
    ET.fromstring(to_xml(found, personal=True))  # noqa: S314 - our own


def test_a_file_altered_anywhere_is_refused_or_read() -> None:
    """Field-aware: any leaf gets the value of any other leaf, a hostile one, or goes; lists get members twice."""
    tree, rng = json.loads(stored()), random.Random(20261122)
    every = list(_paths(tree))[1:]
    leaves = [path for path in every if not isinstance(_at(tree, path), (dict, list))]
    read = refused = 0
    for _ in range(400):
        spoiled = json.loads(stored())
        for _ in range(rng.choice((1, 1, 2))):
            _spoil(spoiled, tree, rng, rng.choice(leaves if rng.random() < 0.7 else every), leaves)
        try:
            _show(read_stored(json.dumps(spoiled).encode()).result)
            read += 1
        except InputError:
            refused += 1
    assert read > 20
    assert refused > 50


def _paths(value: Any, at: Path = ()) -> Iterator[Path]:
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        yield from _paths(each, (*at, key))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _spoil(spoiled: Any, tree: Any, rng: random.Random, path: Path, leaves: list[Path]) -> None:
    try:
        parent = _at(spoiled, path[:-1])
        if rng.random() < 0.6:
            parent[path[-1]] = rng.choice(VALUES)
        elif rng.random() < 0.5:
            parent[path[-1]] = _at(tree, rng.choice(leaves))
        elif isinstance(parent, list):
            parent.append(parent[-1])
        else:
            del parent[path[-1]]
    except (KeyError, IndexError, TypeError):
        return  # an earlier change took it away


def _show(result: Examination) -> None:
    to_html(view_of(result, speaker("mk")), Kind.EVIDENCE)
    ET.fromstring(to_xml(result, personal=True))  # noqa: S314 - our own
    to_json(result)
    to_json(result, personal=False)


def hostile(text: str) -> Examination:
    """An examination whose every quoted value holds this text."""
    name = (text or " ")[:400]
    page = visual_from({
        "primary": (name,), "secondary": (name,), "number": (name,), "birth_date": (name,), "sex": (name,),
        "personal_number": (name,), "issuer": ("X" + name[:2],), "nationality": (name,), "expiry_date": (name,),
    })  # fmt: skip
    return examine(Presented(zone="\n".join(made().zone), visual=page, typed_by=name), Basis(TODAY))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("tag", ["en", "sq", "sr", "sr-Latn", "mk"])
def test_markup_in_a_name_stays_text(kind: Kind, tag: str) -> None:
    page = to_html(view_of(hostile(MARKUP), speaker(tag)), kind).decode("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "http" not in re.sub(r"data:[^\"]+", "", page).replace('http-equiv="Content-Security-Policy"', "")
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("sign", UNSEEN)
def test_a_sign_that_hides_or_turns_others_is_shown_as_a_replacement(sign: str) -> None:
    found = hostile(f"AB{sign}CD")
    view = view_of(found, speaker("en"))
    page = to_html(view, Kind.EVIDENCE).decode("utf-8")
    assert sign not in page
    assert "AB\ufffdCD" in page
    assert view.typed_by == "AB\ufffdCD"
    log = to_xml(found, personal=True).decode("utf-8")
    assert ET.fromstring(log).tag == f"{{{NAMESPACE}}}inspectionLog"  # noqa: S314 - our own
    assert "\x00" not in log
    assert "\x1b" not in log


@pytest.mark.parametrize("text", ["Ünal Şahin", "محمد علی\u200cپور", "क्\u200dष", "王小明", "a\nb\tc", "Љубица"])
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_every_unseen_sign_of_unicode_is_replaced_but_for_joiners_and_line_ends() -> None:
    kept = {sign for sign in map(chr, range(0x3000)) if visible(sign) == sign and not sign.isprintable()}
    assert kept == set("\n\t\u200c\u200d")


def test_hostile_names_make_a_pdf() -> None:
    for text in (MARKUP, "".join(UNSEEN), "W" * 400, "&amp;<b>", "\ud800"):
        written = to_pdf(view_of(hostile(text), speaker("sr")), Kind.EVIDENCE)
        assert written.startswith(b"%PDF")
        assert b"/JavaScript" not in written


def test_the_command_lines_show_nothing_that_steers_a_terminal(tmp_path: Any) -> None:
    page = tmp_path / "page.json"
    page.write_text(
        json.dumps({"primary": "A\x1b[2J\u202eB", "number": "X\x1b]0;title\x07", "sex": "\x9b31m"}), "utf-8"
    )
    zone = tmp_path / "zone.txt"
    zone.write_text("\n".join(made().zone), "utf-8")
    runner = CliRunner(env={"EGNATIA_TRUST": ""})
    for command, *given in (("mrz", zone), ("inspect", "--zone", zone)):
        arguments = ["document", command, *map(str, given), "--visual", str(page), "--today", TODAY.isoformat()]
        result = runner.invoke(cli, arguments)
        assert result.exit_code == 1, result.output
        assert not set("\x1b\u202e\x07\x9b") & set(result.output), command
        assert "\ufffd" in result.output


def test_advice_of_a_hostile_page_is_never_consistent() -> None:
    for text in (MARKUP, *UNSEEN):
        assert hostile(f"AB{text}CD").advice is not Advice.CONSISTENT
