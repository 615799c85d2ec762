"""Where a console may listen without TLS: on this machine and nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.federation.world import ALB, Clock

from egnatia.cli.serving import check_console
from egnatia.errors import ConfigError
from egnatia.node import create_node
from egnatia.settings import ConsoleSettings, Settings


@pytest.mark.parametrize(
    ("host", "certificate", "good"),
    [
        ("127.0.0.1", "", True),
        ("127.8.8.8", "", True),
        ("::1", "", True),
        ("localhost", "", True),
        ("10.0.0.1", "", False),
        ("::", "", False),
        ("node.example", "", False),
        ("localhost.example", "", False),
        ("", "", False),
        ("10.0.0.1", "console.pem", True),
        ("node.example", "console.pem", True),
    ],
)
def test_a_console_without_tls_listens_on_this_machine_only(
    tmp_path: Path,
    host: str,
    certificate: str,
    good: bool,  # noqa: FBT001 - a table
) -> None:
    node = create_node(tmp_path / "node", Settings(code=ALB, name="Albania"), Clock())
    node.settings = replace(node.settings, console=ConsoleSettings(host=host, tls_certificate=certificate))
    if good:
        check_console(node)
    else:
        with pytest.raises(ConfigError) as caught:
            check_console(node)
        assert "TLS" in caught.value.message
    node.close()
