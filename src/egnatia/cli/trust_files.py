"""Files that are brought into a trust store from the command line: read by what they are, whatever they are called.

`document trust import` keeps a store by itself with them, `trust import` a node's, in an officer's name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, shown
from egnatia.cli.progress import progress_bar
from egnatia.errors import ConflictError, InputError

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.certificates import Certificate
    from egnatia.engines.documents.trust.holdings import Holdings
    from egnatia.engines.documents.trust.imports import Imported

_WITH_BAR = 3
"""From so many files on a bar shows how far it is; a list takes a fifth of a second."""
_READ_AT_MOST = 200_000_000
"""Bytes: what the largest kind, a trust file, may have (`trust_file.MAX_FILE`)."""
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])


def list_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of both commands: who vouches for a list, whose it is, and of which day."""
    options = (
        click.option(
            "--root", "roots", type=FILE, multiple=True, help="Root certificate of a list's publisher; repeatable."
        ),
        click.option(
            "--source", default=None, help="Short name of the publisher.  [default: country of the list's signer]"
        ),
        click.option(
            "--vouch", is_flag=True, help="Believe lists for which no root vouches, on your own responsibility."
        ),
        click.option(
            "--published", type=DAY, default=None, metavar="DATE", help="Date of a file that does not say its own."
        ),
    )
    for each in reversed(options):
        command = each(command)
    return command


@dataclass(frozen=True, slots=True)
class Told:
    """What was said on the command line about every file."""

    now: datetime
    roots: "tuple[Certificate, ...]"
    source: str | None
    vouch: bool
    published: date | None
    key: str | None = None


def told_of(now: datetime, *, roots: tuple[Path, ...], published: datetime | None, **told: Any) -> Told:
    """The options of a command, with the roots read.

    Raises:
        InputError: a root is no certificate.
    """
    day = None if published is None else published.date()
    return Told(now=now, roots=tuple(certificate_in(path) for path in roots), published=day, **told)


def bring_all(
    holdings: "Holdings", files: Sequence[Path], given: Told, *, as_json: bool
) -> "tuple[Holdings, list[tuple[bytes, Imported]]]":
    """Bring files in, in order of their names, and tell of each.

    Returns:
        New holdings, and each content that was not held already with what came of it.

    Raises:
        InputError, TamperedError: a file cannot be taken; then none is.
    """
    taken: list[tuple[bytes, Imported]] = []
    with progress_bar("importing", len(files), _WITH_BAR) as show:
        for number, path in enumerate(sorted(files, key=lambda each: each.name)):
            show(number)
            for data in contents(path):
                done = bring_in(holdings, data, path, given)
                if done is not None:
                    holdings = done.holdings
                    taken.append((data, done))
                    _tell(path, done, as_json=as_json)
    return holdings, taken


def contents(path: Path) -> "tuple[bytes, ...]":
    """What a file holds: several things where it is a PEM file of several.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    from egnatia.engines.documents.trust.kinds import unarmoured

    return unarmoured(read_file(path))


def read_file(path: Path) -> bytes:
    """A file as it is.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_READ_AT_MOST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="Check the path.") from None
    if len(data) > _READ_AT_MOST:
        raise InputError(f"{path} is larger than {_READ_AT_MOST:,} bytes", hint="Is this the right file?")
    return data


def certificate_in(path: Path) -> "Certificate":
    """The certificate in a file.

    Raises:
        InputError: it is none.
    """
    from egnatia.engines.documents.trust.certificates import read_certificate
    from egnatia.engines.documents.trust.remarks import Fault

    found = read_certificate(contents(path)[0])
    if isinstance(found, Fault):
        raise InputError(f"{path} is no certificate: {found.detail}")
    return found


def bring_in(holdings: "Holdings", data: bytes, path: Path, given: Told) -> "Imported | None":
    """Import one file; None where it is held already, which is said on standard error."""
    from egnatia.engines.documents.trust.kinds import kind_of

    kind = kind_of(data)
    if kind is None:
        raise InputError(f"{path} is nothing that can be imported", hint="Lists, certificates, revocations, defects.")
    try:
        return _READERS[kind](holdings, data, given)
    except ConflictError as error:
        click.echo(f"{path.name}: {error.message}", err=True)
        return None
    except InputError as error:
        raise InputError(f"{path.name}: {error.message}", hint=error.hint()) from None


def _import_list(holdings: "Holdings", data: bytes, given: Told) -> "Imported":
    from egnatia.engines.documents.trust.imports import import_list

    source = given.source or _publisher(data)
    return import_list(holdings, data, source, given.now, given.roots, vouched=given.vouch, day=given.published)


def _publisher(data: bytes) -> str:
    """The country of the certificate that signed a list."""
    from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
    from egnatia.engines.documents.trust.remarks import Fault

    signed = read_signed_data(data)
    signer = None if isinstance(signed, Fault) else verify_signer(signed).certificate
    if signer is None or signer.country is None:
        raise InputError("the list does not say whose it is", hint="Name its publisher with --source.")
    return signer.country.upper()


def _import_certificate(holdings: "Holdings", data: bytes, given: Told) -> "Imported":
    from egnatia.engines.documents.trust.imports import import_certificate

    return import_certificate(holdings, data, given.now, given.published or given.now.date())


def _import_crl(holdings: "Holdings", data: bytes, _given: Told) -> "Imported":
    from egnatia.engines.documents.trust.imports import import_crl

    return import_crl(holdings, data)


def _import_defect_list(holdings: "Holdings", data: bytes, given: Told) -> "Imported":
    from egnatia.engines.documents.trust.imports import import_defect_list

    day = given.published or given.now.date()
    return import_defect_list(holdings, data, given.source or _publisher(data), given.roots, day)


def _import_defects(holdings: "Holdings", data: bytes, given: Told) -> "Imported":
    from egnatia.engines.documents.trust.defect_data import read_defect_data
    from egnatia.engines.documents.trust.imports import import_defects

    return import_defects(holdings, read_defect_data(data.decode("utf-8", "replace")), given.source or "defects")


def _take(holdings: "Holdings", data: bytes, given: Told) -> "Imported":
    from egnatia.engines.documents.trust.imports import Imported
    from egnatia.engines.documents.trust.taking import take

    if given.key is None:
        raise InputError("a partner's trust file needs its key", hint="Give it with --key, as the partner told you.")
    done = take(holdings, data, given.key.lower(), given.now)
    what = (
        f"trust file {done.version} of {done.partner}: {done.certificates} new certificates, {done.versions} list "
        f"versions, {done.crls} revocation lists, {done.defects} defects"
    )
    return Imported(done.holdings, what, done.certificates, warnings=done.conflicts)


_READERS: "dict[str, Callable[[Holdings, bytes, Told], Imported]]" = {
    "master_list": _import_list,
    "certificate": _import_certificate,
    "revocations": _import_crl,
    "defect_list": _import_defect_list,
    "defect_data": _import_defects,
    "trust_file": _take,
}


def _tell(path: Path, taken: "Imported", *, as_json: bool) -> None:
    if as_json:
        echo_json(
            {
                "file": path.name,
                "what": taken.what,
                "new": taken.added,
                "left_out": taken.removed,
                "warnings": taken.warnings,
            }
        )
        return
    click.echo(shown(f"{path.name}: {taken.what}"))
    for warning in taken.warnings:
        click.echo(shown(f"  note: {warning}"), err=True)
