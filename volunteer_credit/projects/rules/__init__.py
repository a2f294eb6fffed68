"""What projects decide, without any database."""
