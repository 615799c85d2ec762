"""A person asked about at Albania's console, known to the United Kingdom, with namesakes on Albania's own register."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.console.conftest import ALB, DECISION, FACTS, Force, first
from tests.console.exchange_story import GBR, join, upgrade

from egnatia.engines.people import PersonRecord, PersonRow, parse_date
from egnatia.engines.people.simulate import persons
from egnatia.enquiries.holdings import import_persons
from egnatia.enquiries.own_linking import Wanted, link_own
from egnatia.model.ids import PartnerCode, RecordRef

WHY = "The arrested person may be known here already."
LOOK: dict[str, str] = {"family_names": "Krasniqi", "first_names": "Arben", "birth_date": "1994-03-18", "why": WHY}
PERSON: dict[str, Any] = {
    "subject": "person",
    "family_names": "Krasniqi",
    "first_names": "Arben",
    "birth_date": "1994-03-18",
    "father_name": "Gëzim",
    "mother_name": "Drita",
    "case_ref": "DUR-2025-0431",
    "purpose": "investigation",
    "offence": "smuggling_of_persons",
    "justification": "Arrested at the port with a booklet of the stolen batch",
    "partners": ["GBR"],
}
RELEASE = {
    "fields": ["family_names", "first_names", "birth_date", "father_name", "document_numbers"],
    "reason": "The officers in Durres need to know whether it is he",
}


def record(ref: str, first: str, family: str, born: str, father: str = "", *numbers: str) -> PersonRecord:
    return PersonRecord(RecordRef(ref), first, family, parse_date(born), father, numbers)


ABROAD = record("GBR-P-002210", "Arbën", "Krasniqi", "1994-03-18", "Bujar", "AB123456")
"""Who the United Kingdom knows: all that a question compares agrees, and the father is another one."""
HERE = (
    record("ALB-P-000001", "Arben", "Krasniqi", "1994-03-18", "Gëzim"),
    record("ALB-P-000002", "Arben", "Krasniqi", "1971-11-02", "Gëzim"),
    record("ALB-P-000003", "Arbana", "Krasniqi", "1994-03-18", "Gëzim"),
)


LEFT, RIGHT = "ALB-L-000001", "ALB-L-000002"
"""References under which Albania has one man on file twice."""
TWICE = (
    record(LEFT, "Mirsad", "Hasanbegović", "1979-02-11", "Enver", "K5551212"),
    record(RIGHT, "Мирсад", "Хасанбеговић", "1979-02-11", "Enver", "K5551212"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """References of what the story left behind."""

    enquiry: str
    candidate: str
    received: str = ""


def bring(force: Force, code: PartnerCode, *records: PersonRecord) -> None:
    """Import persons into a node's own register."""
    node, officer = force.nodes[code], force.officers[code, f"{code.lower()}-administrator"]
    rows = [PersonRow(number, each, {}) for number, each in enumerate(records)]
    node.commit(lambda tx: import_persons(tx, node.desk, officer, rows, force.clock()))


def on_file_twice(force: Force) -> None:
    """Albania has one man on file twice, and links its own persons."""
    bring(force, ALB, *TWICE)
    link_own(force.nodes[ALB], force.officers[ALB, "alb-examiner"], Wanted(WHY))


def own_register(force: Force, many: int = 40) -> None:
    """Albania's own persons: three who are alike, and people who do not exist, one in four a Krasniqi."""
    strangers = [each.record() for each in persons(many, 5)]
    namesakes = [record(f"ALB-N-{n:06}", each.first_names, "Krasniqi", "") for n, each in enumerate(strangers[:12])]
    bring(force, ALB, *HERE, *strangers, *namesakes)


def ask_person(force: Force, directory: Path, **changes: Any) -> Known:
    """Albania asks the United Kingdom, which joins for it; the hit lies in Albania's inbox."""
    if GBR not in force.nodes:
        join(force, directory)
    upgrade(force)
    bring(force, GBR, ABROAD)
    own_register(force)
    return asked(force, **changes)


def asked(force: Force, **changes: Any) -> Known:
    """The question alone; its case has no other candidate."""
    question = PERSON | changes
    page = force.browser(ALB, "enquirer").land("/enquiries", question)
    force.deliver()
    enquiry = first(page, r'href="/enquiries/([0-9a-f-]{36})"')
    case = force.browser(ALB, "examiner").get(f"/cases/{question['case_ref']}")
    return Known(enquiry, first(case, r'href="/candidates/([0-9a-f-]{36})"'))


def released(force: Force, known: Known) -> Known:
    """The hit is confirmed, followed up, and two officers of the United Kingdom release core data."""
    force.browser(ALB, "examiner").land(f"/candidates/{known.candidate}/decision", DECISION)
    facts = FACTS | {"offence": "smuggling_of_persons"}
    force.browser(ALB, "enquirer").land(f"/candidates/{known.candidate}/follow-up", facts)
    force.deliver()
    approver, second = force.browser(GBR, "approver"), force.browser(GBR, "second")
    follow_up = first(approver.get("/"), r'href="/follow-ups/([0-9a-f-]{36})"')
    approver.land(f"/follow-ups/{follow_up}/proposal", RELEASE)
    page = second.get(f"/follow-ups/{follow_up}/release")
    release = first(page, r'name="release" value="([0-9a-f-]{36})"')
    second.land(f"/follow-ups/{follow_up}/release", {"release": release})
    force.deliver()
    return Known(known.enquiry, known.candidate, follow_up)
