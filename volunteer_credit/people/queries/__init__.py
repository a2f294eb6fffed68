"""Reads of people's data. Nothing here decides."""
