"""Conventions: what a community agreed on, as text for residents and as rules for a machine."""
