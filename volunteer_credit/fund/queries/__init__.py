"""Reads of the fund."""
