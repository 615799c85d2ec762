"""`egnatia handling`: read, write, convert and compare handling markings; needs no node."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import Command, echo_json, json_option, shown
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.agreements.handling import Circumstances, Marking
    from egnatia.model.handling import Label

_READ_AT_MOST = 64 * 1024
"""Bytes of a label's file: a label has about 500, one with everything it may have under 40,000."""


def _circumstances(command: Command) -> Command:
    """Add what both sides know without the marking."""
    command = click.option(
        "--party",
        "parties",
        multiple=True,
        metavar="CODE",
        help="Party of the agreement; repeat it. The originator is one.",
    )(command)
    return click.option("--originator", required=True, metavar="CODE", help="Whose item it is, such as ALB.")(command)


def _beside(command: Command) -> Command:
    """Add what stands beside the codes."""
    for name, text in (
        ("person", "Person beside the code, by opaque reference; repeat it."),
        ("org", "Organisation beside the code; repeat it."),
        ("condition", "Condition in words beside the code; repeat it."),
    ):
        command = click.option(f"--{name}", f"{name}s", multiple=True, help=text)(command)
    return command


@click.group()
def group() -> None:
    """Read, write, convert and compare handling markings."""


@group.command("import")
@click.argument("scheme")
@click.argument("codes", nargs=-1, required=True)
@_circumstances
@_beside
def import_(*, scheme: str, codes: tuple[str, ...], originator: str, parties: tuple[str, ...], **beside: Any) -> None:
    """Print the label that a marking means, as JSON: `egnatia handling import tlp GREEN --originator ALB`.

    An unknown code, a combination that does not exist, or a code without the words it needs is refused.
    """
    from egnatia.agreements.handling import plain, read_marking

    echo_json(plain(read_marking(_marking(scheme, codes, beside), _known(originator, parties))))


@group.command()
@click.argument("scheme")
@click.argument("file", default="-")
@click.option("--party", "parties", multiple=True, metavar="CODE", help="Party of the agreement; repeat it.")
@json_option
def export(*, scheme: str, file: str, parties: tuple[str, ...], as_json: bool) -> None:
    """Print the marking that says exactly the label in FILE (or on standard input), or why the scheme cannot say it."""
    from egnatia.agreements.handling import export_label

    _echo_marking(export_label(read_label(file), scheme, _codes(parties)), as_json=as_json)


@group.command()
@click.argument("scheme")
@click.argument("to")
@click.argument("codes", nargs=-1)
@click.option("--grade", help="Also convert this source grade, such as B; only 5x5x5 to 3x5x2 has a rule.")
@_circumstances
@_beside
@json_option
def convert(
    *,
    scheme: str,
    to: str,
    codes: tuple[str, ...],
    grade: str | None,
    originator: str,
    parties: tuple[str, ...],
    as_json: bool,
    **beside: Any,
) -> None:
    """Convert a marking of SCHEME to the scheme TO, exactly or not at all: nothing is rounded."""
    from egnatia.agreements.handling import convert as convert_marking
    from egnatia.agreements.handling import convert_source
    from egnatia.model.handling import Grading

    if not codes and grade is None:
        raise click.UsageError("Give handling codes, a source grade, or both.")
    if grade is not None:
        source = convert_source(Grading(scheme, grade, ""), to)
        if as_json:
            echo_json({"scheme": to, "source": source})
        else:
            click.echo(f"source {source}")
    if codes:
        written = convert_marking(_marking(scheme, codes, beside), to, _known(originator, parties))
        _echo_marking(written, as_json=as_json)


@group.command()
@click.argument("first")
@click.argument("second")
@json_option
def compare(*, first: str, second: str, as_json: bool) -> None:
    """Compare the labels in two files: which is at least as strict, where not, and the strictest of both."""
    from egnatia.agreements.handling import meet, plain, wider_in

    one, two = read_label(first), read_label(second)
    wider, looser = wider_in(one, two), wider_in(two, one)
    if as_json:
        echo_json({"first_wider_in": wider, "second_wider_in": looser, "meet": plain(meet(one, two))})
        return
    if not wider and not looser:
        click.echo("the two labels are the same")
    elif not wider:
        click.echo(f"the first is at least as strict; the second allows more: {', '.join(looser)}")
    elif not looser:
        click.echo(f"the second is at least as strict; the first allows more: {', '.join(wider)}")
    else:
        click.echo(
            f"neither is stricter: the first allows more in {', '.join(wider)}, the second in {', '.join(looser)}"
        )
    click.echo("what is made of both:")
    tell(meet(one, two))


@group.command()
@click.argument("file", default="-")
@json_option
def show(*, file: str, as_json: bool) -> None:
    """Show the label in FILE (or on standard input) in words, with its hash."""
    from egnatia.agreements.handling import label_sha256, plain

    label = read_label(file)
    if as_json:
        echo_json(plain(label) | {"label_sha256": label_sha256(label)})
        return
    tell(label)
    click.echo(f"hash: {label_sha256(label)}")


@group.command()
@click.argument("scheme", required=False)
@json_option
def codes(*, scheme: str | None, as_json: bool) -> None:
    """List the schemes, or every code of one of them with its meaning and what stands beside it."""
    from egnatia.agreements.handling import SCHEMES, scheme_of

    if scheme is None:
        rows = [{"scheme": each.name, "title": each.title, "source": each.origin} for each in SCHEMES.values()]
        echo_json(rows) if as_json else click.echo("\n".join(f"{row['scheme']}: {row['title']}" for row in rows))
        return
    found = scheme_of(scheme)
    rows = [{"kind": "source", "code": code, "meaning": said} for code, said in found.sources.items()]
    rows += [{"kind": "information", "code": code, "meaning": said} for code, said in found.information.items()]
    rows += [{"kind": "handling", "code": code, "meaning": each.meaning} for code, each in found.codes.items()]
    echo_json(rows) if as_json else click.echo(
        "\n".join(
            [f"{found.title} ({found.origin})", *(f"  {row['kind']} {row['code']}: {row['meaning']}" for row in rows)]
        )
    )


def _marking(scheme: str, codes: tuple[str, ...], beside: dict[str, tuple[str, ...]]) -> "Marking":
    from egnatia.agreements.handling import Marking, scheme_of

    prefix = scheme_of(scheme).prefix
    plain_codes = tuple(code.removeprefix(prefix) for code in codes)
    return Marking(scheme, plain_codes, beside["conditions"], beside["orgs"], beside["persons"])


def _known(originator: str, parties: tuple[str, ...]) -> "Circumstances":
    from egnatia.agreements.handling import Circumstances

    return Circumstances(next(iter(_codes((originator,)))), _codes(parties))


def _codes(texts: tuple[str, ...]) -> Any:
    from egnatia.model.ids import PARTNER_CODE, PartnerCode

    for text in texts:
        if not PARTNER_CODE.fullmatch(text):
            raise InputError(
                f"{text[:20]!r} is not a partner's code", hint="A code has three capital letters, such as ALB."
            )
    return frozenset(PartnerCode(text) for text in texts)


def read_label(file: str) -> "Label":
    """The label in a file, or on standard input for `-`.

    Raises:
        InputError: it cannot be read.
        RefusedError: HANDLING_UNKNOWN, it is no label.
    """
    from egnatia.agreements.handling import from_text

    try:
        if file == "-":
            content = sys.stdin.buffer.read(_READ_AT_MOST + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(_READ_AT_MOST + 1)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from None
    if len(content) > _READ_AT_MOST:
        raise InputError(f"a label has at most {_READ_AT_MOST:,} bytes", hint="Is this the right file?")
    return from_text(content)


def _echo_marking(marking: "Marking", *, as_json: bool) -> None:
    from egnatia.agreements.handling import scheme_of

    if as_json:
        echo_json(marking)
        return
    prefix = scheme_of(marking.scheme).prefix
    click.echo(" ".join(prefix + code for code in marking.codes))
    for name, values in (("condition", marking.conditions), ("org", marking.orgs), ("person", marking.persons)):
        for value in values:
            click.echo(f"  {name}: {shown(value)}")


_SENTENCES: tuple[tuple[str, Callable[["Label"], str]], ...] = (
    ("originator", lambda label: ", ".join(sorted(label.originators))),
    ("may reach", lambda label: label.audience.scope.value.replace("_", " ")),
    ("organisations", lambda label: _names(label.audience.orgs)),
    ("persons", lambda label: _names(label.audience.persons)),
    ("onward", lambda label: label.onward.value.replace("_", " ")),
    ("in proceedings", lambda label: "ask the originator" if label.evidence_use.value == "ask" else "free"),
    ("action", lambda label: label.action.value.replace("_", " ")),
    ("sanitisation", lambda label: label.sanitisation.value),
    ("purposes", lambda label: ", ".join(sorted(each.value for each in label.purposes)) or "none"),
    ("review on", lambda label: str(label.review_on or "no day")),
    ("erase on", lambda label: str(label.erase_on or "no day")),
    ("conditions", lambda label: "; ".join(sorted(label.conditions)) or "none"),
)


def _names(names: frozenset[str] | None) -> str:
    return "all in it" if names is None else (", ".join(sorted(names)) or "nobody")


def tell(label: "Label") -> None:
    """Print a label in words, one field to a line."""
    for name, said in _SENTENCES:
        click.echo(f"{name}: {shown(said(label))}")
