"""Changes of state of projects."""
