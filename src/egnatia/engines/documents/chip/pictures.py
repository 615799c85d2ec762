"""DG5 displayed portrait, DG7 displayed signature, DG13 the issuer's own, and the groups reserved for later.

Source: ICAO Doc 9303-10 sections 4.7.5 to 4.7.10 and 4.7.13.
"""

from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.images import Album, ChipImage
from egnatia.engines.documents.chip.reading import Read, missing, not_allowed, open_file
from egnatia.engines.documents.chip.tlv import find
from egnatia.engines.documents.chip.types import FileId

_COUNT = 0x02
_PICTURES = {FileId.DG5: 0x5F40, FileId.DG7: 0x5F43}
_MAX_PICTURES = 16


def read_pictures(file: FileId, content: bytes, *, decode: bool = True) -> Read:
    """DG5 or DG7: a number and so many pictures."""
    outer = open_file(file, content)
    notes = outer.findings
    if outer.node is None:
        return Read(file, {}, tuple(notes))
    tag = _PICTURES[file]
    nodes = [node for node in outer.inner if node.tag == tag]
    count = find(outer.inner, _COUNT)
    if count is None:
        notes.append(missing(file, "the number of pictures (02)"))
    elif int.from_bytes(count.value[:4], "big") != len(nodes):
        notes.append(not_allowed(file, "as many pictures as are counted", str(len(nodes)), count))
    album = Album(decode=decode)
    images: list[ChipImage] = []
    for node in nodes[:_MAX_PICTURES]:
        image = album.look_at(node.value)
        images.append(image)
        if not image.width:
            note = f"{len(node.value)} bytes"
            notes.append(found(ChipFinding.CHIP_IMAGE_UNREADABLE, file, "a picture", note))
    return Read(file, {"images": tuple(images)}, tuple(notes), outer.size)


def read_opaque(file: FileId, content: bytes) -> Read:
    """DG6, DG8 to DG10 and DG13: only the outer tag is known; what lies inside is the issuer's affair."""
    outer = open_file(file, content)
    # What broke inside says nothing: an issuer's own content need not be made of tags.
    inside = ChipFinding.CHIP_LENGTH_WRONG
    notes = [
        note
        for note in outer.findings
        if outer.node is None or note.code is not inside or note.places[0].start == outer.size
    ]
    if outer.node is None:
        return Read(file, {}, tuple(notes))
    return Read(file, {"size": outer.size, "content": outer.node.value}, tuple(notes), outer.size)
