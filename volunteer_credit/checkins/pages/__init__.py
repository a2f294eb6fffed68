"""Pages of checkins: a volunteer's scan, a lead's door, closing, visits."""

from flask import Blueprint

from volunteer_credit.checkins.pages import admit, closing, door, scan, up, vain, visits

PAGES: tuple[Blueprint, ...] = tuple(
    each.pages for each in (scan, vain, door, admit, closing, visits, up)
)
