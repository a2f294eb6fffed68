"""What checkins decide, without any database."""
