"""What stands at a place of a presented picture, cut out as PNG, and the face in the chip: evidence for the eye."""

import io

from egnatia.engines.documents.chip.images import ImageType
from egnatia.engines.documents.chip.readers import read_file
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.image.inspection import crop
from egnatia.engines.documents.image.pictures import Picture, open_picture
from egnatia.engines.documents.presented import Presented, ordered
from egnatia.engines.documents.report.pages import Crops
from egnatia.engines.documents.types import Place
from egnatia.errors import InputError

_FACE_SIDE = 400


def crops_of(presented: Presented) -> Crops:
    """A function that cuts places out of the pictures; each is opened once, and one that cannot be opened gives none."""
    files = {one.name: one.content for one in ordered(presented).pictures}
    opened: dict[str, Picture | None] = {}

    def cut(place: Place) -> bytes | None:
        name = next(
            (each for each in sorted(files, key=len, reverse=True) if f"{place.name} ".startswith(f"{each} ")), None
        )
        if name is None or place.box is None:
            return None
        if name not in opened:
            opened[name] = _open(files[name])
        picture = opened[name]
        try:
            return None if picture is None else crop(picture, place)
        except InputError:
            return None

    return cut


def _open(content: bytes) -> Picture | None:
    try:
        return open_picture(content)
    except InputError:
        return None


def face_of(presented: Presented) -> bytes | None:
    """The first face of DG2 as PNG; None where there is none that can be opened."""
    content = None if presented.chip is None else presented.chip.contents.get(FileId.DG2)
    if content is None:
        return None
    images = read_file(FileId.DG2, content).values.get("images", ())
    face = next((one for one in images if one.width and one.type is not ImageType.OTHER), None)
    return None if face is None else _as_png(face.content)


def _as_png(content: bytes) -> bytes | None:
    """Decoded within the limits that `chip.images` already held it to, and made small."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "JPEG2000", "PNG")) as image:
            small = image.convert("RGB")
            small.thumbnail((_FACE_SIDE, _FACE_SIDE))
            written = io.BytesIO()
            small.save(written, "PNG")
            return written.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
