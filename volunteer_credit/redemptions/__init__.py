"""Redemptions: points for goods: held, confirmed, voided, refunded."""
