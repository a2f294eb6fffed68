"""The book: a signed, append-only ledger with its accounts (docs/ledger-format.md).

Read in this order: `canonical`, `note`, `entry`, `kinds`, `keys`, `parties`, `accounts`, `book`,
`log`; beside them the tree: `merkle`, `tiles`, `checkpoint`, `proof`, `policy`. Standard library
and `cryptography` only; no clock, no network, no SQL, no globals.
"""
