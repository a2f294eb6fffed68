"""Forms and calls of merchants."""
