"""Changes of people's data: each opens one transaction, asks the rules, and appends its entries."""
