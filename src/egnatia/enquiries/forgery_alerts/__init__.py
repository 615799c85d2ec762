"""Forgery alerts: what a person found out about a false document's template, told to every member that may know (DOC-07).

An alert carries features of a template, ranges of stolen blanks and a label, and has no field for anybody's data. It is a
state with a number: a change and a withdrawal are the same message with the next number, and the highest number counts
in whatever order they arrive. It flags for as long as it is not withdrawn and its day of review has not come.

Who is told is decided by `permit` on the day of telling: only under a grant by which the other could have asked us for
intelligence on false documents. What takes an alert back is not asked about; whoever was told is told that too.

Read in this order: `messages.py` (the form), `held.py` (what this node holds, and what it flags by), `sending.py`,
`taking.py`. Officers' acts are in `casework.intelligence`.
"""
