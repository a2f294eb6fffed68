"""What the publication does."""
