"""What hours decide, without any database."""
