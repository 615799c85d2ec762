"""DNA between partners: profiles of this node asked about at others, and theirs compared with ours.

Step 1 carries reference data and a number drawn for one agreement and one partner: no identity, no case, no officer
(Regulation (EU) 2024/982 art. 9). From the candidate on it is the one flow of the house: two examiners find, facts go
with the follow-up, two people release.
"""
