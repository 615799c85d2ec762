"""DG11 further personal details, DG12 details of the document, DG16 people to notify: tables of tags.

Source: ICAO Doc 9303-10 sections 4.7.11, 4.7.12 and 4.7.16.
"""

from egnatia.engines.documents.chip.reading import Read, broken, missing, not_allowed, open_file, text
from egnatia.engines.documents.chip.template import MAX_VALUES, Entry, Kind, Table, digits, read_template
from egnatia.engines.documents.chip.tlv import children
from egnatia.engines.documents.chip.types import FileId

DG11: Table = {
    0x5F0E: Entry("full_name"),
    0x5F0F: Entry("other_name"),
    0x5F10: Entry("personal_number"),
    0x5F2B: Entry("birth_date", Kind.DATE),
    0x5F11: Entry("birth_place"),
    0x5F42: Entry("address"),
    0x5F12: Entry("telephone"),
    0x5F13: Entry("profession"),
    0x5F14: Entry("title"),
    0x5F15: Entry("personal_summary"),
    0x5F16: Entry("proof_of_citizenship", Kind.PICTURE),
    0x5F17: Entry("other_document_numbers"),
    0x5F18: Entry("custody"),
}
DG12: Table = {
    0x5F19: Entry("issuing_authority"),
    0x5F26: Entry("issue_date", Kind.DATE),
    0x5F1A: Entry("other_person"),
    0x5F1B: Entry("endorsements"),
    0x5F1C: Entry("tax_exit_requirements"),
    0x5F1D: Entry("front_image", Kind.PICTURE),
    0x5F1E: Entry("rear_image", Kind.PICTURE),
    0x5F55: Entry("personalisation_time", Kind.TIME),
    0x5F85: Entry("personalisation_time", Kind.TIME),  # the misprint of early editions, which chips followed
    0x5F56: Entry("personalisation_device"),
}
_PERSON: Table = {
    0x5F50: Entry("recorded_on", Kind.DATE),
    0x5F51: Entry("name"),
    0x5F52: Entry("telephone"),
    0x5F53: Entry("address"),
}
_COUNT = 0x02


def read_dg11(content: bytes) -> Read:
    """The holder's further details: names in national letters, personal number, full date and place of birth."""
    return read_template(FileId.DG11, content, DG11)


def read_dg12(content: bytes) -> Read:
    """The document's further details: authority, date of issue, endorsements."""
    return read_template(FileId.DG12, content, DG12)


def read_dg16(content: bytes) -> Read:
    """People to notify, each a mapping; the first element counts them."""
    file = FileId.DG16
    outer = open_file(file, content)
    notes = outer.findings
    people: list[dict[str, str]] = []
    count = next((node.value for node in outer.inner if node.tag == _COUNT), None)
    for node in [node for node in outer.inner if node.tag != _COUNT][:MAX_VALUES]:
        inner, flaw = children(node)
        if flaw is not None:
            notes.append(broken(file, flaw))
        people.append(
            {
                entry.name: digits(one.value) if entry.kind is Kind.DATE else text(one.value[: entry.limit])
                for one in inner
                if (entry := _PERSON.get(one.tag)) is not None
            }
        )
    if outer.node is not None and count is None:
        notes.append(missing(file, "the number of people (02)"))
    elif count is not None and int.from_bytes(count[:2], "big") != len(people):
        notes.append(not_allowed(file, "as many people as are counted", f"{len(people)} people"))
    return Read(file, {"people": tuple(people)}, tuple(notes), outer.size)
