"""A candidate's page says when other records of the partner agree in exactly the same."""

from typing import Any

from tests.console.conftest import ALB, Story

from egnatia.store.tables import candidate

SAYS = "records of this partner agree in exactly the same"


def test_namesakes_are_said_with_what_would_settle_it(force: Any, story: Story) -> None:
    address, node = f"/candidates/{story.candidate}", force.nodes[ALB]
    assert SAYS not in force.browser(ALB, "examiner").get(address).text

    def twin(tx: Any) -> None:
        row = tx.execute(candidate.select().where(candidate.c.id == story.candidate)).one()._asdict()
        row |= {"id": "00000000-0000-4000-8000-0000000000cb", "ref": "XKX-D-000418", "decision": None}
        tx.execute(candidate.insert(), row)

    node.commit(twin)
    page = force.browser(ALB, "examiner").get(address).text
    assert f"2 {SAYS}" in page
    assert "What was asked cannot tell them apart." in page
    assert "date of birth or a number" not in page, "it is a document"
