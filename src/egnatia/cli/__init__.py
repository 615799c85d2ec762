"""The command line: `egnatia <noun> <verb>`, one module per noun, each loaded only when it is used.

Results go to standard output, everything else to standard error. Exit status: 0 done; 1 the answer is negative; 2 bad
usage or input; 3 configuration; 4 not found; 5 refused; 6 unreachable or busy; 7 tampered; 8 not allowed; 9 conflict;
10 storage. `docs/reference/commands.md` lists every command.
"""

import errno
from importlib import import_module
from typing import Any

import click

from egnatia import __version__
from egnatia.errors import Error, InputError, StorageError

NOUNS: dict[str, str] = {
    "account": "Officers' accounts of a node.",
    "agreement": "Who may ask whom what, and by which instrument.",
    "alert": "Patterns of questions that a supervisor should look at.",
    "blind": "Lists that partners can ask without telling what they ask.",
    "case": "One case from its first check to its outcome.",
    "claim": "Protection claims that must never show (local only).",
    "correction": "Correct, erase or restrict data wherever they went.",
    "crossing": "Check crossings, first and second line; officers decide.",
    "demo": "A task force of five nodes on this machine, and one case through all of it.",
    "device": "The machines that read documents, and their regular tests.",
    "dna": "Import, search and compare DNA profiles in files.",
    "document": "Read and check travel documents.",
    "enquiry": "Ask partners, and see who answered.",
    "followup": "Ask for core data after a hit, or answer such a request.",
    "forgery": "Templates of false documents, and alerts about them.",
    "handling": "Read, write, convert and compare handling markings.",
    "hit": "Look at candidates and decide on them.",
    "indicator": "Figures, each with the records behind it.",
    "ledger": "Verify, export and read the ledger.",
    "lookup": "Local lists for the border check, when nobody can be asked.",
    "node": "Create, check and serve one partner's node.",
    "outcome": "Record what came of a hit.",
    "partner": "Partners: cards, keys, membership, and whether they can be reached.",
    "people": "Compare names and search lists of persons.",
    "person": "A node's own person records.",
    "register": "A node's lost-and-stolen register.",
    "release": "Release core data: one officer proposes, another decides.",
    "trust": "Trust files of partners: share, look, accept by two, refuse.",
    "series": "False documents that seem to come from one source.",
}

MOST_SAID = 2_000
"""Characters of a message that are printed: what was typed, and stands in it, may be a whole file pasted by mistake."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def report(error: Error) -> None:
    """Tell the person at the terminal what happened, then what to do."""
    from egnatia.cli.common import shown

    said = error.message if error.message.startswith(error.code) else f"{error.code}: {error.message}"
    click.echo(f"egnatia: {shown(_cut(said))}", err=True)
    click.echo(f"  → {shown(_cut(error.hint()))}", err=True)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]} … ({len(text):,} characters)"


def of_system(error: OSError) -> Error:
    """What the operating system refused, as an error of ours: a file that an officer named, or a disk that is full."""
    where = f"{error.filename}: " if error.filename else ""
    said = f"{where}{error.strerror or type(error).__name__}"
    if error.errno in _FULL:
        return StorageError(said)
    return InputError(said, hint="Check each path of the command: that it is there, what it is, and who may use it.")


class Nouns(click.Group):
    """A group that imports a noun's module when that noun is used, so that `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every noun, in alphabetical order."""
        del ctx
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the group of one noun."""
        del ctx
        if cmd_name not in NOUNS:
            return None
        group: click.Group = import_module(f"egnatia.cli.{cmd_name}").group
        return group

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the nouns from the table, without importing any of them."""
        del ctx
        with formatter.section("Nouns"):
            formatter.write_dl(sorted(NOUNS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an `Error` becomes a message, a hint and its exit status, and so does what the system refuses."""
        try:
            return super().invoke(ctx)
        except Error as error:
            report(error)
            raise click.exceptions.Exit(error.exit_status) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # nobody reads any more; click ends quietly
                raise
            told = of_system(error)
            report(told)
            raise click.exceptions.Exit(told.exit_status) from error


@click.command(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="egnatia %(version)s")
def cli() -> None:
    """One partner's node of the joint task force.

    Start with `egnatia demo up`, or with `egnatia document inspect` on a machine-readable zone.
    """


def main() -> None:
    """Run the command line."""
    cli.main(prog_name="egnatia")
