"""`egnatia account`: officers' accounts of a node."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import InputError, NotAuthenticatedError, NotFoundError
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Role

if TYPE_CHECKING:
    from egnatia.node import Node

INSTALLER = "installer"
"""Who makes the first account: whoever set the node up and holds its keys."""
NEW_PASSWORD_VARIABLE = "EGNATIA_NEW_PASSWORD"  # noqa: S105 - a variable's name

_new_password_option = click.option(
    "--new-password-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=f"Read the account's new password from this file [env: {NEW_PASSWORD_VARIABLE} holds the password itself].",
)


@click.group()
def group() -> None:
    """Officers' accounts of a node."""


@group.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([each.value for each in Role]))
@_new_password_option
@click.option(
    "--as",
    "officer_name",
    envvar="EGNATIA_OFFICER",
    help="Administrator to act as; left out only for the first account of a node [env: EGNATIA_OFFICER].",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Read the administrator's password from this file [env: EGNATIA_PASSWORD holds the password itself].",
)
@node_option
def create(
    *,
    name: str,
    roles: tuple[str, ...],
    new_password_file: Path | None,
    node_directory: Path,
    officer_name: str | None,
    password_file: Path | None,
) -> None:
    """Make an account NAME with one or more roles. The first account of a node must be an administrator."""
    from egnatia.accounts import create_officer

    held = {Role(role) for role in roles}
    with open_node(node_directory) as node:
        actor = _actor(node, officer_name, password_file, held)
        password = _new_password(new_password_file)
        made = node.commit(lambda tx: create_officer(tx, name, held, password, actor, node.clock()))
    click.echo(f"account {made.name} ({made.id}) has the roles {', '.join(sorted(made.roles))}")


def _actor(node: "Node", officer_name: str | None, password_file: Path | None, held: set[Role]) -> str:
    """Who makes the account: an administrator, or the installer while there is no account at all."""
    from egnatia.accounts import authorise, officers

    with node.database.read() as tx:
        is_first = not officers(tx)
    if is_first and Role.ADMINISTRATOR not in held:
        raise InputError("the first account of a node must be an administrator", hint="Add --role administrator.")
    if is_first:
        return INSTALLER
    if officer_name is None:
        raise NotAuthenticatedError("this node has accounts already", hint="Name an administrator with --as.")
    officer = sign_in(node, officer_name, password_file)
    authorise(officer, Action.MANAGE_ACCOUNTS)
    return officer.id


def _new_password(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise InputError(f"{file} is not UTF-8 text", hint="Save the password as plain UTF-8 text.") from None
    if NEW_PASSWORD_VARIABLE in os.environ:
        return os.environ[NEW_PASSWORD_VARIABLE]
    asked: str = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


@group.command("list")
@node_option
@officer_options
@json_option
def list_(*, node_directory: Path, officer_name: str, password_file: Path | None, as_json: bool) -> None:
    """List every account, closed ones included."""
    from egnatia.accounts import authorise, officers

    with open_node(node_directory) as node:
        authorise(sign_in(node, officer_name, password_file), Action.MANAGE_ACCOUNTS)
        with node.database.read() as tx:
            accounts = officers(tx)
    if as_json:
        echo_json(accounts)
        return
    echo_table(
        ("account", "name", "roles", "created", "closed", "paused until"),
        (
            (
                each.officer.id,
                each.officer.name,
                ", ".join(sorted(each.officer.roles)),
                each.created_at,
                each.disabled_at,
                each.locked_until,
            )
            for each in accounts
        ),
    )


@group.command()
@click.argument("account")
@node_option
@officer_options
def disable(*, account: str, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Close ACCOUNT (its name or its id) for good and end its sessions."""
    from egnatia.accounts import authorise, disable_officer

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_ACCOUNTS)
        found = _found(node, account)
        node.commit(lambda tx: disable_officer(tx, found.id, officer.id, node.clock()))
    click.echo(f"account {found.name} ({found.id}) is closed; its sessions ended")


@group.command()
@click.argument("account")
@node_option
@officer_options
@_new_password_option
def password(
    *,
    account: str,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    new_password_file: Path | None,
) -> None:
    """Give ACCOUNT a new password: your own account, or any as administrator. Its sessions end."""
    from egnatia.accounts import authorise, change_password

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if account not in {
            officer.id,
            officer.name,
        }:  # before it is looked up: who else is here is nobody else's business
            authorise(officer, Action.MANAGE_ACCOUNTS)
        found = _found(node, account)
        new = _new_password(new_password_file)
        node.commit(lambda tx: change_password(tx, found.id, new, officer.id, node.clock()))
    click.echo(f"account {found.name} has a new password; its sessions ended")


@group.command()
@click.argument("account")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([each.value for each in Role]))
@node_option
@officer_options
def roles(
    *, account: str, roles: tuple[str, ...], node_directory: Path, officer_name: str, password_file: Path | None
) -> None:
    """Give ACCOUNT exactly the roles named. Its sessions end."""
    from egnatia.accounts import authorise, change_roles

    held = {Role(role) for role in roles}
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_ACCOUNTS)
        found = _found(node, account)
        node.commit(lambda tx: change_roles(tx, found.id, held, officer.id, node.clock()))
    click.echo(f"account {found.name} has the roles {', '.join(sorted(held))}; its sessions ended")


def _found(node: "Node", account: str) -> Officer:
    """The officer behind a name or an id.

    Raises:
        NotFoundError: there is none.
    """
    from egnatia.accounts import officers

    with node.database.read() as tx:
        found = [each.officer for each in officers(tx) if account in {each.officer.id, each.officer.name}]
    if not found:
        raise NotFoundError(f"there is no account {account}", hint="`egnatia account list` shows all of them.")
    return found[0]
