"""Password hashing with Argon2id (RFC 9106), and the few rules that a new password must meet.

The rules follow NIST SP 800-63B: length counts, composition rules and forced changes do not help. The parameters are
one argument, so that a test can be fast; a node always uses `STANDARD`.
"""

import threading
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2 import profiles as argon2_profiles
from argon2.exceptions import InvalidHashError, VerificationError

from egnatia.errors import InputError

MIN_CHARACTERS = 12
MAX_CHARACTERS = 256
"""Above any phrase a person types; bounds the work that a stranger can cause."""
_SALT_BYTES = 16
_DUMMY_PASSWORD = "no account has this password"  # noqa: S105 - compared against when a name is unknown


@dataclass(frozen=True, slots=True)
class Hashing:
    """Cost of one Argon2id hash.

    Attributes:
        passes: over the memory.
        memory_kib: memory in KiB.
        lanes: computed in parallel.
    """

    passes: int
    memory_kib: int
    lanes: int


STANDARD = Hashing(
    passes=argon2_profiles.RFC_9106_LOW_MEMORY.time_cost,
    memory_kib=argon2_profiles.RFC_9106_LOW_MEMORY.memory_cost,
    lanes=argon2_profiles.RFC_9106_LOW_MEMORY.parallelism,
)
"""RFC 9106 section 4, second recommended option: three passes over 64 MiB in four lanes."""


_AT_A_TIME = threading.BoundedSemaphore(2)
"""Hashes computed at once: more would only let a flood of tries take 64 MiB each."""


@cache
def _hasher(hashing: Hashing) -> PasswordHasher:
    return PasswordHasher(time_cost=hashing.passes, memory_cost=hashing.memory_kib, parallelism=hashing.lanes)


def _prepared(password: str) -> bytes:
    """The same bytes for the same password however a keyboard composes its letters (ë as one or as two characters)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def check_new_password(password: str, name: str) -> None:
    """Say what is wrong with a new password.

    Raises:
        InputError: too short, too long, the account's own name, or one character repeated.
    """
    if len(password) < MIN_CHARACTERS:
        raise InputError(
            f"the password has {len(password)} characters; it needs at least {MIN_CHARACTERS}",
            hint="A few unrelated words are easy to remember and long enough.",
        )
    if len(password) > MAX_CHARACTERS:
        raise InputError(f"the password has {len(password)} characters; at most {MAX_CHARACTERS} are allowed")
    if password.casefold().strip() == name.casefold().strip():
        raise InputError("the password is the account's name", hint="Choose something that nobody can see on a list.")
    if len(set(password)) == 1:
        raise InputError("the password is one character repeated", hint="A few unrelated words are long enough.")


def hash_password(password: str, salt: bytes, hashing: Hashing) -> str:
    """Hash a password; the result names its own parameters (PHC string)."""
    with _AT_A_TIME:
        return _hasher(hashing).hash(_prepared(password), salt=salt[:_SALT_BYTES])


@cache
def dummy_hash(hashing: Hashing) -> str:
    """A hash for a name that has no account, so that checking it costs the same."""
    return hash_password(_DUMMY_PASSWORD, bytes(_SALT_BYTES), hashing)


def is_right(encoded: str, password: str, hashing: Hashing) -> bool:
    """Whether the password is the one that was hashed. Takes the same time for right and wrong."""
    try:
        with _AT_A_TIME:
            return _hasher(hashing).verify(encoded, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(encoded: str, hashing: Hashing) -> bool:
    """Whether the hash was made with other parameters and should be made again at the next right login."""
    return _hasher(hashing).check_needs_rehash(encoded)
