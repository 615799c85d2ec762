"""`egnatia node backup` and `restore`: copies of a node that say how far its ledger went."""

from pathlib import Path

import click

from egnatia.cli.common import echo_json, json_option, node_option, open_node
from egnatia.cli.progress import progress_bar

_STORES = {
    "none": "",
    "stays": "trust store: the node's own is as new as the copy, and stays",
    "put_back": "trust store: the copy {} put in place; what was there is kept beside it",
}
"""What became of the trust store, by `StoreFate`."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@node_option
@click.option(
    "--vault",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also copy the vault to this file, on another machine's disk and never beside FOLDER.",
)
@json_option
def backup(*, folder: Path, node_directory: Path, vault: Path | None, as_json: bool) -> None:
    """Back a node up into the new FOLDER, while it serves.

    The folder holds the database, the settings, the card, the trust store and a signed manifest. Keys and vault are not
    in it: sealed content in a backup is unreadable without them.
    """
    from egnatia.operations.backup import copy_vault, make_backup
    from egnatia.operations.trust_copies import TRUST_FILE

    with open_node(node_directory) as node:
        with progress_bar("copying") as progress:
            manifest = make_backup(node, folder, progress)
        if vault is not None:
            copy_vault(node, vault, folder)
    if as_json:
        echo_json(manifest)
        return
    click.echo(f"{folder}: {manifest.ledger_size} ledger entries, SHA-256 {manifest.files['node.sqlite']}")
    if TRUST_FILE not in manifest.files:
        click.echo("There is no trust store in it: this node has none that can be read.", err=True)
    if vault is not None:
        click.echo(f"{vault}: the vault. Keep one copy only, apart from the backup and from the keys.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@node_option
@click.option(
    "--accept-loss", default="", help="Why entries newer than the backup may be forgotten; goes to the ledger."
)
@click.option("--check", is_flag=True, help="Only check the backup and say what restoring it would forget.")
@json_option
def restore(*, folder: Path, node_directory: Path, accept_loss: str, check: bool, as_json: bool) -> None:
    """Put the backup in FOLDER in the place of a stopped node's database.

    Keys and vault stay as they are. The database that was there is kept beside it. When the backup has fewer ledger
    entries than this node has signed, nothing is done without --accept-loss: partners have cosigned those entries and will
    notice. The trust store of the backup is put back where the node has none, a damaged one or an older one.
    """
    from egnatia.node import utc_now
    from egnatia.operations.backup import expected_loss, restore

    if check:
        loss = expected_loss(node_directory, folder)
    else:
        loss = restore(node_directory, folder, accepted=accept_loss, now=utc_now())
    if as_json:
        echo_json(loss)
        return
    forgotten = loss.signed - loss.kept
    click.echo(f"the backup is sound: {loss.kept} ledger entries" if check else f"restored: {loss.kept} ledger entries")
    if _STORES[loss.trust]:
        click.echo(_STORES[loss.trust].format("would be" if check else "was"))
    if forgotten:
        click.echo(f"{forgotten} or more newer entries {'would be' if check else 'were'} forgotten", err=True)
    if not check:
        click.echo("Next: `egnatia ledger verify`, then `egnatia node serve`.", err=True)
