"""Changes of state of points."""
