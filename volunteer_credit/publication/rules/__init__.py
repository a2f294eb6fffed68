"""Pure decisions of the publication."""
