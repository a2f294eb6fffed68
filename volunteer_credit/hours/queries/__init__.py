"""Reads of hours."""
