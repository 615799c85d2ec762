"""The node's register: the same answers as an index in memory, never a near one to a partner, only the issuer writes."""

import random
from datetime import date
from itertools import count

import pytest
from sqlalchemy import update
from tests.federation.world import ALB, GBR, INSTALLER, XKX, World, document_draft

from egnatia.engines.documents import RegisterRow
from egnatia.engines.documents.registers.checks import check_registers
from egnatia.engines.documents.registers.lookup import RegisterIndex, near_entries
from egnatia.engines.documents.types import Result
from egnatia.enquiries import registered
from egnatia.enquiries.holdings import import_register
from egnatia.enquiries.registered import OwnRegister, own_register, registered_with
from egnatia.enquiries.subjects.travel_document import SUBJECT
from egnatia.errors import InputError
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.model.states import AskState, Evidence, RegisterCategory
from egnatia.store.tables import partner_card, registered_document

_REFERENCES = count(1)


def row(
    number: str,
    number_to: str = "",
    category: RegisterCategory = RegisterCategory.STOLEN,
    issuer: str = "RKS",
    kind: str = "P",
) -> RegisterRow:
    reference = f"XKX-T-{next(_REFERENCES):06d}"
    return RegisterRow(2, issuer, kind, number, number_to or number, category, date(2025, 1, 1), reference, "")


def imported(world: World, *rows: RegisterRow) -> None:
    node, officer = world.nodes[XKX], INSTALLER
    world.do(XKX, lambda tx: import_register(tx, node.desk, officer, rows, world.clock()))


def speaks(world: World, version: int) -> None:
    """What XKX knows of ALB's release."""
    known = update(partner_card).where(partner_card.c.code == ALB).values(protocol=version)
    world.do(XKX, lambda tx: tx.execute(known))


def drawn(rng: random.Random) -> list[RegisterRow]:
    """Rows close to one another: singles, ranges that touch and overlap, letters in between."""
    rows = [row(f"Z{rng.choice('0OQ1')}{rng.randint(0, 300):05d}") for _ in range(80)]
    for _ in range(12):
        first = rng.randint(0, 280)
        last = first + rng.randint(1, 60)
        rows.append(row(f"Z0{first:05d}", f"Z0{last:05d}", RegisterCategory.STOLEN_BLANK))
    return rows


def test_the_store_answers_as_an_index_in_memory(world: World) -> None:
    rng = random.Random(417)
    rows = drawn(rng)
    imported(world, *rows)
    index = RegisterIndex(rows)
    asked = [f"Z{rng.choice('0OQ1B')}{rng.randint(0, 320):05d}" for _ in range(150)]

    def compare(own: OwnRegister) -> None:
        for number in asked:
            assert own.exact("RKS", number) == index.exact("RKS", number), number
            assert near_entries(own, "RKS", number) == near_entries(index, "RKS", number), number

    world.look(XKX, lambda tx: compare(OwnRegister(tx, ["RKS"])))


def test_a_node_speaks_for_its_own_documents_only(world: World) -> None:
    imported(world, row("P7700001"))

    def checked(issuer: str) -> set[Result]:
        found = world.look(XKX, lambda tx: check_registers("P7700001", issuer, OwnRegister(tx, ["RKS"])))
        return {check.result for check in found}

    assert Result.FAILED in checked("XKX")
    assert checked("ALB") == {Result.NOT_SUPPORTED}


def test_the_nodes_own_codes_come_from_the_agreements(world: World) -> None:
    desk = world.nodes[XKX].desk
    assert world.look(XKX, lambda tx: own_register(tx, desk).covers("RKS"))
    assert not world.look(XKX, lambda tx: own_register(tx, desk).covers("ALB"))


def test_only_the_issuer_writes(world: World) -> None:
    with pytest.raises(InputError) as caught:
        imported(world, row("P7700001"), row("P7700002", issuer="ALB"))
    assert "ALB documents are not XKX's to register" in caught.value.message
    assert world.look(XKX, lambda tx: registered_with(tx, "RKS", "P7700001")) == []


def asked(world: World, number: str, issuer: str = "RKS", asker: PartnerCode = ALB) -> tuple[AskState, list[str]]:
    query = {"issuer": issuer, "document_type": "P", "number": number}
    sent = world.ask(asker, document_draft(partners=(XKX,), holder={}, query=query))
    world.deliver()
    view = world.view(asker, EnquiryId(sent.id))
    return view.asks[0].state, [code for candidate in view.candidates for code in candidate.evidence]


@pytest.mark.parametrize("number", ["P770O001", "P7700010", "P7700002", "P770001", "P77000011"])
def test_a_partner_is_never_answered_about_a_near_number(world: World, number: str) -> None:
    imported(world, row("P7700001"))
    assert asked(world, "P7700001") == (AskState.HIT, [Evidence.NUMBER_EXACT, Evidence.REPORTED_STOLEN])
    assert asked(world, number) == (AskState.NO_HIT, [])


def test_a_partner_is_not_answered_about_another_issuers_number(world: World) -> None:
    imported(world, row("P7700001"))
    assert asked(world, "P7700001", "ALB", GBR) == (AskState.NO_HIT, [])


def test_a_number_never_issued_is_said_to_be_one(world: World) -> None:
    imported(world, row("P8000000", "P8099999", RegisterCategory.NEVER_ISSUED))
    speaks(world, 2)
    assert asked(world, "P8012345") == (
        AskState.HIT,
        [Evidence.NUMBER_IN_UNUSED_RANGE, Evidence.REPORTED_NEVER_ISSUED],
    )


def test_an_older_partner_is_told_in_words_it_knows(world: World) -> None:
    imported(world, row("P8000000", "P8099999", RegisterCategory.NEVER_ISSUED))
    query = {"issuer": "RKS", "document_type": "P", "number": "P8012345"}

    def found(asker: PartnerCode) -> tuple[Evidence, ...]:
        return world.look(XKX, lambda tx: SUBJECT.search(tx, asker, query))[0].evidence

    speaks(world, 1)
    assert found(ALB) == (Evidence.NUMBER_IN_BLANK_RANGE, Evidence.REPORTED_INVALID)
    speaks(world, 2)
    assert found(ALB) == (Evidence.NUMBER_IN_UNUSED_RANGE, Evidence.REPORTED_NEVER_ISSUED)


def test_a_range_holds_no_letters_behind_its_head(world: World) -> None:
    imported(world, row("P8000000", "P8099999", RegisterCategory.STOLEN_BLANK))
    assert world.look(XKX, lambda tx: registered_with(tx, "RKS", "P80B0000")) == []
    assert len(world.look(XKX, lambda tx: registered_with(tx, "RKS", "P8050000", "P"))) == 1
    assert world.look(XKX, lambda tx: registered_with(tx, "RKS", "P8050000", "I")) == []


def test_both_halves_of_the_statement_use_an_index(world: World) -> None:
    dialect = world.nodes[XKX].database.engine.dialect
    if dialect.name != "sqlite":
        pytest.skip("the words of the plan are SQLite's")
    statement = registered._WITH.on(dialect)
    asked = statement.bound({"issuer": "RKS", "length": 8, "number": "P8000000", "lowest": "P7900001"})
    plan = world.look(
        XKX, lambda tx: tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.text}", asked).all()
    )
    searches = [each.detail for each in plan if "registered_document" in each.detail]
    assert [each.split("INDEX ")[1].split(" ")[0] for each in searches] == [
        "ix_registered_document_number",
        "ix_registered_document_range",
    ]
    assert "number_from=?" in searches[0], "the number is found by the whole of the index"
    assert "number_from>?" in searches[1], "and a range by where it begins"
    names = {index.name for index in registered_document.indexes}
    assert names == {"ix_registered_document_number", "ix_registered_document_range"}
