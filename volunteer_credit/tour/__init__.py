"""The tour of a demonstration: eight steps of one Saturday, each with the right face signed in."""
