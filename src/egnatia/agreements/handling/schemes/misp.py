"""MISP's distribution levels 0 to 4, as the MISP core format (draft-dulaunoy-misp-core-format) and MISP itself have them.

Level 5 means "as the event it belongs to": it has no meaning of its own and is refused here; whoever reads an event
gives its parts the event's level first. At the hand-over to another community level 2 becomes 1, and 0 and 1 do not
go (`at_sync`). A level 4 names its organisations; the other levels name none (`sharing_group_id` 0).
"""

from egnatia.agreements.handling.schemes.types import Circumstances, Code, Marking, Need, Scheme, named
from egnatia.model.handling import Audience, Label, Onward, Scope


def _own(_: Marking, circumstances: Circumstances) -> Label:
    return named(circumstances, frozenset({circumstances.originator}), Onward.NONE)


def _group(marking: Marking, circumstances: Circumstances) -> Label:
    return named(circumstances, frozenset(marking.orgs), Onward.AUDIENCE_ONLY)


def _circle(scope: Scope, meaning: str) -> Code:
    return Code(meaning, lambda _, known: Label(frozenset({known.originator}), Audience(scope)))


SCHEME = Scheme(
    name="misp",
    title="MISP distribution",
    origin="MISP core format, draft-dulaunoy-misp-core-format; MISP app/Model/Event.php for the decay at a hand-over",
    sources={},
    information={},
    codes={
        "0": Code("own organisation only", _own),
        "1": _circle(Scope.TASK_FORCE, "this community only"),
        "2": _circle(Scope.CONNECTED, "this and the connected communities"),
        "3": _circle(Scope.COMMUNITIES, "all communities"),
        "4": Code("the organisations of a sharing group", _group, orgs=Need.MUST),
    },
    combinations=(("0",), ("4",), ("1",), ("2",), ("3",)),
)


def at_sync(level: str) -> str | None:
    """The level with which an item arrives in another community; None when it does not go there.

    Args:
        level: one of "0" to "4".
    """
    return {"0": None, "1": None, "2": "1", "3": "3", "4": "4"}[level]
