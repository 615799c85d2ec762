"""What every page shows around its content: whose node this is, who is logged in, where one can go."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from egnatia.console.catalogues import N_
from egnatia.console.security import SAFE_METHODS
from egnatia.console.visit import Visit
from egnatia.model.officers import Action

_MENU: tuple[tuple[str, str, Action | None], ...] = (
    ("/", N_("Search"), None),
    ("/documents/inspect", N_("Inspect a document"), Action.INSPECT_DOCUMENT),
    ("/documents/inspections", N_("Recorded inspections"), Action.VIEW_INSPECTION),
    ("/documents/trust", N_("Trust store"), Action.VIEW_TRUST),
    ("/crossings", N_("Border check"), Action.CHECK_CROSSING),
    ("/persons", N_("Own persons"), Action.SEND_ENQUIRY),
    ("/enquiries", N_("Enquiries"), Action.VIEW_CANDIDATES),
    ("/blind", N_("Blind enquiries"), Action.VIEW_CANDIDATES),
    ("/candidates", N_("Candidates and hits"), Action.VIEW_CANDIDATES),
    ("/dna", N_("DNA"), Action.VIEW_PROFILE),
    ("/dna/batches", N_("DNA"), Action.VIEW_BATCHES),
    ("/follow-ups", N_("Follow-ups"), Action.VIEW_CANDIDATES),
    ("/consents", N_("Consents"), Action.VIEW_CANDIDATES),
    ("/corrections", N_("Corrections"), Action.VIEW_CANDIDATES),
    ("/cases", N_("Cases"), Action.VIEW_CANDIDATES),
    ("/networks", N_("Networks"), Action.READ_NETWORK),
    ("/alerts", N_("Alerts"), Action.VIEW_ALERTS),
    ("/forgeries", N_("Forgery alerts"), Action.VIEW_FORGERY_ALERTS),
    ("/indicators", N_("Indicators"), Action.VIEW_INDICATORS),
    ("/agreements", N_("Agreements"), Action.VIEW_AGREEMENTS),
    ("/partners", N_("Partners"), Action.VIEW_AGREEMENTS),
    ("/membership", N_("Membership"), Action.VIEW_AGREEMENTS),
    ("/ledger", N_("Ledger"), Action.VERIFY_LEDGER),
)
_PARTS = {label: path for path, label, _ in reversed(_MENU)}
"""Where the pages of each label begin: some part of the console has another door for those who may not use the first."""
NOTICES: dict[str, str] = {
    "sent": N_("The enquiry was recorded. Each partner's answer appears below when it comes."),
    "decided": N_("Your decision was recorded."),
    "pair-judged": N_("Your judgement was recorded. No record was changed."),
    "judgement-undone": N_("The judgement was taken back. What stood before it stands again."),
    "review-alike": N_("Your review was recorded. The first examiner decided the same."),
    "review-differs": N_("Your review was recorded. The first examiner decided otherwise; a supervisor looks."),
    "review-drawn": N_("The candidates were drawn. Their examiners find them under second reviews."),
    "review-none": N_("Nothing was drawn: no decided candidate of that time is left."),
    "opinion-first": N_("Your opinion was recorded. Another examiner gives the second one without seeing it."),
    "opinion-alike": N_("Your opinion was recorded. Two examiners agree."),
    "opinion-differ": N_("Your opinion was recorded. The two differ, so a third is needed; neither is shown."),
    "opinion-unsettled": N_("Your opinion was recorded. The three settle nothing: more loci have to be asked for."),
    "held-contamination": N_("Your finding was recorded. The trace stays here for good."),
    "held-proposed": N_("Your finding was recorded. A second examiner has to find so too; until then the trace stays."),
    "held-cleared": N_("Your finding was recorded. Two examiners cleared the trace; a partner may hear of it."),
    "batch-half_approved": N_("Your approval was recorded. Another person has to approve it too."),
    "batch-approved": N_(
        "Your approval was recorded. Two have approved it; this node asks now, as the grant's day allows."
    ),
    "batch-refused": N_("The batch was refused. What was left of it is never asked."),
    "order-approved": N_("The order begins. New profiles are compared by themselves until somebody ends it."),
    "order-ended": N_("The order was ended. It asks no more."),
    "upgrade-asked": N_("The request was sent. An examiner at the partner decides on it."),
    "upgrade-answered": N_("The profile is on its way to the partner."),
    "upgrade-declined": N_("The partner is told that nothing more can be typed."),
    "followed-up": N_("The follow-up was sent. People at the other partner decide on it."),
    "proposed": N_("The release was proposed. A second officer has to approve it; nothing has left this node."),
    "released": N_("The core data were released to the partner."),
    "refused": N_("The follow-up was refused and the partner was told the reason."),
    "returned": N_("The proposal was sent back. Nothing has left this node."),
    "paused": N_("The clock stands still. The partner is told that it does, not why."),
    "resumed": N_("The clock runs again."),
    "consent-asked": N_("The originator was asked. Two of its people decide."),
    "consent-proposed": N_("The consent was proposed. A second officer has to decide; nothing is signed."),
    "consented": N_("The consent was signed and is sent to the partner."),
    "consent-refused": N_("The consent was refused and the partner is told."),
    "passed-on": N_("The item is on its way to the partner."),
    "recorded": N_("The outcome was recorded."),
    "acted": N_("What you found was recorded. The partner is told."),
    "revoked": N_("The session was ended."),
    "keys-off": N_("Keyboard shortcuts are off."),
    "trust-proposed": N_("The trust file was proposed. A second officer has to decide; nothing of it is believed."),
    "trust-accepted": N_("The trust file is in the store."),
    "trust-refused": N_("The trust file was refused. Nothing of it is kept."),
    "alert-closed": N_("The alert was closed."),
    "standing-ended": N_("The standing enquiry was ended. It is asked no more."),
    "standing-reviewed": N_("The review was recorded."),
    "passed": N_("Counted. The screen is ready for the next person."),
    "referred": N_("The further check has begun."),
    "noted": N_("Noted."),
    "heard": N_("Noted: the check has stopped, and the person is referred. Nothing else may end it."),
    "verdict": N_("Your verdict was recorded."),
    "closed": N_("The further check is closed."),
    "template-confirmed": N_("The template was recorded. Nothing has left this node."),
    "document-recorded": N_("The document was recorded. Nothing has left this node."),
    "alert-changed": N_("The change is on its way to the members listed below."),
    "alert-issued": N_("The alert is on its way to the members listed below."),
    "alert-withdrawn": N_("The alert was withdrawn. Whoever was told is told this too."),
    "keys-on": N_("Keyboard shortcuts are on."),
}
"""What a page says after something was done; the address carries only the key."""

MAX_CARRIED = 500
"""Characters of an address that are carried on: the console's own are under 100, and each stands on the page six times."""
_OWN = frozenset({"format", "lang", "done"})
"""Parameters of an address that say how a page is shown, not what."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu; `current` marks the part of the console that the page belongs to."""

    path: str
    label: str
    current: bool


def menu(visit: Visit) -> list[MenuItem]:
    """The entries that this officer may use."""
    if visit.officer is None:
        return []
    may = visit.officer.may
    doors = {label: path for path, label, action in reversed(_MENU) if action is None or may(action)}
    order = dict.fromkeys(label for _, label, _ in _MENU if label in doors)
    return [MenuItem(doors[label], label, _is_within(visit.path, _PARTS[label])) for label in order]


def _is_within(path: str, entry: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(entry + "/"))


def _here(visit: Visit) -> str:
    """Where the links to this page's other forms lead: what a form showed has no address, so they lead to the start."""
    if visit.method not in SAFE_METHODS:
        return "/?"
    kept = [(name, each) for name, values in visit.query.values.items() if name not in _OWN for each in values]
    written = urlencode(kept)
    return f"?{written}&" if written and len(written) <= MAX_CARRIED else "?"


def page_values(visit: Visit) -> dict[str, Any]:
    """The names that `layout.html` uses."""
    return {
        "node_code": visit.node.code,
        "officer": visit.officer,
        "menu": menu(visit),
        "path": visit.path,
        "query": visit.query,
        "notice": NOTICES.get(visit.query.get("done")),
        "keys": visit.keys and visit.officer is not None,
        "now": visit.now,
        "here": _here(visit),
        "Action": Action,
    }
