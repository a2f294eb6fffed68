"""Reads of the tour: how far it has come."""
