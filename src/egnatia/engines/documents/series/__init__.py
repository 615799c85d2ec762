"""Series: false documents from one workshop, told by the faults that their template leaves in all of them.

What it decides: whether the next document carries the template of one that a person confirmed to be false, and which
confirmed ones come from one source. It flags and groups; that a document is false, and that a series is one, a person
says.

Method: closed features of the template (never of the holder), and for each the odds that two documents of one source
would be noted alike against the odds that any two would, in bits, added up (Fellegi and Sunter 1969). A rare fault
speaks louder than a common one; every bit is listed with its feature. Groups are formed by average linkage, which does not
depend on the order in which the documents came.

Limits: a feature has to be noted to count. The prior frequencies are this project's own until a register of confirmed
false documents replaces them; bench/documents/series.py shows what they do to seeded series, not to real workshops.

Public names: `feature`, `Template` in `types`; `template_of` in `extract`; `Rarity` in `rarity`, `rarity_of` in `sources`; `compare`,
`flag` in `match`; `series_of` in `cluster`; `detail_hash` in `details`.
"""
