"""Changes of state of redemptions."""
