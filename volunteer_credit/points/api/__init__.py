"""The calls of points."""

from volunteer_credit.points.api import points

API = (points.api,)
