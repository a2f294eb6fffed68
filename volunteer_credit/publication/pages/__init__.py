"""The publication for people."""

from volunteer_credit.publication.pages import audit, book, check, log

PAGES = (log.pages, check.pages, book.pages, audit.pages)
