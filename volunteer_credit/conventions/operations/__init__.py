"""Changes of state of conventions."""
