"""Merchants: merchants, agreements, offers, stock."""
