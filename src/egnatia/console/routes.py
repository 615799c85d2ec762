"""Every page of the console with the right it needs: the whole authorisation table on one screen.

A test enumerates this list, so that no page can be added without a right, and calls each of them as every role.
"""

from egnatia.console.pages import (
    agreements,
    candidates,
    cases,
    documents,
    enquiries,
    followups,
    indicators,
    landing,
    ledger,
    login,
    overview,
    releases,
    sessions,
)
from egnatia.console.site import Door, Route
from egnatia.model.officers import Action

POST = ("POST",)

ROUTES: tuple[Route, ...] = (
    Route("/login", login.login_page, Door.ANYONE),
    Route("/login", login.log_in, Door.ANYONE, POST),
    Route("/logout", login.log_out, Door.OFFICER, POST),
    Route("/sessions", sessions.session_list, Door.OFFICER),
    Route("/sessions/revoke", sessions.end_session, Door.OFFICER, POST),
    Route("/", landing.landing, Door.OFFICER),
    Route("/search", landing.search, Door.OFFICER, POST),
    Route("/help", overview.help_page, Door.OFFICER),
    Route("/help/keys", overview.switch_keys, Door.OFFICER, POST),
    Route("/documents/inspect", documents.inspect_page, Action.INSPECT_DOCUMENT),
    Route("/documents/inspect", documents.inspect_zone, Action.INSPECT_DOCUMENT, POST),
    Route("/enquiries", enquiries.enquiry_list, Action.VIEW_CANDIDATES),
    Route("/enquiries/new", enquiries.question_page, Action.SEND_ENQUIRY, ("GET", "POST")),
    Route("/enquiries/check", enquiries.check_page, Action.SEND_ENQUIRY, POST),
    Route("/enquiries", enquiries.send, Action.SEND_ENQUIRY, POST),
    Route("/enquiries/{id}", enquiries.enquiry_page, Action.VIEW_CANDIDATES),
    Route("/candidates", candidates.candidate_inbox, Action.VIEW_CANDIDATES),
    Route("/candidates/{id}", candidates.candidate_page, Action.VIEW_CANDIDATES),
    Route("/candidates/{id}/decision", candidates.decide, Action.DECIDE_CANDIDATE, POST),
    Route("/candidates/{id}/follow-up", followups.follow_up_form, Action.SEND_FOLLOW_UP),
    Route("/candidates/{id}/follow-up", followups.send_follow_up, Action.SEND_FOLLOW_UP, POST),
    Route("/follow-ups", followups.follow_up_list, Action.VIEW_CANDIDATES),
    Route("/follow-ups/{id}", followups.follow_up_page, Action.PROPOSE_RELEASE),
    Route("/follow-ups/{id}/proposal", followups.propose, Action.PROPOSE_RELEASE, POST),
    Route("/follow-ups/{id}/refusal", followups.refuse, Action.REFUSE_FOLLOW_UP, POST),
    Route("/follow-ups/{id}/release", releases.release_page, Action.APPROVE_RELEASE),
    Route("/follow-ups/{id}/release", releases.approve, Action.APPROVE_RELEASE, POST),
    Route("/follow-ups/{id}/return", releases.send_back, Action.APPROVE_RELEASE, POST),
    Route("/received/{id}", releases.received_page, Action.VIEW_CANDIDATES),
    Route("/outcomes/new", cases.outcome_form, Action.RECORD_OUTCOME),
    Route("/outcomes", cases.record_outcome, Action.RECORD_OUTCOME, POST),
    Route("/cases", cases.case_list, Action.VIEW_CANDIDATES),
    Route("/cases/{ref}", cases.case_page, Action.VIEW_CANDIDATES),
    Route("/alerts", overview.alerts_page, Action.VIEW_ALERTS),
    Route("/indicators", indicators.indicators_page, Action.VIEW_INDICATORS),
    Route("/indicators/{unit}", indicators.records_page, Action.VIEW_CANDIDATES),
    Route("/agreements", agreements.agreements_page, Action.VIEW_AGREEMENTS),
    Route("/partners", overview.partners_page, Action.VIEW_AGREEMENTS),
    Route("/ledger", ledger.ledger_page, Action.VERIFY_LEDGER),
    Route("/ledger/verify", ledger.verify, Action.VERIFY_LEDGER, POST),
    Route("/ledger/entries", ledger.read, Action.READ_LEDGER, POST),
)
