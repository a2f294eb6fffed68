"""What merchants decide, without any database."""
