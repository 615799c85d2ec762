"""The node's database: tables, transactions, the erasable vault, migrations and queries.

Everything true about a node is here and nowhere else. Two rules hold the room together:

* A domain function takes a `Transaction` and never opens one, so whoever calls it decides what belongs together:
  an act and its ledger entry are written by one commit or not at all.
* Personal content is sealed under a key of its own in the vault file; destroying the key erases the content in the
  database, in its write-ahead log and in every backup.

Next: `database.py` (transactions), `vault.py` (sealing), `writer.py` (group commit), `tables/` (the schema).
"""
