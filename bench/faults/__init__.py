"""The fault suite: real nodes, real load, real faults, and a checker that believes nobody.

Three partners' nodes run as `egnatia node serve` behind a fault proxy. An officer's process at each queues enquiries and
writes down durably what was acknowledged to it. A nemesis kills, pauses, cuts off, fills the disk of, cuts the power of
and sets the clock of nodes, and plays a hostile partner. After everything has healed the checker compares what was
acknowledged with what stands in every node's tables and ledgers.

    python -m bench.faults --short        # under a minute, a few faults of every kind this machine allows
    python -m bench.faults --long         # a million acknowledged questions and 500 faults; resumable
    python -m bench.faults --messages 50000 --faults 100

`docs/reference/faults.md` says what is injected, how it is counted and what came out last.
"""
