"""A trust store at Albania's node, a file of it that waits at Kosovo's, and a recorded inspection; for tests of pages."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from tests.engines.documents.report.sources import made
from tests.engines.documents.trust.realm import albania, read, root, signed_list, uto_link, uto_new, uto_old

from egnatia.casework.borders import record_examination
from egnatia.casework.borders.basis import node_basis
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Presented
from egnatia.engines.documents.report.stored import keep as kept
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.visual.formats import visual_from
from egnatia.enquiries.trust.sharing import pack, share
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import partner_card

ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")
IMPORTED = datetime(2025, 5, 14, tzinfo=UTC)
CERTIFICATE = read(uto_link()).fingerprint
"""A link: it has a step up, a list that holds it, and a root that it leads to."""


def listed(holdings: Holdings, *certificates: bytes, day: str) -> Holdings:
    """A version more of the list NL."""
    return import_list(holdings, signed_list(*certificates, day=day), "NL", IMPORTED, [read(root())]).holdings


def keep(force: Any, code: PartnerCode, holdings: Holdings) -> None:
    """An operator's import."""
    keeper = force.nodes[code].trust_keeper
    keeper.put(keeper.folder(), holdings, force.clock())


def send(force: Any) -> str:
    """Albania shares its store with Kosovo. Returns the update's id."""
    node, officer = force.nodes[ALB], force.officers[ALB, "alb-examiner"]
    parcel = pack(node.trust_keeper.folder(), node.desk, force.clock())
    update_id: str = node.commit(lambda tx: share(tx, node.desk, officer, XKX, parcel, force.clock()))
    for _ in range(len(parcel.parts) + 2):
        force.deliver()
    return update_id


def two_lists() -> Holdings:
    """Albania's authority comes and goes; the Utopian one gets a new key and a link."""
    before = listed(Holdings(), uto_old(), albania(), day="240101")
    return listed(before, uto_old(), uto_link(), uto_new(), day="250101")


def a_trust_file(force: Any) -> str:
    """A file of Albania's that waits at Kosovo's node; returns the update's id."""
    for code in (ALB, XKX):
        force.nodes[code].commit(lambda tx: tx.execute(update(partner_card).values(protocol=2)))
    keep(force, ALB, two_lists())
    return send(force)


def a_recorded_inspection(force: Any) -> str:
    """An inspection of a zone and a wrong printed number, recorded in a case; returns its id."""
    node, officer, now = force.nodes[ALB], force.officers[ALB, "alb-supervisor"], force.clock()
    presented = Presented(zone="\n".join(made().zone), visual=visual_from({"number": ("XX0000000",)}))
    with node.database.read() as tx:
        basis = node_basis(tx, node.desk, node.trust_keeper.held(), now.date())
        result = examine(presented, basis)
    content = kept(presented, basis, result)
    made_id: str = node.commit(lambda tx: record_examination(tx, officer, "DUR-2025-0995", result, content, now))
    return made_id
