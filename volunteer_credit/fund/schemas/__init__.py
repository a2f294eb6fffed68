"""Shapes of what the edges of fund take and give."""
