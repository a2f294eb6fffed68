"""What the fund decides, without any database."""
