"""Membership as acts of officers: joining, signing, suspending, leaving, and what is owed afterwards.

* `invitations`: invite and join.
* `admissions`: take a candidacy, collect evidence, propose the list with the candidate.
* `signing`: propose, sign, spread and take lists.
* `conformance`: what a candidate's node proves about itself.
* `standing`: suspend, reinstate, withdraw; notices.
* `exits`: every item that was supplied or received, and what becomes of it.
* `transfers`: on what each disclosure stands; `reciprocity`: who asked whom how often.

Reference: docs/reference/membership.md.
"""
