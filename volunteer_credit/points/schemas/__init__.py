"""Shapes of what the edges of points take and give."""
