"""Measurements: `make bench` prints medians and ratios against a floor of the same run."""
