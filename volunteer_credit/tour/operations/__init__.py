"""What the tour does: it opens faces, moves the demo clock, and breaks a copy of the book."""
