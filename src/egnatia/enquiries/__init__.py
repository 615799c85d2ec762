"""The one flow: ask, answer, decide on candidates, follow up, release, record the outcome.

Step 1 carries closed codes, keyed tags and reference numbers only: there is no field in which an identity could
travel (`messages.py`). What was asked is compared in memory at the answering partner and never written there
(`answer.py`), so a no-hit leaves nothing to erase. Identity leaves a node only in `releases.py`, by two people.

Read in this order: `subjects/` (what can be asked about), `ask.py`, `answer.py`, `replies.py`, `candidates.py`,
`our_followups.py`, `their_followups.py`, `releases.py`, `outcomes.py`.
"""
