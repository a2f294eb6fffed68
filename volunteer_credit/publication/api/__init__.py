"""The publication for programs."""

from volunteer_credit.publication.api import books, webhooks

API = (books.api, webhooks.api)
