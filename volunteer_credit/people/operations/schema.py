"""Every table of this slice: importing this file makes the schema whole."""

from volunteer_credit.people.models import (
    credentials,
    membership,
    organisations,
    privacy,
    roles,
    sessions,
    vault,
)

MODULES = (vault, membership, organisations, roles, credentials, sessions, privacy)
