"""Careless files and borderline documents: what is imported has to be usable, and what is registered has to be found."""

import io
import re

import pytest
from tests.federation.world import ALB, CODES, GBR, XKX, World, document_draft

from egnatia.agreements import parse_register
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.enquiries.desk import check_case_ref, check_person_ref, check_text
from egnatia.enquiries.holdings import import_register
from egnatia.errors import InputError
from egnatia.model.states import AskState
from egnatia.scenario.task_force import agreements

REGISTER = (
    "issuer,document_type,number,number_to,category,reported_on,reference,circumstances\n"
    "RKS,PD,D0000417,,stolen,2025-01-01,XKX-D-900001,\n"
    "RKS,ID,I0000417,,stolen,2025-01-01,XKX-D-900002,\n"
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('handling_default = "H1"', 'handling_default = "H 0"'),
        ('handling_default = "H1"', 'handling_default = "H0\\n"'),
        ('handling_default = "H1"', 'handling_default = "\\u001b[2J"'),
    ],
)
def test_a_register_whose_words_no_message_can_carry_is_refused(before: str, after: str) -> None:
    """Otherwise the first release under that grant could not be approved by anybody."""
    content = agreements().decode()
    assert before in content
    with pytest.raises(InputError):
        parse_register(content.replace(before, after).encode())


@pytest.mark.parametrize("key", ["id", "asker", "code"])
def test_no_identifier_ends_in_a_line_feed(key: str) -> None:
    content = re.sub(rf'(\b{key} = "[^"\n]*)"', r'\1\\n"', agreements().decode(), count=1)
    assert content != agreements().decode()
    with pytest.raises(InputError):
        parse_register(content.encode())


@pytest.mark.parametrize(
    ("query", "ref"),
    [
        ({"issuer": "RKS", "document_type": "P", "number": "D0000417"}, "XKX-D-900001"),
        ({"issuer": "RKS", "document_type": "PD", "number": "D0000417"}, "XKX-D-900001"),
        ({"issuer": "XKX", "document_type": "I", "number": "I0000417"}, "XKX-D-900002"),
    ],
    ids=["diplomatic passport", "asked with both letters", "identity card"],
)
def test_a_document_registered_with_two_letters_is_found(world: World, query: dict[str, str], ref: str) -> None:
    """A stolen diplomatic passport (PD) must not pass because a zone's first letter is what is asked by."""
    rows = [row for row in read_register(io.StringIO(REGISTER)) if isinstance(row, RegisterRow)]
    assert len(rows) == 2
    desk, admin = world.nodes[XKX].desk, world.officer(XKX, "administrator")
    world.do(XKX, lambda tx: import_register(tx, desk, admin, rows, world.clock()))
    sent = world.ask(ALB, document_draft(query=query, partners=(XKX,)))
    world.deliver()
    view = world.view(ALB, sent.id)
    assert view.asks[0].state is AskState.HIT
    assert [each.ref for each in view.candidates] == [ref]


@pytest.mark.parametrize("text", ["DUR-٢٠٢٥-0417", "DUR-2025-๐๔๑๗", "DUR-2025-0417\n"])
def test_a_case_reference_has_the_digits_that_can_be_sent(text: str) -> None:
    with pytest.raises(InputError):
        check_case_ref(text)


def test_a_person_reference_has_plain_digits() -> None:
    with pytest.raises(InputError):
        check_person_ref("D-٤١٧")


def test_line_ends_of_a_form_are_kept_as_plain_ones_and_controls_are_refused() -> None:
    assert check_text("reason", " one line\r\nand another of them ", 5) == "one line\nand another of them"
    for character in "\x00\x1b\x7f\x9b\r\u202e\u2066":
        with pytest.raises(InputError):
            check_text("reason", f"a reason of enough{character} characters", 5)


def test_every_demonstration_node_still_reads_its_agreements() -> None:
    register = parse_register(agreements())
    assert set(register.partners) == set(CODES)
    assert GBR in register.partners
