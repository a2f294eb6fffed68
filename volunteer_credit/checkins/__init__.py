"""Checkins: the door: codes, scans, presence, closing."""
