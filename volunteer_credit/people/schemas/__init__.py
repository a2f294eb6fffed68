"""What forms and calls of people say, field by field."""
