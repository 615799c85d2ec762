"""The Merkle log of a node: what was done, by whom and why, so that nobody can change it unseen.

Each act writes one entry in its own transaction (`log.append`). The entry's leaf holds a salted commitment and no
personal data; the content is sealed in the erasable store, and erasing it leaves the log valid. The node signs
checkpoints of the log (`checkpoints`), every partner witnesses them (`witness`) and audits the leaves behind them
(`audit`), and an outsider verifies an exported bundle without any node (`bundle`).

Method: RFC 6962 section 2 (hashes, proofs), RFC 9162 section 2.1 (verification), C2SP signed-note, tlog-checkpoint,
tlog-cosignature and tlog-witness (formats and rules). Limits: docs/reference/ledger.md says what is not covered,
above all entries after the last witnessed checkpoint.

Next: `log.py` (writing), `tree.py` and `proofs.py` (the pure hashes), `entries.py` (the access log).
"""

from egnatia.ledger.log import JSON, Act, Entry, append, append_all

__all__ = ["JSON", "Act", "Entry", "append", "append_all"]
