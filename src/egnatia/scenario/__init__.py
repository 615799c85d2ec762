"""The synthetic task force: five nodes, their invented records, and the material of one case. Nobody in it exists.

`agreements.toml` is the demonstration register, `task_force.py` the nodes and their officers, `records.py` the
generator of persons and registers, `case.py` the passport presented at the Port of Durrës.
"""
