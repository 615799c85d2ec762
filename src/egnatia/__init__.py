"""Egnatia: one partner's node of a joint task force.

Start at `node.py`, which puts a node together, and at `enquiries/`, the one flow everything hangs on.
"""

__version__ = "0.2.0"
