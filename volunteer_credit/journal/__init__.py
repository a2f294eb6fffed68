"""The service's only door to the book: books, entries, sealing, receipts, recovery.

Other slices append through `journal.operations.perform` and never see `ledger`.
"""
