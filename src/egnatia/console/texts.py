"""What is wrong with a text that an officer typed, said beside its field before anything is tried."""

import re

from egnatia.console.catalogues import N_
from egnatia.enquiries.desk import MAX_TEXT, MIN_JUSTIFICATION
from egnatia.enquiries.messages import UNSEEN

_UNSEEN = re.compile(f"[{UNSEEN}]")
TOO_LONG = N_("This text is too long. Shorten it.")
NOT_SEEN = N_("This text holds characters that cannot be seen. Type it anew instead of pasting it.")
TOO_SHORT = N_("Write at least 20 characters: a person will rely on it and an auditor will read it.")


def text_problem(text: str, minimum: int, too_short: str, maximum: int = MAX_TEXT) -> str | None:
    """The English problem of a text, or None when there is none.

    Args:
        text: what was typed, without outer space.
        minimum: characters that it needs; 0 for a field that may be left empty.
        too_short: what is said when it has fewer.
        maximum: characters that it may have; the room that stores it has the same limit.
    """
    if _UNSEEN.search(text):
        return NOT_SEEN
    if len(text) < minimum:
        return too_short
    return TOO_LONG if len(text) > maximum else None


def reason_problem(text: str) -> str | None:
    """The English problem of a reason that is sealed in the ledger, or None when there is none."""
    return text_problem(text, MIN_JUSTIFICATION, TOO_SHORT)
