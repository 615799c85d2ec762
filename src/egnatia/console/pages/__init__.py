"""One module per task. A page function takes a `Visit` and returns a `Reply`; it decides nothing, it asks the rooms."""
