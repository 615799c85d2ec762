"""An examination as an XML log in the manner of BSI TR-03135: every check with its result, every version, no times.

The guideline's own schemas (ct4v3, dc4v4 and the others) are not public, so the element names are ours; branches,
results, weights and the rule that personal data are written only when they are asked for are the guideline's. There is
no moment in it but the day, so that a replay gives the same bytes; only what officers say of the document has its time.
"""

from collections.abc import Iterable
from dataclasses import fields
from xml.etree import ElementTree as ET

from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.report.formats import without_personal
from egnatia.engines.documents.report.officers import OfficersVerdict
from egnatia.engines.documents.types import Compared, Place

NAMESPACE = "urn:egnatia:document-inspection:1"


def to_xml(examination: Examination, *, personal: bool = False, officers: OfficersVerdict | None = None) -> bytes:
    """The log, in UTF-8 with a declaration.

    Args:
        examination: what is written.
        personal: whether values that were read from the document are written too, and who gave a verdict.
        officers: what officers say the document is; it stands after everything that the machine says.
    """
    said = examination if personal else without_personal(examination)
    root = ET.Element("inspectionLog", {"xmlns": NAMESPACE, "day": said.day.isoformat(), "advice": said.advice})
    root.set("result", said.conclusion.result)
    versions = ET.SubElement(root, "versions")
    for each in fields(said.versions):
        ET.SubElement(versions, each.name).text = _legal(getattr(said.versions, each.name))
    _document(root, said)
    weights = {one.code: one.weight for one in said.weighed}
    for branch in said.conclusion.branches:
        element = ET.SubElement(root, "section", {"name": branch.section, "result": branch.result})
        for check in branch.checks:
            _check(element, check, weights.get(check.code, CATALOGUE[check.code].weight))
    hints = ET.SubElement(root, "hints")
    for hint in said.hints:
        ET.SubElement(hints, "hint", {"class": hint.name, "because": " ".join(hint.because)})
    if officers is not None:
        _officers(root, officers if personal else officers.without_persons())
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _officers(root: ET.Element, said: OfficersVerdict) -> None:
    element = ET.SubElement(root, "officers", {"agreement": _legal(said.agreement)})
    if said.verdict:
        element.set("verdict", _legal(said.verdict))
    for each in said.given:
        one = ET.SubElement(element, "verdict", {"at": _legal(each.given_at)})
        if each.given_by:
            one.set("by", _legal(each.given_by))
        one.text = _legal(each.verdict)


def _document(root: ET.Element, said: Examination) -> None:
    if said.typed_by:
        root.set("typedBy", _legal(said.typed_by))
    for given in said.given:
        values = {"source": given.source, "name": _legal(given.name), "sha256": given.digest}
        ET.SubElement(root, "presented", values)
    if said.zone is None:
        return
    zone = ET.SubElement(root, "document", {"source": said.zone.source, "format": said.zone.format})
    zone.set("code", _legal(said.zone.code))
    zone.set("issuer", _legal(said.zone.issuer))
    for line in said.zone.lines:
        ET.SubElement(zone, "line").text = _legal(line)


def _check(parent: ET.Element, check: Check, weight: str) -> None:
    rule = CATALOGUE[check.code]
    values = {"code": check.code.value, "result": check.result, "weight": weight, "version": str(rule.version)}
    element = ET.SubElement(parent, "check", values)
    element.set("source", rule.source)
    _evidence(element, check.compared, check.places)
    for finding in check.findings:
        _finding(element, finding)


def _finding(parent: ET.Element, finding: Finding) -> None:
    values = {"code": finding.code.value, "field": finding.field.value, "severity": finding.severity}
    element = ET.SubElement(parent, "finding", {**values, "bearing": finding.bearing})
    for name in ("expected", "found", "innocent", "settle"):
        text = getattr(finding, name)
        if text:
            ET.SubElement(element, name).text = _legal(text)
    _evidence(element, finding.compared, finding.places)


def _evidence(parent: ET.Element, compared: Iterable[Compared], places: Iterable[Place]) -> None:
    for one in compared:
        element = ET.SubElement(parent, "compared", {"source": one.source, "name": _legal(one.name)})
        element.text = _legal(one.value)
    for place in places:
        element = ET.SubElement(parent, "place", {"source": place.source, "name": _legal(place.name)})
        if place.start is not None:
            element.set("start", str(place.start))
        if place.end is not None:
            element.set("end", str(place.end))
        if place.box is not None:
            element.set("box", " ".join(map(str, place.box)))


def _legal(text: str) -> str:
    """What XML 1.0 may hold (section 2.2); anything else becomes the replacement character."""
    return "".join(sign if sign in "\t\n" or _allowed(ord(sign)) else "\ufffd" for sign in text)


def _allowed(point: int) -> bool:
    return 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF  # noqa: PLR2004 - the standard's ranges
