"""The work of the task force around the one flow, a module for each workflow; none of them imports another.

So far: `borders` (a document is checked at a crossing point).
"""
