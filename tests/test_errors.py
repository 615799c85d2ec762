"""The one tree of errors: each with its code, exit status, HTTP status and a hint; the drawing is the tree."""

import re

import pytest

import egnatia.errors
from egnatia.errors import Error, RefusedError
from egnatia.model.states import RefusalReason

TREE = sorted(
    (each for each in vars(egnatia.errors).values() if isinstance(each, type) and issubclass(each, Error)),
    key=lambda each: each.__name__,
)
LEAVES = [each for each in TREE if each is not Error]
HTTP = range(400, 600)
RESERVED = (0, 1)
"""Exit statuses: done, and a negative answer."""


def made(kind: type[Error]) -> Error:
    return RefusedError(RefusalReason.NO_AGREEMENT, "words") if kind is RefusedError else kind("words")


def test_the_drawing_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)", egnatia.errors.__doc__ or "")
    assert sorted(drawn) == [each.__name__ for each in LEAVES]
    assert all(each.__bases__ == (Error,) for each in LEAVES)


@pytest.mark.parametrize("kind", LEAVES)
def test_each_says_what_happened_and_what_to_do(kind: type[Error]) -> None:
    error = made(kind)
    assert re.fullmatch(r"[A-Z_]{4,20}", kind.code)
    assert kind.exit_status not in RESERVED
    assert kind.http_status in HTTP
    assert error.hint() == kind.default_hint
    assert kind.default_hint.endswith(".")
    assert kind.__doc__


def test_each_has_a_code_and_a_hint_of_its_own() -> None:
    assert len({each.code for each in TREE}) == len(TREE)
    assert len({each.default_hint for each in TREE}) == len(TREE)


def test_exit_statuses_are_those_of_the_command_lines_help() -> None:
    """2 input, 3 configuration, 4 not found, 5 refused, 6 unreachable, 7 tampered, 8 not allowed, 9 conflict, 10 storage."""
    statuses = {each.code: each.exit_status for each in LEAVES}
    assert statuses == {
        "INPUT": 2,
        "CONFIG": 3,
        "NOT_FOUND": 4,
        "ERASED": 4,
        "REFUSED": 5,
        "BUSY": 6,
        "UNREACHABLE": 6,
        "TAMPERED": 7,
        "NOT_AUTHENTICATED": 8,
        "FORBIDDEN": 8,
        "CONFLICT": 9,
        "STORAGE": 10,
    }


def test_a_hint_of_its_own_wins() -> None:
    assert egnatia.errors.InputError("words", hint="Do this.").hint() == "Do this."
    assert egnatia.errors.InputError("words", hint="").hint() == ""


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_a_refusal_names_its_reason_and_keeps_its_words(reason: RefusalReason) -> None:
    error = RefusedError(reason, "words")
    assert (error.reason, error.detail, error.message) == (reason, "words", f"{reason.value}: words")
    assert str(error) == error.message
