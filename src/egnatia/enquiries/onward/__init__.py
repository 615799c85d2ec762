"""Somebody else's item: ask its originator, pass it on under its token, put it before a court, keep to its new label.

A node that holds core data of another partner may pass them on only with a token that this partner signed after two of
its people decided (MEM-09; Directive (EU) 2016/680 art. 35). The holder's node refuses to send without it, and the
receiver's node refuses to take without it: neither relies on the other.

* `asking`: the holder asks, and gets a token or a no. `deciding`: the originator's two people.
* `forwarding`: passing on, at both ends. `evidence`: the file for a court. `relabelling`: the originator's new label.
* `held`: an item as its holder has it, whichever way it came. `messages`: what travels.
"""
