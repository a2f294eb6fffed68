"""What every slice stands on: the clock, errors, ids, units and the one way to the database."""
