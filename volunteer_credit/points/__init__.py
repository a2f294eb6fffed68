"""Points: awards, holds, expiry, and what explains them."""
