"""The pages of the tour."""

from volunteer_credit.tour.pages import bar, tour, walking

PAGES = (bar.pages, tour.pages, walking.pages)
