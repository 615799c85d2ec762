"""One request as a page function sees it, and the replies that it may give.

A page is a plain function `Visit -> Reply`: it runs in a worker thread, touches no web framework and can be called in
a test as it is. Templates and headers are added afterwards, by `app.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from egnatia.console.language import Language
from egnatia.console.port import NodePort
from egnatia.errors import Error, NotAuthenticatedError
from egnatia.model.officers import Officer


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form: what its sender called it, and its bytes, in memory only."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Fields of the address or of a posted form, each with all its values."""

    values: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The first value without outer space, or an empty text."""
        return self.values.get(name, ("",))[0].strip()

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may stand several times."""
        return self.values.get(name, ())


@dataclass(frozen=True, slots=True)
class Visit:
    """One request.

    Attributes:
        node: the node behind this console.
        language: the language of the reply.
        now: the moment the request came in.
        method: GET or POST.
        path: the path of the address.
        query: fields of the address.
        form: fields of the posted form; empty for GET.
        parts: values of the path's named parts.
        officer: who is logged in, if anybody.
        token: that officer's session token.
        secure: whether the request came over TLS.
        keys: whether the officer wants keyboard shortcuts.
    """

    node: NodePort
    language: Language
    now: datetime
    method: str
    path: str
    query: Form
    form: Form
    parts: Mapping[str, str]
    officer: Officer | None
    token: str | None
    secure: bool
    keys: bool

    @property
    def who(self) -> Officer:
        """The officer behind the visit.

        Raises:
            NotAuthenticatedError: nobody is logged in.
        """
        if self.officer is None:
            raise NotAuthenticatedError("nobody is logged in", hint="Log in and open the page again.")
        return self.officer


@dataclass(frozen=True, slots=True)
class Html:
    """A page.

    Attributes:
        template: file under `templates/`.
        values: what the template shows.
        status: HTTP status.
        data: the page's JSON twin, served instead when it is asked for; None where there is none.
        refresh_s: seconds after which the browser asks again, because the officer wanted that.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    data: Any = None
    refresh_s: int | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go to another page of this console (303 See Other, RFC 9110 section 15.4.4).

    Attributes:
        to: a path of this console.
        session: a new session token to set, an empty text to take the old one away, None to leave it.
        preferences: other cookies to set (`lang`, `keys`); they hold no personal data.
    """

    to: str
    session: str | None = None
    preferences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the officer to keep; the browser does not show it.

    Attributes:
        name: what it is called; ASCII letters, digits, dots and hyphens.
        content: its bytes.
        media_type: what it is.
    """

    name: str
    content: bytes
    media_type: str


Reply = Html | Redirect | Download
PageFunction = Callable[[Visit], Reply]


def in_words(error: Error) -> str:
    """An error as one text for a form: what is wrong, then what to do."""
    return f"{error.message.rstrip('.')}. {error.hint()}"
