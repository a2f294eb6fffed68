"""Changes of state of merchants."""
