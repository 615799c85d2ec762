"""The answering side: a window over each asking officer's questions, in memory and nowhere else.

What a partner asks is never written down here (ADR 0004), not even as a hash, so the window does not survive a restart
and each process of a node sees its own share. The asking node's `review` has neither limit: it holds its own questions.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime

from egnatia.enquiries.fishing.alerts import Asker, raise_alert
from egnatia.enquiries.fishing.probes import received_probe
from egnatia.enquiries.fishing.rules import WINDOW, Probe, findings
from egnatia.exchange.inbox import Received
from egnatia.model.ids import PartnerCode, Randomness
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction

KEPT = 200
"""Questions kept of one officer, some hundred bytes each: far above what the rules count."""
OFFICERS = 2_000
"""Officers watched at once, those who asked last; with KEPT a bound on the memory (about 100 MB at the very worst)."""
LOOK_EVERY = 4
"""Questions of an officer between two looks: the rules count at least 8, so a pattern is seen at most 3 later."""


@dataclass(slots=True)
class Sentry:
    """Windows over the questions of partners' officers. Invariant: bounded, and never written anywhere.

    Attributes:
        key: hashes what the windows hold; made for this object only.
    """

    key: bytes
    _windows: "OrderedDict[tuple[PartnerCode, str], deque[Probe]]" = field(default_factory=OrderedDict)
    _seen: dict[tuple[PartnerCode, str], int] = field(default_factory=dict)

    @classmethod
    def opened(cls, randomness: Randomness) -> "Sentry":
        """An empty watch with a key of its own."""
        return cls(randomness.randbytes(32))

    def note(self, tx: Transaction, received: Received, now: datetime) -> None:
        """Remember an enquiry that was answered, and raise an alert when it completes a pattern, in the same transaction.

        Args:
            tx: the transaction of the answer.
            received: the enquiry; its answering has checked the body.
            now: the moment.
        """
        asked = received.body
        who = (received.sender, str(asked["officer"]))
        window = self._window(who)
        while window and now - window[0].at >= WINDOW:
            window.popleft()
        subject = SubjectKind(asked["subject"])
        window.append(received_probe(self.key, subject, asked["query"], now, str(asked["case_ref"])))
        self._seen[who] = self._seen.get(who, 0) + 1
        if self._seen[who] % LOOK_EVERY == 0:
            for finding in findings(list(window)):
                raise_alert(tx, Asker(*who), finding, now)

    def _window(self, who: tuple[PartnerCode, str]) -> "deque[Probe]":
        if who not in self._windows:
            self._windows[who] = deque(maxlen=KEPT)
            if len(self._windows) > OFFICERS:
                gone, _ = self._windows.popitem(last=False)
                self._seen.pop(gone, None)
        self._windows.move_to_end(who)
        return self._windows[who]
