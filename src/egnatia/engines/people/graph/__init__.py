"""Networks of persons, organisations and the things they share: read, cut out, measured, drawn and written.

What it decides: nothing. It shows which persons share a rare thing (`shared`), by what ways two are joined (`paths`), who
stands between others in a case (`measures`), and carries networks to and from other programs (`formats`).

By what method: plain counting for rarity, Dijkstra for ways, betweenness, cores and articulation points by rustworkx,
Louvain communities by networkx; each measure again with ties missing.

Its limits: a network is what was reported, and whom nobody reported is not in it. Position is not guilt. Only a person who
is recorded as involved is read by any of it (`types.Standing`); a case of more than 5,000 nodes is not measured.
"""
