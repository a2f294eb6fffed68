"""Forms and calls of redemptions."""
