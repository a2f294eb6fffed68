"""What others check: checkpoints, tiles, receipts, audits; and who is told when things happen."""
