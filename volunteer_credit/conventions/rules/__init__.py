"""Pure decisions of the conventions slice: the document, its adoption, awards; their errors."""
