"""Changes of state of checkins."""
