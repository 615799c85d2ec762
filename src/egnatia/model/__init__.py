"""The nouns of the task force: identifiers, states and frozen records, without any input or output.

Every other room imports this one and this one imports nothing of ours, so a word means the same thing everywhere.
"""
