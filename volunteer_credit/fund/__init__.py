"""Fund: sponsors, budgets, coverage."""
