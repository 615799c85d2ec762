"""Corrections: what was given to others is put right wherever it went, and who has not acted yet is seen (DIS-06).

A correction is one of four: new values, erase, restrict, lift a restriction. Whoever made it works out every holder from
its own tables, tells each of them, and keeps telling until the holder's node has acted and, where something rested on
the data, a person there has looked. A misidentification goes the other way by the same road (DIS-09).

Corrections of one item may arrive late, twice and in any order, also before the data themselves: each has a number and
the moment it was made, and `standing.py` computes from the set of them what a copy is, whatever the order.

Read in this order: `standing.py` (the rule), `holders.py` (who has what), `making.py`, `sending.py`, `taking.py`,
`reading.py` (who may still read a copy), `acting.py` (what people do), `lists.py`.
"""
