"""A fault in the log: where and of what class, on lines that nobody can take for events, and without any value."""

import json
import logging
import re
from typing import NoReturn

import pytest

from egnatia.errors import InputError, StorageError
from egnatia.operations.logs import JsonLines, TextLines, fault_lines

NAME = "KRASNIQI ARBEN"
FORGED = "2026-11-23 00:00:00,000 INFO egnatia.exchange everything is well"
EVENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} ")
FORMS = [pytest.param(TextLines(), id="text"), pytest.param(JsonLines(), id="json")]


def fail(error: Exception) -> NoReturn:
    raise error


def logged(form: logging.Formatter, error: Exception) -> str:
    """What the form makes of a fault."""
    with pytest.raises(type(error)) as caught:
        fail(error)
    info = (type(error), error, caught.tb)
    record = logging.LogRecord("egnatia.test", logging.ERROR, __file__, 1, "a fault of this node", (), info)
    return form.format(record)


def chained(first: Exception, second: Exception) -> Exception:
    """The second as raised from the first, each with its frames."""
    with pytest.raises(type(first)):
        fail(first)
    with pytest.raises(type(second)):
        raise second from first
    return second


QUOTING = [
    ValueError(f"invalid date for {NAME}"),
    KeyError(NAME),
    UnicodeDecodeError("utf-8", NAME.encode(), 0, 1, NAME),
    AssertionError({"name": NAME}),
    ExceptionGroup(NAME, [ValueError(NAME), KeyError(NAME)]),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("error", QUOTING, ids=lambda each: type(each).__name__)
def test_no_value_that_an_error_quotes_is_logged(form: logging.Formatter, error: Exception) -> None:
    written = logged(form, error)
    assert NAME not in written
    assert "KRASNIQI" not in written
    assert type(error).__name__ in written
    assert "test_log_faults.py" in written, "where it happened is there"


@pytest.mark.parametrize("form", FORMS)
def test_neither_cause_nor_context_nor_group_brings_a_value_back(form: logging.Formatter) -> None:
    inner = chained(KeyError(NAME), ValueError(NAME))
    outer = chained(inner, RuntimeError(NAME))
    for error in (outer, ExceptionGroup(NAME, [outer])):
        written = logged(form, error)
        assert NAME not in written
        assert all(name in written for name in ("KeyError", "ValueError", "RuntimeError"))


@pytest.mark.parametrize("form", FORMS)
def test_what_this_project_and_the_system_say_is_logged(form: logging.Formatter) -> None:
    assert "the disk is full" in logged(form, StorageError("the disk is full"))
    assert "No such file or directory" in logged(form, FileNotFoundError(2, "No such file or directory", "node.toml"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_no_error_writes_an_event_of_its_own(form: logging.Formatter, end: str) -> None:
    for error in (InputError(f"x{end}{FORGED}"), OSError(5, f"x{end}{FORGED}"), ValueError(f"x{end}{FORGED}")):
        lines = logged(form, error).splitlines()
        assert [line for line in lines[1:] if EVENT.match(line)] == []
        if isinstance(form, JsonLines):
            assert len(lines) == 1
            assert json.loads(lines[0])["level"] == "error"
        else:
            assert all(line.startswith("    ") for line in lines[1:])


def test_nothing_in_a_traceback_steers_a_terminal() -> None:
    written = logged(TextLines(), InputError("gone\x1b[2J\u202e\x9b1m"))
    assert not {"\x1b", "\u202e", "\x9b"} & set(written)
    assert "gone" in written


def test_a_chain_that_closes_ends() -> None:
    first, second = ValueError("one"), KeyError("two")
    first.__cause__, second.__cause__ = second, first
    assert [line for line in fault_lines(first) if line in ("ValueError", "KeyError")] == ["KeyError", "ValueError"]


def put_in_other_words() -> NoReturn:
    try:
        fail(KeyError("first"))
    except KeyError:
        raise RuntimeError("second") from None


def test_what_an_error_hides_on_purpose_stays_hidden() -> None:
    with pytest.raises(RuntimeError) as caught:
        put_in_other_words()
    assert isinstance(caught.value.__context__, KeyError)
    names = [line for line in fault_lines(caught.value) if not line.startswith(" ")]
    assert names == ["RuntimeError"]


def test_no_fault_is_no_line() -> None:
    assert fault_lines(None) == []
    record = logging.LogRecord("egnatia.test", logging.INFO, __file__, 1, "started", (), None)
    assert TextLines().format(record).count("\n") == 0
