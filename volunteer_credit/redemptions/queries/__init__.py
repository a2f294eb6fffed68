"""Reads of redemptions."""
