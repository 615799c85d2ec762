"""The exchange: how nodes talk, so that nothing is lost, nothing counts twice and nobody else is heard.

A question is queued in the same transaction as the act that asks it, signed once, and delivered again and again until
the one signed answer that is bound to it comes back. The partner answers a repeated question with the bytes of its
first answer. Sender and receiver therefore agree about every message after any crash.

* `keys`, `certificates`, `card`, `directory`: who we are, and whom we know.
* `strict_json`, `signatures`, `envelope`, `message`: what travels.
* `outbox`, `inbox`, `limits`: what is stored at each end.
* `server`, `tls`, `protocol`, `client`, `courier`, `witnessing`: how it gets there.

Reference: docs/reference/exchange.md.
"""
