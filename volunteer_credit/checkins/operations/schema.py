"""The tables of checkins, for those who compare or make the schema."""

from volunteer_credit.checkins.models import doors, presences

MODULES = (doors, presences)
