"""How partners join and leave: what a candidate shows, who must sign, and what a membership list may say.

Pure rules over plain values, except `standing.py`, which reads this node's own word about its partners. The rules are
data (`checklist.toml`); signed lists travel and are stored in `egnatia.exchange.membership`.

Nothing here allows anything. Being on the list is never enough to ask: a grant is (MEM-06).
"""

from egnatia.agreements.admission.checklist import Checklist, ChecklistItem, load_checklist, missing
from egnatia.agreements.admission.lists import Member, MembershipList, SignOff, Standing, still_to_sign, validity
from egnatia.agreements.admission.standing import load_bars

__all__ = [
    "Checklist",
    "ChecklistItem",
    "Member",
    "MembershipList",
    "SignOff",
    "Standing",
    "load_bars",
    "load_checklist",
    "missing",
    "still_to_sign",
    "validity",
]
