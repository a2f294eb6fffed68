"""Reads of checkins."""
