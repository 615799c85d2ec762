"""Keeping a node: its signs of life, what it counts, how it logs, and copies of it that can be trusted.

Nothing here is reachable by a partner, and nothing here names a person: health and metrics are numbers about machines
and queues, a log line is a code and an identifier, and a backup holds ciphertext without the keys to it.
"""
