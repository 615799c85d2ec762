"""What officers say a document is, to be written into a report beside the machine's advice.

The engine neither makes nor reads verdicts: whoever keeps them hands them over, in the words of the list they keep. They
never stand inside the examination, so a replay compares the same bytes whether anybody has spoken or not.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """One officer's verdict.

    Attributes:
        verdict: what the officer says the document is, in a word of the list that is kept.
        given_at: when, as ISO 8601 has it, with its zone.
        given_by: the officer's reference; empty where the report goes without persons.
    """

    verdict: str
    given_at: str
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class OfficersVerdict:
    """Every verdict on one document, and how they stand to one another.

    Attributes:
        agreement: `single`, `confirmed` or `disputed`.
        verdict: what it is by the officers who agree; empty where they differ.
        given: every verdict, the oldest first.
    """

    agreement: str
    given: tuple[GivenVerdict, ...]
    verdict: str = ""

    def without_persons(self) -> "OfficersVerdict":
        """The same without who gave them."""
        return replace(self, given=tuple(replace(each, given_by="") for each in self.given))
