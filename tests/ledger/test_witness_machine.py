"""The witness as a state machine: an honest log, a lagging witness, forks, replays and lost answers in any order.

The model knows only two things, the histories that exist and what the witness cosigned last; from these it tells the
status that C2SP tlog-witness asks for. Whatever happens, no two cosigned checkpoints contradict each other.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.databases import create_tables

from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import parse_note, parse_signatures, sign_note, verify_cosignature
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.ledger.witness import Cosigner, KnownLog, witness_checkpoint
from egnatia.ledger.witness_text import SIZE_TYPE, WitnessAnswer, WitnessRequest, encode_request
from egnatia.ledger.witnessed import witnessed
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry
from egnatia.store.vault import Vault

START = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ORIGIN, WITNESS = "gbr.example/ledger", "alb.example/ledger"
GBR = PartnerCode("GBR")


def consistency(leaves: list[bytes], old: int, new: int) -> tuple[bytes, ...]:
    """The proof of RFC 6962 section 2.1.2, written again from its recursive definition."""

    def sub(low: int, high: int, first: int, *, whole: bool) -> list[bytes]:
        count = high - low
        if first == count:
            return [] if whole else [root_of(leaves[low:high])]
        split = 1 << (count - 1).bit_length() - 1
        if first <= split:
            return [*sub(low, low + split, first, whole=whole), root_of(leaves[low + split : high])]
        return [*sub(low + split, high, first - split, whole=False), root_of(leaves[low : low + split])]

    return tuple(sub(0, new, old, whole=True)) if 0 < old < new else ()


class WitnessMachine(RuleBasedStateMachine):
    """One log that may show two faces, and one witness."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        vault = Vault(Path(self.folder.name) / "vault", bytes(32))
        self.database = Database("sqlite://", vault, random.Random(1))
        create_tables(self.database.engine)
        self.key = Ed25519PrivateKey.from_private_bytes(b"g" * 32)
        self.witness_key = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
        self.honest: list[bytes] = []
        self.fork: list[bytes] = []
        self.cosigned: list[tuple[int, bytes]] = []
        self.sent: list[bytes] = []
        self.seconds = 0
        self.alarmed = False

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @property
    def known(self) -> tuple[int, bytes]:
        return self.cosigned[-1] if self.cosigned else (0, root_of([]))

    def note(self, leaves: list[bytes], size: int, key: Ed25519PrivateKey | None = None) -> bytes:
        return sign_note(checkpoint_text(Checkpoint(ORIGIN, size, root_of(leaves[:size]))), ORIGIN, key or self.key)

    def ask(self, body: bytes) -> WitnessAnswer:
        self.seconds += 1
        log = KnownLog(GBR, key_of(ORIGIN, KeyKind.NOTE, self.key))
        cosigner = Cosigner(WITNESS, self.witness_key, PartnerCode("ALB"))
        with self.database.write() as tx:
            return witness_checkpoint(tx, log, body, cosigner, START + timedelta(seconds=self.seconds))

    def offer(self, leaves: list[bytes], old: int, size: int) -> WitnessAnswer:
        body = encode_request(WitnessRequest(old, consistency(leaves, old, size), self.note(leaves, size)))
        self.sent.append(body)
        return self.ask(body)

    def accept(self, answer: WitnessAnswer, leaves: list[bytes], size: int) -> None:
        assert answer.status == 200
        (signature,) = parse_signatures(answer.body.decode())
        key = key_of(WITNESS, KeyKind.COSIGNATURE, self.witness_key)
        text = parse_note(self.note(leaves, size)).text
        assert verify_cosignature(text, signature, key) == START + timedelta(seconds=self.seconds)
        self.cosigned.append((size, root_of(leaves[:size])))

    @rule(count=st.integers(1, 6))
    def grow(self, count: int) -> None:
        self.honest += [leaf_hash(b"honest %d" % (len(self.honest) + one)) for one in range(count)]

    @rule(back=st.integers(0, 5), count=st.integers(1, 5))
    def split_off_a_fork(self, back: int, count: int) -> None:
        kept = self.honest[: max(0, len(self.honest) - back)]
        self.fork = kept + [leaf_hash(b"forged %d %d" % (len(kept), one)) for one in range(count)]

    @precondition(lambda self: self.honest)
    @rule()
    def ask_honestly(self) -> None:
        size, root = self.known
        if root_of(self.honest[:size]) != root or size > len(self.honest):
            return  # the witness was shown the fork first; honest growth does not continue that
        self.accept(self.offer(self.honest, size, len(self.honest)), self.honest, len(self.honest))

    @precondition(lambda self: self.honest)
    @rule(data=st.data())
    def ask_from_a_size_that_the_witness_does_not_have(self, data: st.DataObject) -> None:
        size, root = self.known
        new = len(self.honest)
        old = data.draw(st.integers(0, new).filter(lambda one: one != size))
        answer = self.offer(self.honest, old, new)
        assert (answer.status, answer.body, answer.content_type) == (409, b"%d\n" % size, SIZE_TYPE)
        self.alarmed |= new == size and root_of(self.honest) != root and bool(self.cosigned)

    @precondition(lambda self: self.fork and self.cosigned)
    @rule()
    def show_the_fork(self) -> None:
        size, root = self.known
        if len(self.fork) < size:
            assert self.offer(self.fork, size, len(self.fork)).status == 400
            return
        answer = self.offer(self.fork, size, len(self.fork))
        if root_of(self.fork[:size]) == root:
            self.accept(answer, self.fork, len(self.fork))
        else:
            assert answer.status == 422
            self.alarmed = True

    @precondition(lambda self: self.cosigned)
    @rule(shared=st.integers(0, 30), extra=st.integers(0, 4), claimed=st.integers(0, 40))
    def contradict(self, shared: int, extra: int, claimed: int) -> None:
        """A signed checkpoint of a history that differs before what was cosigned, with any old size."""
        size, _ = self.known
        forged = [leaf_hash(b"forged %d" % one) for one in range(size + extra)]
        forged[: min(shared, size - 1)] = self.honest[: min(shared, size - 1)]
        old = min(claimed, size + extra)
        answer = self.offer(forged, old, size + extra)
        if old == size:
            assert answer.status == 422
        else:
            assert (answer.status, answer.body) == (409, b"%d\n" % size)
        self.alarmed |= old == size or not extra

    @precondition(lambda self: self.cosigned)
    @rule(extra=st.integers(0, 4))
    def contradict_from_the_known_size(self, extra: int) -> None:
        self.contradict(0, extra, self.known[0])

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """An old request again: cosigned only when it is about the very checkpoint that the witness has."""
        body = data.draw(st.sampled_from(self.sent))
        before = self.known
        answer = self.ask(body)
        assert answer.status in {200, 400, 409, 422}
        if answer.status == 200:
            lines = body.split(b"\n")
            size = int(lines[lines.index(ORIGIN.encode()) + 1])
            old = int(lines[0].removeprefix(b"old "))
            assert old == before[0]
            history = self.honest if root_of(self.honest[:size]) in self._root_in(body) else self.fork
            self.cosigned.append((size, root_of(history[:size])))
        elif answer.status == 422:
            self.alarmed = True

    def _root_in(self, body: bytes) -> list[bytes]:
        from egnatia.ledger.checkpoints import read_note

        return [read_note(body.partition(b"\n\n")[2]).root]

    @precondition(lambda self: self.honest)
    @rule()
    def forge_the_signature(self) -> None:
        size = self.known[0]
        if size <= len(self.honest):
            note = self.note(self.honest, len(self.honest), self.witness_key)
            body = encode_request(WitnessRequest(size, consistency(self.honest, size, len(self.honest)), note))
            assert self.ask(body).status == 403

    @invariant()
    def the_witness_remembers_what_it_cosigned(self) -> None:
        with self.database.read() as tx:
            known = witnessed(tx, GBR)
        if not self.cosigned:
            assert known is None
            return
        assert known is not None
        assert (known.size, known.root) == self.known

    @invariant()
    def cosigned_sizes_never_shrink_and_one_size_has_one_root(self) -> None:
        sizes = [size for size, _ in self.cosigned]
        assert sizes == sorted(sizes)
        assert len(set(self.cosigned)) == len(set(sizes))

    @invariant()
    def an_alarm_is_raised_exactly_for_a_contradiction(self) -> None:
        with self.database.read() as tx:
            known = witnessed(tx, GBR)
            kinds = set(tx.execute(ledger_entry.select().with_only_columns(ledger_entry.c.kind)).scalars())
        if known is not None and known.alarm:
            assert EventKind.WITNESS_ALARM.value in kinds
        if self.alarmed and self.cosigned:
            assert known is not None
            assert known.alarm


WitnessMachine.TestCase.settings = settings(deadline=None, derandomize=True, max_examples=25, stateful_step_count=15)
TestWitnessMachine = WitnessMachine.TestCase


def test_the_proofs_of_this_file_are_those_of_the_ledger() -> None:
    """Two independent ways to the same proof, for all pairs of sizes up to 20."""
    from egnatia.ledger.proofs import verify_consistency

    leaves = [leaf_hash(b"%d" % number) for number in range(20)]
    for new in range(1, 21):
        for old in range(1, new + 1):
            roots = (root_of(leaves[:old]), root_of(leaves[:new]))
            verify_consistency(old, new, roots, consistency(leaves, old, new))
