"""Synthetic documents written into a folder, with a manifest that holds the truth and every label.

manifest.json           what was made, and for each document what is true and what was done to it
0001/page.png           or front.png and back.png
0001/chip/EF_SOD.bin    and the other files of the chip
0001/seal.bin           the bytes of the digital seal
trust/                  certificates, master list and revocation lists to judge them by
register.csv            the lost-and-stolen register that knows of them
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.compare import said
from egnatia.engines.documents.synthetic.conditions import Condition, capture
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.fonts import Fonts
from egnatia.engines.documents.synthetic.pages import DPI, render
from egnatia.engines.documents.synthetic.tampering import applicable, tamper
from egnatia.engines.documents.synthetic.truth import PageTruth, as_json
from egnatia.engines.documents.synthetic.types import Label, SyntheticDocument
from egnatia.errors import ConflictError, StorageError

NOTICE = "UTO/SPECIMEN: invented documents of invented people, for tests and training. None of it is a document."
EVERY = "all"
"""Instead of an operator's name: each document gets the next of all operators that it has something for."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be made.

    Args:
        options: of every document.
        count: how many.
        seed: another seed gives other documents; each document only depends on it and on its own number.
        operators: each document gets the next one, from the first again after the last; none for genuine documents.
        condition: how the pages are captured.
        fonts: None for no pages.
        dpi: dots to the inch of the pages.
    """

    options: Options
    count: int
    seed: str
    operators: tuple[str, ...] = ()
    condition: Condition = Condition.CLEAN
    fonts: Fonts | None = None
    dpi: int = DPI


def make(batch: Batch, number: int, today: date) -> SyntheticDocument:
    """The document with this number, from 1.

    Raises:
        InputError: an operator has nothing to apply itself to in these documents.
    """
    document = genuine(random.Random(f"{batch.seed}/{number}"), today, batch.options)  # noqa: S311 - repeatable on purpose
    if not batch.operators:
        return document
    names = applicable(document) if batch.operators == (EVERY,) else batch.operators
    return tamper(document, names[(number - 1) % len(names)], _drawn(batch, number, "tamper"))


def _drawn(batch: Batch, number: int, purpose: str) -> random.Random:
    return random.Random(f"{batch.seed}/{number}/{purpose}")  # noqa: S311 - repeatable on purpose


def write_folder(folder: Path, batch: Batch, today: date, step: Callable[[int], None]) -> dict[str, object]:
    """Make the documents and write them into a new folder; the manifest is written last and given back.

    Args:
        folder: made if it is not there; refused if anything is in it.
        batch: what is to be made.
        today: the day on which the documents are valid.
        step: called with the number of documents done.

    Raises:
        ConflictError: something is in the folder already.
        InputError: an operator has nothing to apply itself to, or a font, state or profile is not there.
        StorageError: the disk refused.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError(
            f"{folder} is not empty.", hint="Name a folder that is new or empty; nothing is written over."
        )
    try:
        return _write(folder, batch, today, step)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error


def _write(folder: Path, batch: Batch, today: date, step: Callable[[int], None]) -> dict[str, object]:
    documents: list[SyntheticDocument] = []
    entries: list[dict[str, object]] = []
    for number in range(1, batch.count + 1):
        document = make(batch, number, today)
        entries.append(_document(folder, f"{number:04}", document, batch, number))
        documents.append(document)
        step(number)
    for name, content in trust.files(documents, today).items():
        _put(folder / "trust" / name, content)
    _put(folder / "register.csv", trust.register(documents, today).encode())
    manifest = _manifest(batch, today, entries)
    _put(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return manifest


def _manifest(batch: Batch, today: date, entries: list[dict[str, object]]) -> dict[str, object]:
    return {
        "notice": NOTICE,
        "seed": batch.seed,
        "today": today.isoformat(),
        "kind": batch.options.kind.value,
        "issuer": batch.options.state,
        "profile": batch.options.profile,
        "condition": batch.condition.value,
        "documents": entries,
    }


def _document(folder: Path, name: str, document: SyntheticDocument, batch: Batch, number: int) -> dict[str, object]:
    """Write one document's files and return its entry in the manifest."""
    written: list[str] = []
    own = {} if document.chip is None else chips.files(document.chip)
    for file, content in own.items():
        written.append(f"{name}/chip/{file.replace('.', '_')}.bin")
        _put(folder / written[-1], content)
    if document.seal is not None:
        written.append(f"{name}/seal.bin")
        _put(folder / written[-1], document.seal)
    pages: list[dict[str, object]] = []
    for truth in _pages(folder / name, document, batch, number):
        pages.append(as_json(truth))
        written.append(f"{name}/{truth.side}.png")
    return {"id": name, **describe(document), "files": written, "pages": pages}


def _pages(folder: Path, document: SyntheticDocument, batch: Batch, number: int) -> Iterator[PageTruth]:
    if batch.fonts is None:
        return
    for page in render(document, batch.fonts, batch.dpi):
        taken = capture(page, batch.condition, _drawn(batch, number, page.truth.side))
        folder.mkdir(parents=True, exist_ok=True)
        taken.image.save(folder / f"{page.truth.side}.png", compress_level=1)
        yield taken.truth


def describe(document: SyntheticDocument) -> dict[str, object]:
    """A document as plain values: what its issuer personalised, what each source says, and its label."""
    issue = document.issue
    return {
        "kind": document.kind.value,
        "issuer": issue.issuer,
        "number": issue.number,
        "issued": issue.issued.isoformat(),
        "expires": issue.expires.isoformat(),
        "zone": list(document.zone),
        "visual": {name: list(values) for name, values in document.visual.items()},
        "told": {source.value: dict(values) for source, values in said(document).items()},
        "label": _label(document.label),
    }


def _label(label: Label) -> dict[str, object]:
    return {
        "operator": label.operator,
        "class": None if label.kind is None else label.kind.value,
        "said": label.said,
        "fields": list(label.fields),
        "faults": [fault.value for fault in label.faults],
        "disagree": [[each.first.value, each.second.value, each.field] for each in label.disagree],
        "register": label.register,
        "catchable": label.catchable,
    }


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(content)
