"""The matrix shows what is decided, nothing else; ends are announced before they come."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import egnatia.scenario
from egnatia.agreements import Allow, Request, declined, ending, matrix, parse_register, permit
from egnatia.model.agreements import StatusFact
from egnatia.model.ids import AgreementId, PartnerCode
from egnatia.model.states import Offence, PartnerStatus, Purpose, SubjectKind

DEMO = parse_register((Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes())
DAY = date(2025, 5, 15)
PCC = AgreementId("pcc-see-2018")


def test_matrix_is_exactly_what_permit_allows() -> None:
    shown = {
        (row.asker, row.answerer, row.subject, purpose): row.grant
        for row in matrix(DEMO, DAY)
        for purpose in row.purposes
    }
    for asker, answerer, subject, purpose in product(DEMO.partners, DEMO.partners, SubjectKind, Purpose):
        answer = permit(DEMO, Request(asker, answerer, subject, purpose, Offence.HOMICIDE, DAY))
        grant = answer.grant.id if isinstance(answer, Allow) else None
        assert shown.get((asker, answerer, subject, purpose)) == grant


def test_matrix_grows_by_eight_on_the_day_of_admission() -> None:
    before = {row.grant for row in matrix(DEMO, date(2025, 5, 14))}
    after = {row.grant for row in matrix(DEMO, DAY)}
    both = {f"demo-{pair}-{what}" for pair in ("gbr-mkd", "mkd-gbr") for what in ("intelligence", "operation")}
    alerts = {f"demo-{pair}-intelligence" for pair in ("alb-mkd", "mkd-alb", "xkx-mkd", "mkd-xkx")}
    assert after - before == both | alerts
    assert before <= after


def test_rows_are_ordered_and_say_that_they_are_invented() -> None:
    rows = matrix(DEMO, DAY)
    assert [(row.asker, row.answerer, row.subject) for row in rows] == sorted(
        (r.asker, r.answerer, r.subject) for r in rows
    )
    assert all(row.invented for row in rows)
    assert rows[0].purposes == tuple(sorted(rows[0].purposes))


def test_nothing_is_allowed_before_there_is_anything() -> None:
    assert matrix(DEMO, date(2000, 1, 1)) == ()
    assert declined(DEMO, date(2000, 1, 1)) == ()


def test_declined_subjects_are_listed_from_their_day() -> None:
    assert declined(DEMO, date(2025, 5, 14)) == ()
    (word,) = declined(DEMO, DAY)
    assert (word.partner, word.subject, word.since) == ("ALB", SubjectKind.HUB, DAY)
    assert "000:2" in word.source
    assert "003:12" in word.source


def test_an_agreement_that_ends_tomorrow_is_announced_with_its_grants() -> None:
    ends = replace(DEMO.agreements[PCC], terminated_on=date(2025, 5, 16))
    register = replace(DEMO, agreements={**DEMO.agreements, PCC: ends})
    (notice,) = ending(register, DAY)
    assert (notice.on, notice.reference, len(notice.grants)) == (date(2025, 5, 16), PCC, 16)
    assert {row.ends_on for row in matrix(register, DAY) if row.agreement == PCC} == {date(2025, 5, 16)}
    assert ending(register, date(2025, 5, 16)) == ()
    assert len(ending(register, date(2025, 4, 16))) == 1
    assert ending(register, date(2025, 4, 15)) == ()


def test_a_suspension_to_come_is_announced() -> None:
    code = PartnerCode("XKX")
    fact = StatusFact(PartnerStatus.SUSPENDED, date(2025, 6, 1), "test")
    partner = replace(DEMO.partners[code], statuses=(*DEMO.partners[code].statuses, fact))
    register = replace(DEMO, partners={**DEMO.partners, code: partner})
    (notice,) = ending(register, DAY)
    assert (notice.reference, notice.what, len(notice.grants)) == ("XKX", "partner is suspended", 12)
    assert all("XKX" not in {row.asker, row.answerer} for row in matrix(register, date(2025, 6, 1)))
