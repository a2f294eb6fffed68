"""What points decide, without any database."""
