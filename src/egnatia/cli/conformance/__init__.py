"""The conformance test: what a candidate's own node can do, found out by doing it, and signed.

Some checks look at the node itself (clock, keys, agreements, disk, ledger); the others let the same software, on the
same machine and disk, go through the whole flow with a partner that is invented and lives in this process. Nothing of it
touches the node's own records.

Next: `own.py` (checks of the node), `partner.py` (the two scratch nodes), `flow.py` (what they do), `run.py` (the report).
"""
