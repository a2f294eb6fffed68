"""What the edges of conventions take and give."""
