"""Changes of state of hours."""
