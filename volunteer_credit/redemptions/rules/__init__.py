"""What redemptions decide, without any database."""
