"""Shapes of what the edges of checkins take and give."""
