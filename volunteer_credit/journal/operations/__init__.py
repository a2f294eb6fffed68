"""What the journal does: found books, append, seal, publish, keep keys, recover."""
