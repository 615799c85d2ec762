"""A report as one HTML file that stands alone: no script, no foreign address, its own style, everything escaped."""

import base64
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from egnatia.engines.documents.report.pages import View
from egnatia.engines.documents.report.speaker import speaker

if TYPE_CHECKING:
    from jinja2 import Environment


class Kind(StrEnum):
    """How much a report shows."""

    OFFICER = "officer"
    """One page: the advice, what wants a look, what was not done."""
    EVIDENCE = "evidence"
    """Everything: each check with its basis, what was presented, and the versions."""


@cache
def _environment(tag: str) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("egnatia.engines.documents.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = speaker(tag).say
    made.filters["png"] = data_uri
    return made


def data_uri(content: bytes) -> str:
    """A PNG as an address that holds all of it."""
    return f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"


def to_html(view: View, kind: Kind = Kind.OFFICER) -> bytes:
    """The report of one view, in its language."""
    template = _environment(view.tag).get_template("report.html")
    return (template.render(view=view, full=kind is Kind.EVIDENCE) + "\n").encode("utf-8", "replace")
