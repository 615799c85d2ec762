"""Settings: one file and the environment, strictly read; what is written is what is read."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from egnatia.errors import ConfigError
from egnatia.model.ids import PartnerCode
from egnatia.settings import (
    FILE_NAME,
    ConsoleSettings,
    DatabaseSettings,
    ExchangeSettings,
    LedgerSettings,
    Settings,
    load_settings,
    parse_settings,
    render_settings,
)

PLAIN = Settings(code=PartnerCode("ALB"), name="Albanian State Police")
PORTS = st.integers(1, 65_535)
TEXTS = st.text(max_size=60)
NAMES = st.text(min_size=1, max_size=60).filter(str.isprintable)


def parse(document: dict[str, Any], **environment: str) -> Settings:
    return parse_settings({"node": {"code": "ALB"}} | document, environment)


def load(directory: Path, text: str) -> Settings:
    (directory / FILE_NAME).write_text(text, encoding="utf-8")
    return load_settings(directory, {})


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    name=NAMES,
    url=TEXTS,
    host=TEXTS,
    ports=st.tuples(PORTS, PORTS),
    seconds=st.integers(1, 86_400),
    minutes=st.integers(1, 10_080),
)
@example(name='A "quoted" \\ name', url='"\\', host="\x7f\x00\n\t", ports=(1, 65_535), seconds=1, minutes=1)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    url: str,
    host: str,
    ports: tuple[int, int],
    seconds: int,
    minutes: int,
) -> None:
    made = Settings(
        code=PartnerCode("XKX"),
        name=name,
        database=DatabaseSettings(url),
        exchange=ExchangeSettings(host=host, port=ports[0]),
        console=ConsoleSettings(port=ports[1], tls_key=url),
        ledger=LedgerSettings(seconds, minutes),
    )
    assert load(tmp_path_factory.mktemp("node"), render_settings(made)) == made


def test_what_is_left_out_has_its_default() -> None:
    assert parse({}) == Settings(code=PartnerCode("ALB"), name="ALB")
    assert parse({}).console.port == 8441


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"unknown": {}}, "'unknown'"),
        ({"console": {"colour": "red"}}, "console.colour"),
        ({"console": {"port": "8441"}}, "console.port"),
        ({"console": {"port": True}}, "console.port"),
        ({"console": {"port": 8441.0}}, "console.port"),
        ({"console": {"port": 0}}, "console.port"),
        ({"exchange": {"port": 70_000}}, "exchange.port"),
        ({"exchange": {"port": -1}}, "exchange.port"),
        ({"console": {"host": 1}}, "console.host"),
        ({"console": 5}, "console"),
        ({"exchange": "x"}, "exchange"),
        ({"ledger": []}, "ledger"),
        ({"ledger": {"checkpoint_seconds": 0}}, "ledger.checkpoint_seconds"),
        ({"ledger": {"audit_minutes": -5}}, "ledger.audit_minutes"),
        ({"node": {}}, "node.code"),
        ({"node": {"code": "alb"}}, "node.code"),
        ({"node": {"code": "ALBA"}}, "node.code"),
        ({"node": {"code": 7}}, "node.code"),
        ({"node": {"code": "ALB", "name": 7}}, "node.name"),
        ({"node": {"code": "ALB", "name": ""}}, "node.name"),
        ({"node": {"code": "ALB", "name": "two\nlines"}}, "node.name"),
        ({"node": {"code": "ALB", "motto": "x"}}, "node.motto"),
        ({"node": "ALB"}, "node"),
    ],
)
def test_what_is_not_a_setting_is_named(document: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(document)
    assert named in caught.value.message
    assert caught.value.hint()


@pytest.mark.parametrize(
    ("variable", "value", "section", "key", "wanted"),
    [
        ("EGNATIA__CONSOLE__PORT", "9000", "console", "port", 9000),
        ("EGNATIA__CONSOLE__HOST", "10.0.0.1", "console", "host", "10.0.0.1"),
        ("EGNATIA__CONSOLE__HOST", "127", "console", "host", "127"),
        ("EGNATIA__DATABASE__URL", "postgresql+psycopg://x/y", "database", "url", "postgresql+psycopg://x/y"),
        ("EGNATIA__LEDGER__AUDIT_MINUTES", "5", "ledger", "audit_minutes", 5),
    ],
)
def test_the_environment_overrides_the_file(
    variable: str, value: str, section: str, key: str, wanted: str | int
) -> None:
    made = parse({section: {key: wanted if isinstance(wanted, str) else 1}}, **{variable: value})
    assert getattr(getattr(made, section), key) == wanted


def test_the_environment_may_name_the_node() -> None:
    made = parse({}, EGNATIA__NODE__NAME="2025")
    assert made.name == "2025"


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("EGNATIA__CONSOLE__PORT", "many", "console.port"),
        ("EGNATIA__CONSOLE__PORT", "²", "console.port"),
        ("EGNATIA__CONSOLE__PORT", "٣", "console.port"),
        ("EGNATIA__CONSOLE__PORT", "", "console.port"),
        ("EGNATIA__CONSOLE__PORT", "99999", "console.port"),
        ("EGNATIA__CONSOLE__COLOUR", "red", "console.colour"),
        ("EGNATIA__NOTHING__X", "1", "EGNATIA__NOTHING__X"),
        ("EGNATIA__NODE__CODE", "alb", "node.code"),
        ("EGNATIA__CONSOLE", "1", "console."),
    ],
)
def test_a_variable_that_is_no_setting_is_named(variable: str, value: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse({}, **{variable: value})
    assert named in caught.value.message


def test_other_variables_are_nobodys_business() -> None:
    assert parse({}, EGNATIA_PASSWORD="x", PATH="/bin", EGNATIA_NODE="/node") == parse({})


@pytest.mark.parametrize("content", ["[node", "code = ", "[node]\ncode = 'ALB'\n[node]\n"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, content)
    assert "not TOML" in caught.value.message


def test_a_directory_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {})
    assert "node init" in caught.value.hint()
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError) as unreadable:
        load_settings(tmp_path, {})
    assert "cannot be read" in unreadable.value.message


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["node", "console", "exchange", "ledger", "database", "other"]),
        st.none()
        | st.integers()
        | st.text(max_size=4)
        | st.dictionaries(
            st.sampled_from(["code", "name", "port", "host", "url", "x"]),
            st.none() | st.integers() | st.text(max_size=4) | st.just("ALB") | st.floats(),
        ),
    ),
    st.dictionaries(
        st.sampled_from(["EGNATIA__NODE__CODE", "EGNATIA__CONSOLE__PORT", "EGNATIA__X__Y", "EGNATIA__"]),
        st.text(max_size=4),
    ),
)
def test_anything_else_is_a_configuration_error_and_nothing_worse(
    document: dict[str, Any], environment: dict[str, str]
) -> None:
    try:
        made = parse_settings(document, environment)
    except ConfigError as error:
        message = error.message
    else:
        message = "fine"
        assert parse_settings({"node": {"code": made.code, "name": made.name}}, {}).code == made.code
    assert message
