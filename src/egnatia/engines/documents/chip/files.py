"""Finding the files of a chip in a folder or an archive, whatever the reader that saved them calls them.

A name is believed first (EF_COM.bin, EF.SOD, DG1.bin, Datagroup1.bin, ef0101.bin, 011D); a name that says nothing
leaves it to the first tag. Nothing is ever unpacked to a disk: an archive's members are read into memory, each up to
its limit, and of their paths only the last part is looked at.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.types import DATA_GROUPS, MAX_FILE, MAX_TOTAL, TAGS, ChipFiles, FileId, Part
from egnatia.engines.documents.findings import Finding
from egnatia.errors import InputError

MAX_ENTRIES = 400
"""Files and folders looked at: a chip has at most 22, and a reader's folder a log and some pictures."""
_MAX_ARCHIVE = 4 * MAX_TOTAL
_MAX_DEPTH = 3
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_EXTENSION = re.compile(r"\.(?:bin|dat|der|dump|raw|ef|dg|tlv|hex)$", re.IGNORECASE)
_NOT_NAME = re.compile(r"[^A-Z0-9]")
_WORDS: tuple[tuple[re.Pattern[str], FileId], ...] = (
    (re.compile(r"(?:EF)?CARDACCESS$|011C$"), FileId.CARD_ACCESS),
    (re.compile(r"(?:EF)?CARDSECURITY$"), FileId.CARD_SECURITY),
    (re.compile(r"(?:^|EF)CVCA$"), FileId.CVCA),
    (re.compile(r"(?:^|EF)ATR(?:INFO)?$"), FileId.ATR_INFO),
    (re.compile(r"(?:EF)?SOD$|(?:DOCUMENT)?SECURITYOBJECT$|(?:^|EF)011D$"), FileId.SOD),
    (re.compile(r"(?:^|EF|[^A-Z])COM$|(?:^|EF)011E$"), FileId.COM),
)
_GROUP = re.compile(r"(?:DATAGROUP|DG)0?([1-9]|1[0-6])$")
_SHORT = re.compile(r"(?:^|EF)01(0[1-9A-F]|10)$")
_BY_TAG = {tag: file for file, tag in TAGS.items() if not file.startswith("EF.C") or file is FileId.COM}
Entry = tuple[str, bytes | None]
"""A name and its content; None where it is larger than a chip's file can be."""


def read_files(path: Path) -> ChipFiles:
    """The files of a chip in a folder (three levels deep) or in a zip archive.

    Raises:
        InputError: there is no such thing, it is no archive, or it holds no file of a chip.
    """
    if path.is_dir():
        return collect(_folder(path))
    try:
        size = path.stat().st_size
        if size > _MAX_ARCHIVE:
            raise InputError(f"The archive {path.name} is larger than {_MAX_ARCHIVE:,} bytes.", hint=_HINT)
        return collect(_archive(path))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}", hint=_HINT) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        # RuntimeError is how zipfile says that a member is encrypted, NotImplementedError that its packing is unknown.
        raise InputError(f"{path.name} is not a zip archive that can be read.", hint=_HINT) from None


def read_archive(content: bytes) -> ChipFiles:
    """The files of a chip in a zip archive that is at hand as bytes.

    Raises:
        InputError: it is no archive, or it holds no file of a chip.
    """
    try:
        return collect(_archive(io.BytesIO(content)))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise InputError("This is not a zip archive that can be read.", hint=_HINT) from None


_HINT = "Give the folder, or the zip archive, into which the reader saved the chip's files (EF_SOD.bin, DG1.bin, ...)."


def collect(entries: Iterable[Entry]) -> ChipFiles:
    """Sort named contents into the files of a chip.

    Raises:
        InputError: none of them is a file of a chip, or all together are too large.
    """
    contents: dict[FileId, bytes] = {}
    names: dict[FileId, str] = {}
    remarks: list[Finding] = []
    total = 0
    for name, content in entries:
        if content is None:
            if by_name(name) is not None:
                remarks.append(found(ChipFinding.CHIP_FILE_TOO_LARGE, Part.CHIP, f"at most {MAX_FILE:,} bytes", name))
            continue
        file = by_name(name) or by_content(content)
        if file is None:
            continue
        total += len(content)
        if total > MAX_TOTAL:
            raise InputError(f"The files of the chip have more than {MAX_TOTAL:,} bytes together.", hint=_HINT)
        remarks += _remarks(file, name, content, contents.get(file))
        contents.setdefault(file, content)
        names.setdefault(file, name)
    if not contents:
        raise InputError("There is no file of a chip here.", hint=_HINT)
    return ChipFiles(contents, names, tuple(remarks))


def _remarks(file: FileId, name: str, content: bytes, earlier: bytes | None) -> Iterator[Finding]:
    if earlier is not None and earlier != content:
        expected = f"one file {file}"
        yield found(ChipFinding.CHIP_FILE_TWICE, file, expected, f"{name} differs from the one before; it is left out")
    likely = by_content(content)
    if likely is not None and likely is not file and not _same_tag(file, content):
        yield found(ChipFinding.CHIP_FILE_NAME, file, f"a file that begins as {file}", f"{name} begins as {likely}")


def _same_tag(file: FileId, content: bytes) -> bool:
    return file not in TAGS or content[:1] == bytes([TAGS[file]])


def by_name(name: str) -> FileId | None:
    """Which file of a chip a name means, if it says so."""
    stem = _EXTENSION.sub("", name.replace("\\", "/").rsplit("/", 1)[-1])[-80:]
    plain = _NOT_NAME.sub("", stem.upper())
    group = _GROUP.search(plain)
    if group is not None:
        return DATA_GROUPS[int(group[1]) - 1]
    short = _SHORT.search(plain)
    if short is not None:
        return DATA_GROUPS[int(short[1], 16) - 1]
    return next((file for pattern, file in _WORDS if pattern.search(plain)), None)


def by_content(content: bytes) -> FileId | None:
    """Which file of a chip bytes begin as; the tags of other formats that are common (pictures, text) are none."""
    if _SIGNED_DATA in content[:24] and content[:1] == b"\x30":
        return FileId.CARD_SECURITY
    if content[:1] == b"\x31" and b"\x06" in content[2:8] and content[:1] != content[1:2]:
        return FileId.CARD_ACCESS if _fits(content) else None
    file = _BY_TAG.get(content[0]) if content else None
    return file if file is not None and _fits(content) else None


def _fits(content: bytes) -> bool:
    """Whether the length after the first tag is about the content's: letters of a text would not be."""
    if len(content) < 4:  # noqa: PLR2004 - tag, length and the shortest value
        return False
    count = content[1] & 0x7F if content[1] & 0x80 else 0
    length = int.from_bytes(content[2 : 2 + count], "big") if count else content[1]
    return count <= 4 and 2 + count + length <= len(content) <= 2 * (2 + count + length) + 256  # noqa: PLR2004 - bytes of a length


def _folder(root: Path) -> Iterator[Entry]:
    """Plain files only: a link may lead anywhere, and a device does not end."""
    for path in islice(_paths(root, _MAX_DEPTH), MAX_ENTRIES):
        try:
            with path.open("rb") as stream:
                content = stream.read(MAX_FILE + 1)
        except OSError:
            continue
        yield path.relative_to(root).as_posix(), content if len(content) <= MAX_FILE else None


def _paths(folder: Path, depth: int) -> Iterator[Path]:
    for path in sorted(islice(folder.iterdir(), MAX_ENTRIES)):
        if path.is_symlink():
            continue
        if path.is_file():
            yield path
        elif path.is_dir() and depth > 1:
            yield from _paths(path, depth - 1)


def _archive(path: Path | io.BytesIO) -> Iterator[Entry]:
    """Members in the order of the archive; what a member claims to be long is never believed, only counted."""
    total = 0
    with zipfile.ZipFile(path) as archive:
        for member in islice(archive.infolist(), MAX_ENTRIES):
            if member.is_dir():
                continue
            with archive.open(member) as stream:
                content = stream.read(MAX_FILE + 1)
            total += len(content)
            if total > _MAX_ARCHIVE:
                raise InputError(f"The archive unpacks to more than {_MAX_ARCHIVE:,} bytes.", hint=_HINT)
            yield member.filename, content if len(content) <= MAX_FILE else None
