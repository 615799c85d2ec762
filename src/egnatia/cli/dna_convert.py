"""`egnatia dna convert`: profiles from any format that is read to any that is written, with what is lost said first."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import one_of, shown
from egnatia.cli.dna_options import FILE, kind_option, numbers_of, numbers_option, profiles_of
from egnatia.engines.dna.formats.names import Format
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.formats.writing import Loss

_SHOWN = 20
"""Losses that are named one by one; what follows is counted."""


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--format", "target", type=one_of(Format), default=Format.CODIS.value, show_default=True, help="Format to write."
)
@click.option("--source", default="", help="Laboratory that sends, 1 to 10 characters; for codis and nist.")
@click.option(
    "--to", "destination", default="", help="Laboratory that receives, 1 to 10 characters; for codis and nist."
)
@click.option("--user", default="", help="Who submits, 1 to 20 characters; for codis. A function, not a name.")
@click.option("--strict", is_flag=True, help="Write nothing when the format cannot say everything.")
@kind_option
@numbers_option
def convert(
    file: Path, *, target: str, strict: bool, kind: str | None, numbers_file: Path | None, **given: str
) -> None:
    """Write the profiles of FILE in another format on standard output.

    What the format has no place for is left out and named on standard error; with --strict it is refused. Whatever FILE
    said of a donor was not read and is not written.
    """
    from datetime import UTC, datetime

    from egnatia.engines.dna.formats.writing import Sending, losses, write_profiles

    _ask_for_sender(Format(target), given)
    numbers = numbers_of(numbers_file)
    profiles = profiles_of(file, kind, numbers)
    lost = [*losses(profiles, Format(target))]
    if strict and lost:
        _name(lost)
        raise InputError(f"{target} cannot say {len(lost)} things; nothing was written", hint="Choose another format.")
    sending = Sending(datetime.now(UTC), given["destination"], given["source"], given["user"], numbers)
    written = b"".join(write_profiles(profiles, Format(target), sending))
    click.echo(written, nl=False)
    _name(lost)


def _ask_for_sender(target: Format, given: dict[str, str]) -> None:
    """Refuse a format that says who sends to whom, when nobody said it.

    Raises:
        InputError: naming the options that lack.
    """
    wanted = {Format.CODIS: ("source", "destination", "user"), Format.NIST: ("source", "destination")}.get(target, ())
    lacking = [_OPTIONS[each] for each in wanted if not given[each]]
    if lacking:
        raise InputError(
            f"a file in {target} says who sends it to whom",
            hint=f"Add {' and '.join(lacking)}, for example `{' '.join(_EXAMPLES[each] for each in lacking)}`.",
        )


_OPTIONS = {"source": "--source", "destination": "--to", "user": "--user"}
_EXAMPLES = {"--source": "--source ALDNA", "--to": "--to GBDNA", "--user": "--user examiner-1"}


def _name(lost: "Iterable[Loss]") -> None:
    """Say what was lost, the same of many profiles in one line."""
    by_what: dict[str, list[str]] = {}
    for each in lost:
        by_what.setdefault(each.what, []).append(each.ref)
    for number, (what, refs) in enumerate(by_what.items()):
        if number == _SHOWN:
            click.echo(f"and {len(by_what) - _SHOWN} more", err=True)
            return
        of = shown(refs[0]) if len(refs) == 1 else f"{len(refs):,} profiles"
        click.echo(f"left out, {of}: {what}", err=True)
