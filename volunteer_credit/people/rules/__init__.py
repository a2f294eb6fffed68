"""Pure decisions of the people slice; its errors."""
