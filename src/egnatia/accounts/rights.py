"""What an officer may do, and that a second look comes from a second person."""

from egnatia.errors import ForbiddenError
from egnatia.model.ids import OfficerId
from egnatia.model.officers import PERMISSIONS, Action, Officer


def authorise(officer: Officer, action: Action) -> None:
    """Let the officer do the action, or stop.

    Raises:
        ForbiddenError: none of the officer's roles allows it; the message names the roles that do.
    """
    if not officer.may(action):
        holders = ", ".join(sorted(PERMISSIONS.get(action, frozenset()))) or "nobody"
        raise ForbiddenError(f"the action {action.value} needs one of these roles: {holders}")


def require_other(officer: Officer, first_officer_id: OfficerId | None) -> None:
    """Four eyes: whoever decides is not the one who proposed (DIS-03; Regulation (EU) 2024/982 art. 47).

    Raises:
        ForbiddenError: it is the same officer, or nobody is on record as the first.
    """
    if first_officer_id is None or officer.id == first_officer_id:
        raise ForbiddenError(
            "two people have to decide this, and you took the first step",
            hint="Ask a colleague who holds the role to look at it and decide.",
        )
