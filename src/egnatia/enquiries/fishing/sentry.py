"""The answering side: a window over each asking officer's questions, in memory and nowhere else.

What a partner asks is never written down here (ADR 0004), not even as a hash, so the window does not survive a restart
and each process of a node sees its own share. The asking node's `review` has neither limit: it holds its own questions.

Each partner has its own windows: references that one invents push out nobody else's officers, and `crowd` looks at what
one asks under any reference.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime

from egnatia.enquiries.fishing.alerts import Asker, raise_alert
from egnatia.enquiries.fishing.crowd import Crowd
from egnatia.enquiries.fishing.probes import received_probe
from egnatia.enquiries.fishing.profiles import ProfileWindow, typed
from egnatia.enquiries.fishing.rules import WINDOW, Probe, findings
from egnatia.enquiries.fishing.volume import NO_OFFICER
from egnatia.exchange.inbox import Received
from egnatia.model.ids import PartnerCode, Randomness
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction

KEPT = 200
"""Questions kept of one officer, some hundred bytes each: far above what the rules count."""
OFFICERS = 250
"""Officers of one partner watched at once, those who asked last: what a partner's questions of a day come from. With KEPT
a bound on the memory (about 12 MB for each partner at the very worst)."""
LOOK_EVERY = 4
"""Questions of an officer between two looks: the rules count at least 8, so a pattern is seen at most 3 later."""


@dataclass(slots=True)
class Window:
    """The last questions of one officer, and how many there were."""

    asked: "deque[Probe]" = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0


@dataclass(slots=True)
class Watched:
    """One partner: its officers' windows, those who asked last at the end, all of them together, and questions about DNA."""

    officers: "OrderedDict[str, Window]" = field(default_factory=OrderedDict)
    crowd: Crowd = field(default_factory=Crowd)
    profiles: ProfileWindow = field(default_factory=ProfileWindow)

    def window(self, officer: str) -> Window:
        """An officer's window; a new one takes the place of that of who has not asked for longest."""
        if officer not in self.officers:
            self.officers[officer] = Window()
            if len(self.officers) > OFFICERS:
                self.officers.popitem(last=False)
        self.officers.move_to_end(officer)
        return self.officers[officer]


@dataclass(slots=True)
class Sentry:
    """Windows over the questions of partners' officers. Invariant: bounded, and never written anywhere.

    Attributes:
        key: hashes what the windows hold; made for this object only.
    """

    key: bytes
    _partners: dict[PartnerCode, Watched] = field(default_factory=dict)

    @classmethod
    def opened(cls, randomness: Randomness) -> "Sentry":
        """An empty watch with a key of its own."""
        return cls(randomness.randbytes(32))

    def watched(self, partner: PartnerCode) -> tuple[str, ...]:
        """The officers of a partner who have a window, who asked last at the end."""
        return tuple(self._partners[partner].officers) if partner in self._partners else ()

    def note(self, tx: Transaction, received: Received, now: datetime) -> None:
        """Remember an enquiry that was answered, and raise an alert when it completes a pattern, in the same transaction.

        Args:
            tx: the transaction of the answer.
            received: the enquiry; its answering has checked the body.
            now: the moment.
        """
        asked, officer = received.body, str(received.body["officer"])
        known = self._partners.setdefault(received.sender, Watched())
        window = known.window(officer)
        while window.asked and now - window.asked[0].at >= WINDOW:
            window.asked.popleft()
        probe = received_probe(self.key, SubjectKind(asked["subject"]), asked["query"], now, str(asked["case_ref"]))
        window.asked.append(probe)
        window.count += 1
        if window.count % LOOK_EVERY == 0:
            for finding in findings(list(window.asked)):
                raise_alert(tx, Asker(received.sender, officer), finding, now)
        for finding in known.crowd.note(officer, probe, window.count):
            raise_alert(tx, Asker(received.sender, NO_OFFICER), finding, now)

    def note_profile(self, tx: Transaction, received: Received, now: datetime) -> None:
        """The same for a question about DNA, which names no officer: all of the partner's are looked at together."""
        from egnatia.engines.dna.formats.reference_data import from_reference_data

        known = self._partners.setdefault(received.sender, Watched())
        finding = known.profiles.note(typed(self.key, from_reference_data(received.body["profile"]), now))
        if finding is not None:
            raise_alert(tx, Asker(received.sender, NO_OFFICER), finding, now)
