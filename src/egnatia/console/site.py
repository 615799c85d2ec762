"""What a route is: path, method, page function and the right that it needs. Default deny: a route without one cannot be."""

from dataclasses import dataclass
from enum import Enum

from egnatia.accounts import authorise
from egnatia.console.visit import PageFunction, Visit
from egnatia.model.officers import Action


class Door(Enum):
    """Who may use a page that no action of `model.officers` covers."""

    ANYONE = "anyone"
    """Also somebody who is not logged in: the login page only."""
    OFFICER = "officer"
    """Every officer who is logged in, whatever the role."""


@dataclass(frozen=True, slots=True)
class Route:
    """One page.

    Attributes:
        path: path with named parts, such as `/candidates/{id}`.
        page: the page function.
        right: the action that an officer must be allowed to do, or a door.
        methods: HTTP methods that it answers.
    """

    path: str
    page: PageFunction
    right: Action | Door
    methods: tuple[str, ...] = ("GET",)


def admit(route: Route, visit: Visit) -> None:
    """Let the visit in or raise.

    Raises:
        NotAuthenticatedError: nobody is logged in.
        ForbiddenError: the officer's roles do not allow the action.
    """
    if route.right is Door.ANYONE:
        return
    officer = visit.who
    if isinstance(route.right, Action):
        authorise(officer, route.right)
