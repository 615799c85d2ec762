"""`egnatia document`: read and check travel documents; needs no node."""

import click

from egnatia.cli.common import echo_json, json_option
from egnatia.cli.document_chip import chip
from egnatia.cli.document_generate import generate
from egnatia.cli.document_image import image
from egnatia.cli.document_inspect import inspect
from egnatia.cli.document_mrz import mrz
from egnatia.cli.document_report import replay, report
from egnatia.cli.document_seal import seal
from egnatia.cli.document_series import series
from egnatia.cli.document_trust import trust


@click.group()
def group() -> None:
    """Read and check travel documents."""


group.add_command(mrz)
group.add_command(inspect)
group.add_command(replay)
group.add_command(report)
group.add_command(chip)
group.add_command(generate)
group.add_command(image)
group.add_command(seal)
group.add_command(series)
group.add_command(trust)


@group.command()
@json_option
def codes(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the codes of issuers and nationalities that the reader knows."""
    from babel import Locale

    from egnatia.engines.documents import CODES

    territories = Locale("en").territories
    for code in sorted(CODES.values(), key=lambda code: code.code):
        name = code.name or territories.get(code.alpha_2, "")
        if as_json:
            echo_json({"code": code.code, "alpha_2": code.alpha_2, "kind": code.kind, "name": name})
        else:
            click.echo(f"{code.code:<4}{code.alpha_2:<3} {code.kind.replace('_', ' '):<18} {name}".rstrip())
