"""Fishing: questions whose pattern says more than their reasons do (ENQ-07).

Somebody with a grant and a case reference can still try a register out: number after number, name after name, one person
under ten dates of birth. Each such question is allowed; together they are a search that nobody allowed. Rules over the
questions of one officer and one day find the pattern, at the node that asks (`review`) and at the one that answers
(`sentry`), and a supervisor is told. Nothing is refused by a rule: quotas refuse, people judge.
"""

from egnatia.enquiries.fishing.alerts import FishingAlert, close_alert, fishing_alerts, open_alerts
from egnatia.enquiries.fishing.review import patterns, raise_patterns
from egnatia.enquiries.fishing.rules import Finding, Probe, findings
from egnatia.enquiries.fishing.sentry import Sentry

__all__ = [
    "Finding",
    "FishingAlert",
    "Probe",
    "Sentry",
    "close_alert",
    "findings",
    "fishing_alerts",
    "open_alerts",
    "patterns",
    "raise_patterns",
]
