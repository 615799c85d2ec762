"""What travels in a blind enquiry: one uniform element and one commitment there, one element and its proof back.

Every field has one length for every question, and none of them depends on what is asked (goal G8).
"""

from typing import Annotated

import msgspec

from egnatia.enquiries.messages import Body, Digest, GrantText
from egnatia.model.states import BlindList, Offence, Purpose, RefusalReason

BLIND_ENQUIRY = "blind_enquiry"
BLIND_EVALUATION = "blind_evaluation"
PROTOCOL = 2
"""The oldest version of messages that can carry a blind enquiry: 0.1.0 knows no such kind."""

Element = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""32 bytes in hexadecimal."""
ProofText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]
"""64 bytes in hexadecimal."""


class BlindEnquiryBody(Body, frozen=True):
    """A blind question.

    Neither the case nor the officer is named: they stand under the commitment, which the asker can open to an auditor.
    """

    grant: GrantText
    list: BlindList
    purpose: Purpose
    offence: Offence
    statement: Digest
    commitment: Digest
    element: Element


class BlindEvaluationBody(Body, frozen=True):
    """The answer: evaluated and proved, or refused for one reason."""

    element: Element | None = None
    proof: ProofText | None = None
    reason: RefusalReason | None = None
