"""The 214 file-level cases of BSI TR-03105 part 5.1 version 1.5, made by our own generator and judged by our own checks.

Run: python -m bench.documents.conformance            (table of what went wrong, and the score)
     python -m bench.documents.conformance --write    (rewrites docs/reference/conformance.md)

Each case says in our words what is manipulated, what an inspection system has to answer, and which of our checks has to
say it. A case is right when that check ends so, and the whole inspection with it.
"""
