"""Shapes of what the edges of hours take and give."""
