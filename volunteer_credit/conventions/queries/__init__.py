"""Reads of the conventions slice."""
