"""The edge to the network: who may call, what is refused and how it is said, for pages and API.

It stands below every slice and knows none of them; what it needs of people comes in as a `Gate`.
"""
