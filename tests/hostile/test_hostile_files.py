"""Files that are handed to an administrator: too large, endless, of another kind, or an old copy of the node itself."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.databases import about_sqlite
from tests.federation.world import ALB, XKX, World, document_draft

from egnatia.cli.common import MAX_READ, read_file
from egnatia.errors import ConflictError, Error, InputError
from egnatia.ledger.mark import MARK_FILE
from egnatia.operations.backup import expected_loss, make_backup, restore

WHY = "The disk broke at noon; partners and the auditor were told by telephone."
BOMBS = {
    "empty": b"",
    "a line feed": b"\n",
    "no text": b"\xff\xfe\x00",
    "a mark": b"\xef\xbb\xbf{}",
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "deep tables": b"[" + b"a." * 20_000 + b"a]\n",
    "deep arrays": b"a = " + b"[" * 50_000,
    "a long number": b'{"v":' + b"9" * 100_000 + b"}",
    "twins": b'{"v":1,"v":1}',
    "not finite": b'{"v":NaN}',
    "half a pair": b'{"v":"\\ud800"}',
    "a long text": b'"' + b"x" * 300_000 + b'"',
    "escapes": b"\x1b[2J\x1b]0;HOLDS\x07",
    "a list": b"[1,2,3]",
    "a long day": b"at = 99999999999-01-01\n",
}


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem", "/nonexistent", "/tmp", "a\x00b"])  # noqa: S108
def test_a_file_without_an_end_is_an_answer(path: str) -> None:
    if path.startswith("/dev") and not Path(path).exists():
        pytest.skip("no such device here")
    with pytest.raises((InputError, ValueError)):
        read_file(Path(path), "card")


@pytest.mark.parametrize("size", [0, 1, MAX_READ - 1, MAX_READ])
def test_a_file_of_the_allowed_size_is_read(tmp_path: Path, size: int) -> None:
    (tmp_path / "card").write_bytes(b"x" * size)
    assert len(read_file(tmp_path / "card", "card")) == size


def test_a_file_of_one_byte_more_is_not(tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(b"x" * (MAX_READ + 1))
    with pytest.raises(InputError, match="larger"):
        read_file(tmp_path / "card", "card")


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bombs")
    made = {}
    for number, (name, content) in enumerate(BOMBS.items()):
        made[name] = folder / f"{number}.json"
        made[name].write_bytes(content)
    return made


@pytest.mark.parametrize(
    "reader", ["card", "invitation", "candidacy", "list", "register", "label", "evidence", "opening"]
)
@pytest.mark.parametrize("bomb", BOMBS)
def test_every_reader_answers_every_bomb_with_an_error_of_ours(bombs: dict[str, Path], reader: str, bomb: str) -> None:
    from egnatia.agreements import parse_register
    from egnatia.agreements.handling import from_text
    from egnatia.enquiries.blind.opening import _read
    from egnatia.exchange.card import read_card
    from egnatia.exchange.membership.documents import read_candidacy, read_invitation
    from egnatia.exchange.membership.signed_list import read_document
    from egnatia.ledger.evidence import read_evidence

    readers: dict[str, Callable[[bytes], object]] = {
        "card": read_card,
        "invitation": read_invitation,
        "candidacy": read_candidacy,
        "list": read_document,
        "register": parse_register,
        "label": from_text,
        "evidence": read_evidence,
        "opening": _read,
    }
    content = bombs[bomb].read_bytes()
    if reader == "register" and bomb in ("empty", "a line feed"):
        content = b"v = 1\n"
    with pytest.raises(Error) as said:
        readers[reader](content)
    assert said.value.hint()
    assert "\x1b" not in said.value.message


# An old copy of the node.


@about_sqlite
def test_a_node_that_never_signed_is_not_cut_in_silence(world: World, tmp_path: Path) -> None:
    """Worked on by its commands only, it has no checkpoint and no mark, and loses its entries all the same."""
    node = world.nodes[ALB]
    make_backup(node, tmp_path / "copy", lambda _done, _pages: None)
    for _ in range(3):
        world.ask(ALB, document_draft(partners=(XKX,)))
    (node.directory / MARK_FILE).unlink(missing_ok=True)
    world.stop(ALB)
    loss = expected_loss(node.directory, tmp_path / "copy")
    assert loss.signed > loss.kept
    with pytest.raises(ConflictError, match="forgotten"):
        restore(node.directory, tmp_path / "copy", accepted=" ", now=world.clock())
    assert restore(node.directory, tmp_path / "copy", accepted=WHY, now=world.clock()) == loss


@about_sqlite
def test_taking_the_mark_away_hides_no_loss(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]
    make_backup(node, tmp_path / "copy", lambda _done, _pages: None)
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.stop(ALB)
    (node.directory / MARK_FILE).unlink(missing_ok=True)
    loss = expected_loss(node.directory, tmp_path / "copy")
    assert json.dumps([loss.kept, loss.signed]) != json.dumps([loss.kept, loss.kept])
