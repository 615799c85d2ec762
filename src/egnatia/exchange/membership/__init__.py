"""Membership between nodes: invitations, candidacies, and the list that every member signs.

There is no central point. A list travels as its payload with whatever signatures its sender knows; each node verifies,
joins the signatures it has, and puts the list in force for itself when the rule of the list before is met.

* `documents`: the signed files, read and written.
* `signed_list`: the list's signatures, and a whole list verified without any node.
* `lists`: lists as this node has them: proposed, in force, past.
* `ceremony`: invite, join, consider, evidence, admit, renew, sign.
* `messages`: lists and notices as they travel.

Reference: docs/reference/membership.md.
"""
