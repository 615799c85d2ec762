"""What goes into a result so that it can be repeated: digests of what was presented, versions of what was known."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from egnatia import __version__
from egnatia.engines.documents.catalogue import catalogue_digest
from egnatia.engines.documents.examination import Given, Versions
from egnatia.engines.documents.mrz.issuer_rules import shipped_rules
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.types import Source

_SHORT = 16


def versions_of(basis: Basis, *, pictures: bool) -> Versions:
    """What an examination on this basis is made with; the text reader counts only where there are pictures."""
    rules = shipped_rules() if basis.rules is None else basis.rules
    return Versions(
        program=__version__,
        catalogue=catalogue_digest(),
        rules=f"{rules.versions()} {_digest(repr(each) for each in (*rules.numbers, *rules.patterns, *rules.deviations))}",
        trust="" if basis.store is None else basis.store.version,
        register=basis.register_version,
        series=_digest(_series_lines(basis)),
        profile=_digest(f"{code} {weight}" for code, weight in sorted(basis.profile.items())),
        signers=_digest(sorted(one.fingerprint for one in basis.signers)),
        reader=_reader() if pictures else "",
    )


def _series_lines(basis: Basis) -> list[str]:
    templates = sorted(repr((one.reference, sorted(one.features))) for one in basis.series)
    return [*templates, *sorted(repr(one) for one in basis.blanks), *sorted(repr(one) for one in basis.reported)]


def _reader() -> str:
    """The text reader and the bar-code reader: pictures read by another may read otherwise."""
    return " ".join(f"{name} {_installed(name)}" for name in ("rapidocr", "onnxruntime", "zxing-cpp"))


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _digest(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return hashlib.sha256(text.encode()).hexdigest()[:_SHORT] if text else ""


def digests(presented: Presented) -> tuple[Given, ...]:
    """Everything that was presented, by kind, name and SHA-256."""
    given: list[Given] = []
    if presented.zone.strip():
        given.append(Given(Source.ZONE, "zone", _of(presented.zone.encode("utf-8", "surrogatepass"))))
    if presented.visual is not None and not presented.visual.empty():
        given.append(Given(Source.VISUAL, "page", _of(repr(presented.visual).encode())))
    given += [Given(Source.IMAGE, one.name, _of(one.content)) for one in presented.pictures]
    if presented.chip is not None:
        given += [Given(Source.CHIP, file, _of(content)) for file, content in sorted(presented.chip.contents.items())]
    if presented.evidence:
        given.append(Given(Source.CHIP, "evidence", _of(presented.evidence)))
    given += [Given(Source.SEAL, "seal", _of(content)) for content in presented.seals]
    if presented.noted:
        given.append(Given(Source.VISUAL, "noted", _of(repr(sorted(presented.noted)).encode())))
    return tuple(given)


def _of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
