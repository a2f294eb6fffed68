"""Shapes of what the edges of projects take and give."""
