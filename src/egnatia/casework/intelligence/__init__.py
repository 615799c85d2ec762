"""Intelligence: what the task force learns from its own cases. Today: templates of false documents (DOC-07, DOC-08).

`forgery_alerts` has the officers' acts (confirm, issue, change, withdraw), `reported` the one that begins an alert about a
reported document, `holder` what is owed to its holder first, `series` the groups of documents
from one source. Alerts hold codes, days and numbers; a later report can name one by its reference and needs nothing else.
"""

from egnatia.casework.intelligence.forgery_alerts import AlertTerms, TemplateDraft, change, confirm, issue, withdraw
from egnatia.casework.intelligence.reported import ReportedDraft, confirm_reported, may_be_alerted
from egnatia.casework.intelligence.series import KnownSeries, known_series

__all__ = [
    "AlertTerms",
    "KnownSeries",
    "ReportedDraft",
    "TemplateDraft",
    "change",
    "confirm",
    "confirm_reported",
    "issue",
    "known_series",
    "may_be_alerted",
    "withdraw",
]
