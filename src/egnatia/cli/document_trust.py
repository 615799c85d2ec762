"""`egnatia document trust`: whose signatures on documents are believed, since when, and why; needs no node."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.trust_files import DAY, FILE, bring_all, certificate_in, list_options, read_file, told_of
from egnatia.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.certificates import Certificate
    from egnatia.engines.documents.trust.explain import Explanation
    from egnatia.engines.documents.trust.store import TrustStore

store_option = click.option(
    "--store",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="EGNATIA_TRUST",
    default=lambda: Path(click.get_app_dir("egnatia")) / "trust",
    show_default="the folder trust in your data directory",
    help="Directory of the trust store [env: EGNATIA_TRUST].",
)
day_option = click.option(
    "--day", type=DAY, default=None, metavar="DATE", help="As of this day, as 2025-05-15.  [default: today]"
)


@click.group()
def trust() -> None:
    """Keep the certificates that documents are verified with."""


@trust.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@store_option
@list_options
@click.option("--key", default=None, help="Ed25519 key in hexadecimal of the partner whose trust file this is.")
@json_option
def import_files(files: tuple[Path, ...], directory: Path, *, as_json: bool, **told: Any) -> None:
    """Import FILES into the trust store.

    What each file is, is seen from its content: a master list, a certificate, a revocation list, a list of defects, or
    the trust file of a partner. Several files are taken in order of their names; what is held already is passed over.
    """
    from egnatia.engines.documents.trust.folder import read_folder, write_folder

    before, now = read_folder(directory), datetime.now(UTC)
    holdings, taken = bring_all(before.holdings, files, told_of(now, **told), as_json=as_json)
    if taken:
        write_folder(before, holdings, now)
    if not as_json:
        click.echo(f"{len(taken)} files imported; the store holds {len(holdings.certificates)} certificates.")


def _open(directory: Path) -> "TrustStore":
    from egnatia.engines.documents.trust.folder import open_store

    return open_store(directory)


def _day(day: datetime | None) -> date:
    return datetime.now(UTC).date() if day is None else day.date()


@trust.command("list")
@store_option
@day_option
@click.option("--country", default=None, help="Only certificates of this issuer, as AL, ALB or RKS.")
@click.option("--lists", "lists_only", is_flag=True, help="List the versions of lists instead of certificates.")
@json_option
def list_certificates(
    *, directory: Path, day: datetime | None, country: str | None, lists_only: bool, as_json: bool
) -> None:
    """List the certificates that were listed on a day, or the versions of lists that the store holds."""
    store, on = _open(directory), _day(day)
    if lists_only:
        _show_versions(store, as_json=as_json)
        return
    from egnatia.engines.documents.trust.countries import state_of_certificate

    state = None if country is None else state_of_certificate(country)
    if country is not None and state is None:
        raise InputError(f"There is no issuer {country!r}.", hint="`egnatia document codes` lists the codes.")
    rows = [_row(store, each, on) for each in _listed(store, on) if state in {None, each.state}]
    if as_json:
        echo_json(rows)
        return
    headings = ("issuer", "key", "valid_until", "root", "lists", "certificate", "subject")
    echo_table([each.replace("_", " ") for each in headings], [[row[each] for each in headings] for row in rows])


def _listed(store: "TrustStore", day: date) -> "list[Certificate]":
    listed = [store.holdings.certificates[each] for each in store.index.listed_on(day)]
    return sorted(listed, key=lambda each: (each.state or "", each.not_before, each.fingerprint))


def _row(store: "TrustStore", certificate: "Certificate", day: date) -> dict[str, Any]:
    from egnatia.engines.documents.trust.remarks import Fault

    holders = store.index.listed_on(day)[certificate.fingerprint]
    key = certificate.key
    return {
        "issuer": certificate.state or "?",
        "key": "unusable" if isinstance(key, Fault) else key.kind,
        "valid_from": certificate.not_before.date(),
        "valid_until": certificate.not_after.date(),
        "root": "root" if store.index.self_signed(certificate) else "link",
        "lists": " ".join(sorted({each.source for each in holders})),
        "certificate": certificate.fingerprint[:16],
        "subject": str(certificate.subject),
    }


def _show_versions(store: "TrustStore", *, as_json: bool) -> None:
    versions = sorted(store.holdings.versions, key=lambda each: (each.source, each.day))
    rows = [
        {
            "source": each.source,
            "day": each.day,
            "certificates": len(each.certificates),
            "trust": each.trust,
            "imported_at": each.imported_at,
            "via": each.via or "-",
            "signer": each.signer or "-",
            "digest": each.digest,
        }
        for each in versions
    ]
    if as_json:
        echo_json(rows)
        return
    headings = ("source", "day", "certificates", "trust", "imported_at", "via", "signer")
    echo_table([each.replace("_", " ") for each in headings], [[row[each] for each in headings] for row in rows])


@trust.command()
@click.argument("certificate")
@store_option
@day_option
@json_option
def explain(*, certificate: str, directory: Path, day: datetime | None, as_json: bool) -> None:
    """Explain CERTIFICATE: a file, or the beginning of a fingerprint that `list` shows.

    Says in which lists it stood and since when, who signed it, where its chain leads on the day, and what is known
    against it. The exit status is 0 where it is trusted on that day, 1 otherwise.
    """
    from egnatia.engines.documents.trust.chains import ChainState
    from egnatia.engines.documents.trust.explain import explain as explain_certificate

    store = _open(directory)
    known = explain_certificate(store, _named(store, certificate), _day(day))
    if as_json:
        echo_json(_as_json(known))
    else:
        for sentence in known.sentences():
            click.echo(shown(sentence))
    click.get_current_context().exit(0 if known.chain.state is ChainState.TRUSTED else 1)


def _named(store: "TrustStore", given: str) -> "Certificate":
    path = Path(given)
    if len(given) < 1_000 and "\0" not in given and path.is_file():  # noqa: PLR2004 - longer than any path given by hand
        return certificate_in(path)
    found = [each for each in store.certificates() if given and each.fingerprint.startswith(given.lower())]
    if len(found) != 1:
        raise NotFoundError(
            f"{len(found)} certificates of the store have a fingerprint that begins with {shown(given)[:80]!r}",
            hint="`egnatia document trust list` shows the fingerprints.",
        )
    return found[0]


def _as_json(known: "Explanation") -> dict[str, Any]:
    chain, certificate = known.chain, known.certificate
    return {
        "certificate": certificate.fingerprint,
        "subject": str(certificate.subject),
        "issuer": str(certificate.issuer),
        "country": certificate.country,
        "state": certificate.state,
        "serial": f"{certificate.serial:x}",
        "valid_from": certificate.not_before,
        "valid_until": certificate.not_after,
        "held": known.held,
        "standing": known.standing,
        "self_signed": known.self_signed,
        "self_issued": known.self_issued,
        "chain": chain.state,
        "anchor": None if chain.anchor is None else chain.anchor.fingerprint,
        "found_by": chain.links[0].found_by if chain.links else None,
        "links": [{"certificate": each.certificate.fingerprint, "lists": each.sources} for each in chain.links],
        "revocation": chain.revocation.state,
        "appearances": list(known.appearances),
        "signs": [each.fingerprint for each in known.signs],
        "defects": [{"kind": each.kind, "source": each.source, "since": each.known_since} for each in known.defects],
        "remarks": list(known.remarks),
        "store": chain.store,
    }


@trust.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@click.option("--maker", required=True, help="Your own code, as the partners know you.")
@click.option("--key", "key_file", type=FILE, required=True, help="Ed25519 private key (PEM) that signs the file.")
@store_option
def export(*, out: Path, maker: str, key_file: Path, directory: Path) -> None:
    """Write what was imported here as a signed trust file for partners; what came from partners is not passed on."""
    from egnatia.engines.documents.trust.folder import read_folder
    from egnatia.engines.documents.trust.taking import shareable
    from egnatia.engines.documents.trust.trust_file import write_trust_file

    found = read_folder(directory)
    if not found.version:
        raise InputError(f"there is no trust store in {directory}")
    key = _private(key_file)
    data = write_trust_file(shareable(found.holdings), maker, found.version, datetime.now(UTC), key)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from None
    click.echo(f"version {found.version}, signed with {key.public_key().public_bytes_raw().hex()}")


def _private(path: Path) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(read_file(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InputError(f"{path} holds no private key that can be read without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{path} holds a key that is not Ed25519")
    return key
