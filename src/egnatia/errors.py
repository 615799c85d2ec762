"""The one tree of errors.

Error:
    ├── InputError            the data given is not what it claims to be
    ├── ConfigError           the node's settings or files are wrong
    ├── NotFoundError         no such thing on this node
    ├── RefusedError          an agreement, a partner or a rule said no (always with one RefusalReason)
    ├── NotAuthenticatedError nobody is logged in, or the password is wrong
    ├── ForbiddenError        this officer may not do this
    ├── ConflictError         it was already decided, or it changed meanwhile
    ├── UnreachableError      the line or the partner is down
    ├── TamperedError         a signature, a hash or the ledger does not hold
    ├── ErasedError           the content was erased; only its commitment is left
    ├── BusyError             too much is waiting already; the same can be tried again in a moment
    └── StorageError          the disk is full or the database cannot be written

Each has a code, an exit status for the command line, an HTTP status, and a hint: what the person who sees it can do.
"""

from typing import ClassVar

from egnatia.model.states import RefusalReason


class Error(Exception):
    """Base of everything this project raises on purpose."""

    code: ClassVar[str] = "ERROR"
    exit_status: ClassVar[int] = 2
    http_status: ClassVar[int] = 500
    default_hint: ClassVar[str] = "Run `egnatia node doctor` on this node and report what it prints."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self._hint = hint

    def hint(self) -> str:
        """What a person can do next, in one or two sentences."""
        return self._hint if self._hint is not None else self.default_hint


class InputError(Error):
    """The data given is not what it claims to be."""

    code = "INPUT"
    exit_status = 2
    http_status = 422
    default_hint = "Check the value named above and try again; nothing was stored."


class ConfigError(Error):
    """The node's settings or files are wrong."""

    code = "CONFIG"
    exit_status = 3
    http_status = 500
    default_hint = "Correct the file named above; `egnatia node doctor` checks all of them."


class NotFoundError(Error):
    """There is no such thing on this node."""

    code = "NOT_FOUND"
    exit_status = 4
    http_status = 404
    default_hint = "Check the reference; the matching `list` command shows what there is."


class RefusedError(Error):
    """An agreement, a partner or a rule said no."""

    code = "REFUSED"
    exit_status = 5
    http_status = 403
    default_hint = "The documentation (docs/reference/refusals.md) says what each reason means and what helps."

    def __init__(self, reason: RefusalReason, message: str, *, hint: str | None = None) -> None:
        super().__init__(f"{reason.value}: {message}", hint=hint)
        self.reason = reason
        self.detail = message


class UnreachableError(Error):
    """The line or the partner is down."""

    code = "UNREACHABLE"
    exit_status = 6
    http_status = 504
    default_hint = "Nothing is lost: the message waits and is sent again by itself. This is not a `no hit`."


class TamperedError(Error):
    """A signature, a hash or the ledger does not hold."""

    code = "TAMPERED"
    exit_status = 7
    http_status = 409
    default_hint = "Stop relying on this node's records, keep its files as they are and call the auditor."


class NotAuthenticatedError(Error):
    """Nobody is logged in, or the name and password do not belong together."""

    code = "NOT_AUTHENTICATED"
    exit_status = 8
    http_status = 401
    default_hint = "Check the account name and the password. After five wrong tries an account pauses for a while."


class ForbiddenError(Error):
    """This officer may not do this."""

    code = "FORBIDDEN"
    exit_status = 8
    http_status = 403
    default_hint = "Ask an officer who holds the role named above, or the administrator of this node."


class ConflictError(Error):
    """It was already decided, or it changed meanwhile."""

    code = "CONFLICT"
    exit_status = 9
    http_status = 409
    default_hint = "Look at the present state first; nothing was changed by this try."


class ErasedError(Error):
    """The content was erased; only its commitment is left."""

    code = "ERASED"
    exit_status = 4
    http_status = 410
    default_hint = "This is final: its key was destroyed. The ledger still proves that the entry existed."


class BusyError(Error):
    """Too much is waiting already; the same can be tried again in a moment."""

    code = "BUSY"
    exit_status = 6
    http_status = 503
    default_hint = "Nothing was stored and nothing is wrong: try again in a few seconds. Partners do so by themselves."

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StorageError(Error):
    """The disk is full or the database cannot be written."""

    code = "STORAGE"
    exit_status = 10
    http_status = 503
    default_hint = (
        "Free disk space or repair the database; nothing half-written was kept, and partners will send again."
    )
