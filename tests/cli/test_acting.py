"""What stands around an officer's command: nothing runs before the password, the node is closed whatever happens."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from tests.federation.world import ALB, CHEAP, PASSWORD, World

from egnatia.accounts import STANDARD, Hashing
from egnatia.cli import cli
from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_list, json_option
from egnatia.errors import ConflictError, NotAuthenticatedError, StorageError
from egnatia.model.states import Role
from egnatia.store.tables import officer

seen: list[Acting] = []


@click.command()
@as_officer
@click.argument("what")
@click.option("--fail", is_flag=True)
def act(*, acting: Acting, what: str, fail: bool) -> None:
    """Do WHAT."""
    seen.append(acting)
    if fail:
        raise ConflictError("no")
    said = acting.commit(lambda tx, officer, now: (officer.name, now == acting.node.clock(), tx is not None))
    click.echo(f"{what} {said}")


def run(
    world: World,
    *arguments: str,
    password: str = PASSWORD,
    name: str = "alb-examiner",
    hashing: Hashing | None = CHEAP,
) -> Result:
    seen.clear()
    environment = {"EGNATIA_NODE": str(world.home(ALB)), "EGNATIA_PASSWORD": password, "EGNATIA_OFFICER": name}
    return CliRunner(env=environment).invoke(act, arguments, obj=hashing)


def test_a_command_acts_as_who_signed_in_and_its_node_is_closed_behind_it(world: World) -> None:
    answer = run(world, "it")
    assert answer.output.startswith("it ('alb-examiner',"), answer.output
    assert answer.output.strip().endswith("True)")
    [acting] = seen
    assert acting.officer.roles == {Role.EXAMINER}
    assert closed(acting)


def closed(acting: Acting) -> bool:
    """Whether the keys of what is sealed are out of reach."""
    now = acting.node.clock()
    with pytest.raises(StorageError, match="closed database"):
        acting.node.commit(lambda tx: tx.seal(b"words", kind="test", at=now))
    return True


@pytest.mark.parametrize("hashing", [None, Hashing(passes=2, memory_kib=16, lanes=1)])
def test_a_hash_costs_what_the_standard_says_unless_the_caller_in_this_process_says_otherwise(
    world: World, hashing: Hashing | None
) -> None:
    """A hash of another cost is made anew at a right login, and then no more."""
    wanted = hashing or STANDARD
    assert run(world, "it", hashing=hashing).exit_code == 0
    stored = stored_hash(world)
    assert stored.startswith("$argon2id$")
    assert f"$m={wanted.memory_kib},t={wanted.passes},p={wanted.lanes}$" in stored
    assert "alb-examiner" in run(world, "it", hashing=hashing).output, "the new hash is of the same password"
    assert stored_hash(world) == stored
    assert isinstance(run(world, "it", password="wrong", hashing=hashing).exception, NotAuthenticatedError)


def stored_hash(world: World) -> str:
    query = select(officer.c.password_hash).where(officer.c.name == "alb-examiner")
    return str(world.look(ALB, lambda tx: tx.execute(query).scalar_one()))


@pytest.mark.parametrize(("password", "name"), [("wrong", "alb-examiner"), (PASSWORD, "alb-nobody")])
def test_nothing_runs_before_the_password_is_right(world: World, password: str, name: str) -> None:
    answer = run(world, "it", password=password, name=name)
    assert isinstance(answer.exception, NotAuthenticatedError)
    assert seen == []


def test_a_command_that_fails_leaves_no_node_open(world: World) -> None:
    answer = run(world, "it", "--fail")
    assert isinstance(answer.exception, ConflictError)
    assert closed(seen[0])


def test_the_officer_is_asked_for_where_the_options_of_every_command_are() -> None:
    names = [each.name for each in act.params]
    assert names == ["node_directory", "officer_name", "password_file", "what", "fail"]
    assert act.help == "Do WHAT."
    assert CliRunner().invoke(act, ["it"]).exit_code == 2, "nobody acts without a name"


def test_every_command_of_dna_that_acts_on_a_node_asks_who_acts() -> None:
    """Whatever takes an `acting` has the options, and no command of the group has the name without the password."""
    group = cli.get_command(click.Context(cli), "dna")
    assert isinstance(group, click.Group)

    def leaves(each: click.Command) -> list[click.Command]:
        return (
            [leaf for one in each.commands.values() for leaf in leaves(one)]
            if isinstance(each, click.Group)
            else [each]
        )

    acting = 0
    for leaf in leaves(group):
        names = {each.name for each in leaf.params}
        assert ("officer_name" in names) == ("password_file" in names), leaf.name
        acting += "officer_name" in names
    assert acting >= 20


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list."""

    ref: str
    on: date
    at: datetime
    who: str | None


ROWS = [Row("T-1", date(2025, 5, 1), datetime(2025, 5, 1, 3, 4, tzinfo=UTC), None), Row("\x1b[2J", date(2025, 5, 2), datetime(2025, 5, 2, tzinfo=UTC), "a\nb")]  # fmt: skip


def listed(rows: list[Row], *options: str) -> str:
    @click.command()
    @json_option
    def show(*, as_json: bool) -> None:
        echo_list(rows, ("trace", "on", "by"), lambda row: (row.ref, row.on, row.who), as_json=as_json)

    return CliRunner().invoke(show, options).output


def test_a_list_is_a_table_of_some_columns_or_json_of_all() -> None:
    lines = listed(ROWS).splitlines()
    assert [each.split()[0] for each in lines] == ["trace", "T-1", "\ufffd[2J"]
    assert lines[1].split() == ["T-1", "2025-05-01", "-"]
    assert "a ↵ b" in lines[2]
    assert len(lines) == 3
    made: list[dict[str, Any]] = [json.loads(line) for line in listed(ROWS, "--json").splitlines()]
    assert made[0] == {"ref": "T-1", "on": "2025-05-01", "at": "2025-05-01T03:04:00+00:00", "who": None}
    assert made[1]["ref"] == "\x1b[2J"
    assert "\x1b" not in listed(ROWS, "--json")


def test_an_empty_list_has_its_heads_and_no_json() -> None:
    assert listed([]).split() == ["trace", "on", "by"]
    assert listed([], "--json") == ""
