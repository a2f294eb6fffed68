"""Changes of state of the fund."""
