"""Linkage: which records of a whole register, or of two registers, are of one person, with the odds stated and never a merge.

`link` puts records beside each other by the keys of the index (`keys`, `blocks`), learns from the register itself what agreement is
worth (`learning`, `em`; Fellegi and Sunter, 1969), and weighs every pair (`model`). `Clusters` makes groups of links and of what people
judged, keeps them up to date and can take back anything. `Explainer` says what a pair is made of. `spark` does the weighing on many
machines. Figures and limits: docs/reference/people.md, bench/people/linkage.py. Loads NumPy; imported by whoever links.
"""

from egnatia.engines.people.link.clusters import Change, Clusters, Weighed, weighed
from egnatia.engines.people.link.explaining import Explained, Explainer, explained
from egnatia.engines.people.link.fields import Field, Grade
from egnatia.engines.people.link.files import RegisterFile, read_register, register_from
from egnatia.engines.people.link.judgements import (
    Book,
    Judgement,
    Shown,
    Undone,
    Verdict,
    from_line,
    read_book,
    to_line,
)
from egnatia.engines.people.link.linkage import LINK_FROM, Linked, Settings, bits_of, link
from egnatia.engines.people.link.model import Model, from_json, to_json
from egnatia.engines.people.link.register import Register, register_of, register_of_columns

__all__ = [
    "LINK_FROM",
    "Book",
    "Change",
    "Clusters",
    "Explained",
    "Explainer",
    "Field",
    "Grade",
    "Judgement",
    "Linked",
    "Model",
    "Register",
    "RegisterFile",
    "Settings",
    "Shown",
    "Undone",
    "Verdict",
    "Weighed",
    "bits_of",
    "explained",
    "from_json",
    "from_line",
    "link",
    "read_book",
    "read_register",
    "register_from",
    "register_of",
    "register_of_columns",
    "to_json",
    "to_line",
    "weighed",
]
