"""Blind enquiries: ask whether a stable identifier is in a partner's list without telling which one (ADR 0018).

The holder publishes a filter of each list for each partner (`publishing`), the asker fetches it (`fetching`), asks for one
evaluation (`asking`), the holder counts and evaluates (`evaluating`), the asker checks the proof and looks up (`taking`).
What was asked can be opened to an auditor afterwards (`opening`). Who must not stand in a filter: `shields`.
"""
