"""Who may call each address, written by hand and apart from what the routes declare themselves.

An address that is added must be added here, by somebody who thinks about who should get in. A
`GET` stands for its `HEAD` too.
"""

from tests.edge.rooms import (
    checkins,
    conventions,
    fund,
    hours,
    merchants,
    points,
    projects,
    redemptions,
    tour,
)

ROOMS = (checkins, conventions, fund, hours, merchants, points, projects, redemptions, tour)
EVERYBODY = "everybody"
SIGNED_IN = "signed_in"

# Community roles, by address: they count where the role is held, and nowhere else.
_TABLE = {
    EVERYBODY: """
        GET /
        GET /healthz
        GET /readyz
        GET /static/<path:filename>
        GET /style
        GET /style/status/<kind>
        POST /style/try
        GET /sign-in
        GET /sign-in/<any(card, device, totp, slip):way>
        POST /sign-in/card
        POST /sign-in/device
        POST /sign-in/totp
        POST /sign-in/slip
        GET /sign-in/code
        POST /sign-in/code
        GET /sign-in/code/typed
        POST /sign-in/code/typed
        GET /sign-in/code/person
        POST /sign-in/code/person
        GET /sign-in/passkey
        POST /sign-in/passkey
        POST /sign-in/passkey/ask
        GET /sign-out
        POST /sign-out
        GET /s/<code>
        GET /S/<code>
        GET /d/<code>
        POST /s/<code>
        POST /d/<code>
        GET /s/<code>/founder
        POST /s/<code>/founder
        GET /face
        GET /step-up/<way>
        GET /me/card/pass
        GET /me/sessions/<act>
        GET /me/security/passkey
        GET /me/security/passkey/<act>
        GET /me/security/totp/<act>
        GET /me/household/<community>/<act>
        GET /me/family/end
        GET /me/family/asks
        GET /me/founding/<place>/decline
        GET /me/organisations/<organisation>/leave
        GET /c/<community>/desk/person/<person>/family/end
        GET /c/<community>/desk/person/<person>/merge/propose
        GET /c/<community>/places/<place_id>/remove
        GET /c/<community>/organisations/<organisation>/reopen
        GET /c/<community>/desk/search
        GET /c/<community>/approvals/<int:seq>/withdraw
        GET /verify
        POST /verify
        GET /book/<community>/checkpoints
        GET /log/<community>/<path:name>
        GET /api/v1/
        GET /api/v1/status
        GET /api/v1/openapi.json
        GET /api/v1/docs
    """,
    SIGNED_IN: """
        POST /face
        GET /step-up
        POST /step-up/pin
        POST /step-up/totp
        POST /step-up/passkey
        POST /step-up/passkey/ask
        GET /me
        GET /me/change
        POST /me/change
        GET /me/card
        POST /me/card/pass
        GET /me/card/lost
        POST /me/card/lost
        GET /me/consents
        GET /me/consents/<purpose>/<subject>
        POST /me/consents/<purpose>/<subject>
        GET /me/export
        GET /me/export.json
        GET /me/household
        GET /me/family
        GET /me/family/ask
        POST /me/family/ask
        POST /me/family/asks
        GET /api/v1/me/proxy-asks
        POST /api/v1/me/proxy-asks
        POST /api/v1/me/proxy-asks/<ask>/accept
        POST /api/v1/me/proxy-asks/<ask>/refuse
        POST /api/v1/me/proxy-asks/<ask>/withdraw
        POST /me/family/end
        GET /me/family/<ward>
        GET /me/family/<ward>/change
        POST /me/family/<ward>/change
        GET /me/family/<ward>/consents/<purpose>/<subject>
        POST /me/family/<ward>/consents/<purpose>/<subject>
        GET /me/numbers
        POST /me/numbers
        GET /me/organisations
        GET /me/organisations/<organisation>
        POST /me/organisations/<organisation>/leave
        GET /me/organisations/<organisation>/add
        POST /me/organisations/<organisation>/add
        GET /me/organisations/<organisation>/members/<member>
        POST /me/organisations/<organisation>/members/<member>
        GET /me/organisations/<organisation>/name
        POST /me/organisations/<organisation>/name
        GET /me/organisations/<organisation>/end
        POST /me/organisations/<organisation>/end
        GET /me/leave
        GET /me/founding/<place>
        POST /me/founding/<place>
        POST /me/founding/<place>/decline
        GET /me/leave/<place>
        POST /me/leave/<place>
        GET /me/erase
        POST /me/erase
        GET /me/looked
        GET /me/security
        POST /me/security/passkey
        POST /me/security/passkey/ask
        POST /me/security/passkey/remove
        GET /me/security/totp
        POST /me/security/totp
        POST /me/security/totp/confirm
        POST /me/security/totp/remove
        GET /me/sessions
        POST /me/sessions/end
        POST /me/sessions/end-others
        POST /me/sessions/revoke
        GET /me/settings
        POST /me/settings
        GET /api/v1/session
        PUT /api/v1/session
        DELETE /api/v1/session
        GET /api/v1/me
        PATCH /api/v1/me
        GET /api/v1/me/consents
        POST /api/v1/me/consents
        GET /api/v1/me/export
        GET /api/v1/me/looked
        GET /api/v1/me/pass
        POST /api/v1/me/pass
        GET /api/v1/me/sessions
        DELETE /api/v1/me/sessions/<session>
        GET /api/v1/me/communities
        POST /api/v1/me/communities/<place>/leave
        GET /api/v1/me/erasure
        POST /api/v1/me/erasure
        GET /api/v1/me/family
        GET /api/v1/me/family/<ward>
        POST /api/v1/me/family/<ward>/consents
        DELETE /api/v1/me/proxies/<proxy>
        GET /api/v1/me/organisations
        GET /api/v1/me/organisations/<organisation>
        DELETE /api/v1/me/organisations/<organisation>
        POST /api/v1/me/organisations/<organisation>/members
        PUT /api/v1/me/organisations/<organisation>/members/<member>
        DELETE /api/v1/me/organisations/<organisation>/members/<member>
    """,
    "member": """
        GET /book/<community>
        GET /book/<community>/receipt
        POST /book/<community>/receipt
        GET /me/household/<community>
        POST /me/household/<community>/add
        POST /me/household/<community>/agree
        POST /me/household/<community>/leave
        GET /api/v1/books/<community>/entries/<int:seq>/receipt
        POST /api/v1/books/<community>/entries/<int:seq>/receipt
        GET /api/v1/communities/<community>/household
        POST /api/v1/communities/<community>/household/members
        POST /api/v1/communities/<community>/household/agree
        POST /api/v1/communities/<community>/household/leave
    """,
    "staff grid_worker": """
        GET /c/<community>/desk
        POST /c/<community>/desk/search
        GET /c/<community>/desk/add
        POST /c/<community>/desk/add
        GET /c/<community>/desk/person/<person>
        POST /c/<community>/desk/person/<person>
        GET /c/<community>/desk/person/<person>/consents
        POST /c/<community>/desk/person/<person>/consents
        GET /c/<community>/desk/person/<person>/household
        POST /c/<community>/desk/person/<person>/household
        GET /c/<community>/desk/person/<person>/slip
        POST /c/<community>/desk/person/<person>/slip
        GET /c/<community>/desk/person/<person>/place
        POST /c/<community>/desk/person/<person>/place
        POST /api/v1/communities/<community>/people
        POST /api/v1/communities/<community>/people/search
        POST /api/v1/communities/<community>/people/<person>/look
        POST /api/v1/communities/<community>/people/<person>/slips
    """,
    "staff": """
        GET /c/<community>/desk/person/<person>/change
        POST /c/<community>/desk/person/<person>/change
        GET /c/<community>/desk/person/<person>/visit
        POST /c/<community>/desk/person/<person>/visit
        GET /c/<community>/desk/person/<person>/end
        POST /c/<community>/desk/person/<person>/end
        GET /c/<community>/desk/person/<person>/role
        POST /c/<community>/desk/person/<person>/role
        GET /c/<community>/desk/person/<person>/numbers
        POST /c/<community>/desk/person/<person>/numbers
        GET /c/<community>/desk/person/<person>/family
        GET /c/<community>/desk/person/<person>/family/guardian
        POST /c/<community>/desk/person/<person>/family/guardian
        GET /c/<community>/desk/person/<person>/family/proxy
        POST /c/<community>/desk/person/<person>/family/proxy
        POST /c/<community>/desk/person/<person>/family/end
        GET /c/<community>/desk/person/<person>/merge
        POST /c/<community>/desk/person/<person>/merge
        POST /c/<community>/desk/person/<person>/merge/propose
        GET /c/<community>/desk/proxies
        POST /c/<community>/desk/proxies
        GET /api/v1/communities/<community>/proxy-asks
        POST /api/v1/communities/<community>/proxy-asks/<ask>/confirm
        POST /api/v1/communities/<community>/proxy-asks/<ask>/decline
        GET /c/<community>/places
        POST /c/<community>/places
        GET /c/<community>/places/<place_id>
        GET /c/<community>/places/<place_id>/change
        POST /c/<community>/places/<place_id>/change
        POST /c/<community>/places/<place_id>/remove
        GET /c/<community>/organisations
        GET /c/<community>/organisations/new
        POST /c/<community>/organisations/new
        GET /c/<community>/organisations/<organisation>/end
        POST /c/<community>/organisations/<organisation>/end
        POST /c/<community>/organisations/<organisation>/reopen
        POST /api/v1/communities/<community>/organisations/<organisation>/end
        POST /api/v1/communities/<community>/organisations/<organisation>/reopen
        GET /api/v1/communities/<community>/organisations
        POST /api/v1/communities/<community>/organisations
        POST /api/v1/communities/<community>/merges
        GET /api/v1/communities/<community>/people/<person>/family
        POST /api/v1/communities/<community>/people/<person>/guardians
        DELETE /api/v1/communities/<community>/people/<person>/guardians/<guardian>
        POST /api/v1/communities/<community>/people/<person>/proxies
        DELETE /api/v1/communities/<community>/people/<person>/proxies/<proxy>
        POST /api/v1/communities/<community>/people/<person>/visits
        GET /api/v1/communities/<community>/webhooks
        POST /api/v1/communities/<community>/webhooks
        DELETE /api/v1/communities/<community>/webhooks/<webhook>
    """,
    "staff supervisor fund_manager": """
        GET /c/<community>/approvals
        GET /c/<community>/approvals/<int:seq>
        POST /c/<community>/approvals/<int:seq>
        POST /c/<community>/approvals/<int:seq>/withdraw
        GET /api/v1/communities/<community>/approvals
        POST /api/v1/communities/<community>/approvals/<int:seq>/approve
        POST /api/v1/communities/<community>/approvals/<int:seq>/withdraw
    """,
    "staff supervisor": """
        POST /api/v1/communities/<community>/roles
    """,
    "supervisor inspector": """
        GET /book/<community>/audit
        POST /book/<community>/audit
        POST /api/v1/books/<community>/bundles/<int:number>
        POST /api/v1/books/<community>/exports
        GET /api/v1/books/<community>/exports/<export>
        GET /api/v1/books/<community>/exports/<export>/file
    """,
}
_ALL = [*_TABLE.items(), *(each for room in ROOMS for each in room.TABLE.items())]
WHO = {
    line.strip(): frozenset(roles.split())
    for roles, lines in _ALL
    for line in lines.strip().splitlines()
}
# In the city's own book, which a platform administrator keeps.
PLATFORM_ADMIN = frozenset(
    line.strip()
    for line in """
        GET /c/<community>/approvals
        GET /c/<community>/approvals/<int:seq>
        POST /c/<community>/approvals/<int:seq>
        POST /c/<community>/approvals/<int:seq>/withdraw
        GET /api/v1/communities/<community>/approvals
        POST /api/v1/communities/<community>/approvals/<int:seq>/approve
        POST /api/v1/communities/<community>/approvals/<int:seq>/withdraw
        POST /api/v1/communities/<community>/roles
        GET /c/<community>/organisations
        GET /c/<community>/organisations/new
        POST /c/<community>/organisations/new
        GET /api/v1/communities/<community>/organisations
        POST /api/v1/communities/<community>/organisations
        GET /c/<community>/organisations/<organisation>/end
        POST /c/<community>/organisations/<organisation>/end
        POST /c/<community>/organisations/<organisation>/reopen
        POST /api/v1/communities/<community>/organisations/<organisation>/end
        POST /api/v1/communities/<community>/organisations/<organisation>/reopen
    """.strip().splitlines()
)
# Whom a role of the town counts as: everybody who lives there is a member, and may be more.
KINDS = {
    "by_card": {"member"},
    "volunteer_elsewhere": {"member"},
    "staff_elsewhere": {"member", "staff"},
    "platform_admin": set[str](),
}


# Everybody has a number in the city's book; of households there is none, so those forms find none.
IN_CITY = frozenset(key for key, who in WHO.items() if who == {"member"})
# Where a role that gets in may still meet nothing: what the address names is not there.
NOT_THERE = frozenset(
    line.strip()
    for line in """
        GET /static/<path:filename>
        GET /log/<community>/<path:name>
        GET /style
        GET /style/status/<kind>
        POST /style/try
        POST /sign-in/code/typed
        POST /sign-in/code/person
        POST /s/<code>
        POST /step-up/pin
        GET /api/v1/me/pass
        GET /me/leave/<place>
        POST /me/leave/<place>
        POST /me/card/lost
        POST /me/security/passkey/remove
        POST /me/sessions/end
        POST /me/sessions/revoke
        POST /me/household/<community>/add
        GET /me/founding/<place>
        POST /me/founding/<place>
        POST /me/founding/<place>/decline
        POST /me/household/<community>/agree
        POST /me/household/<community>/leave
        POST /c/<community>/desk/person/<person>/household
        GET /c/<community>/approvals/<int:seq>
        POST /c/<community>/approvals/<int:seq>
        POST /c/<community>/approvals/<int:seq>/withdraw
        POST /api/v1/communities/<community>/approvals/<int:seq>/approve
        POST /api/v1/communities/<community>/approvals/<int:seq>/withdraw
        POST /api/v1/communities/<community>/roles
        DELETE /api/v1/communities/<community>/webhooks/<webhook>
        GET /api/v1/books/<community>/entries/<int:seq>/receipt
        POST /api/v1/books/<community>/entries/<int:seq>/receipt
        POST /api/v1/books/<community>/bundles/<int:number>
        GET /api/v1/books/<community>/exports/<export>
        GET /api/v1/books/<community>/exports/<export>/file
        POST /me/family/end
        POST /me/family/ask
        POST /me/family/asks
        POST /api/v1/me/proxy-asks
        POST /api/v1/me/proxy-asks/<ask>/accept
        POST /api/v1/me/proxy-asks/<ask>/refuse
        POST /api/v1/me/proxy-asks/<ask>/withdraw
        POST /c/<community>/desk/proxies
        POST /api/v1/communities/<community>/proxy-asks/<ask>/confirm
        POST /api/v1/communities/<community>/proxy-asks/<ask>/decline
        GET /me/family/<ward>
        GET /me/family/<ward>/change
        POST /me/family/<ward>/change
        GET /me/family/<ward>/consents/<purpose>/<subject>
        POST /me/family/<ward>/consents/<purpose>/<subject>
        GET /me/organisations/<organisation>
        POST /me/organisations/<organisation>/leave
        GET /me/organisations/<organisation>/add
        POST /me/organisations/<organisation>/add
        GET /me/organisations/<organisation>/members/<member>
        POST /me/organisations/<organisation>/members/<member>
        GET /me/organisations/<organisation>/name
        POST /me/organisations/<organisation>/name
        GET /me/organisations/<organisation>/end
        POST /me/organisations/<organisation>/end
        GET /api/v1/me/family/<ward>
        DELETE /api/v1/me/proxies/<proxy>
        GET /api/v1/me/organisations/<organisation>
        DELETE /api/v1/me/organisations/<organisation>
        DELETE /api/v1/me/organisations/<organisation>/members/<member>
        POST /api/v1/communities/<community>/household/agree
        POST /api/v1/communities/<community>/household/leave
        DELETE /api/v1/communities/<community>/people/<person>/guardians/<guardian>
        DELETE /api/v1/communities/<community>/people/<person>/proxies/<proxy>
        POST /c/<community>/desk/person/<person>/place
        POST /api/v1/communities/<community>/people/<person>/guardians
        POST /api/v1/communities/<community>/people/<person>/proxies
        POST /api/v1/communities/<community>/merges
        GET /c/<community>/places/<place_id>
        GET /c/<community>/places/<place_id>/change
        POST /c/<community>/places/<place_id>/change
        POST /c/<community>/places/<place_id>/remove
        POST /c/<community>/desk/person/<person>/merge/propose
        GET /c/<community>/organisations/<organisation>/end
        POST /c/<community>/organisations/<organisation>/end
        POST /c/<community>/organisations/<organisation>/reopen
        POST /api/v1/communities/<community>/organisations/<organisation>/end
        POST /api/v1/communities/<community>/organisations/<organisation>/reopen
    """.strip().splitlines()
) | {line.strip() for room in ROOMS for line in room.NOT_THERE.splitlines() if line.strip()}
# What a card alone does not open: one's keys, and what staff reads by their role.
BY_CARD_CLOSED = frozenset(
    line.strip()
    for line in """
        POST /me/security/passkey/ask
        POST /me/security/totp
        POST /me/security/totp/remove
        GET /api/v1/books/<community>/entries/<int:seq>/receipt
        POST /api/v1/books/<community>/entries/<int:seq>/receipt
    """.strip().splitlines()
)


def kinds(role: str) -> set[str]:
    """What a role of the town counts as in the table."""
    return KINDS.get(role, {"member", role})
