"""Pure decisions of the journal: what a head says, whether a row is ours, which time it is."""
