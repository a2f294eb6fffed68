"""The pages of points."""

from volunteer_credit.points.pages import points

PAGES = (points.pages,)
