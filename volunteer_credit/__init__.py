"""The service around the book: people, conventions, funds, points and the pages to use them.

Rooms are added with the issues that need them, each on its step of the staircase in
docs/architecture.md. This file stays light, so that pure rules load without a web framework.
"""
