"""People's pages: signing in, one's own things, the desk."""

from volunteer_credit.people.pages import (
    approvals,
    desk,
    desk_acts,
    desk_change,
    desk_consents,
    home,
    own,
    own_card,
    own_consents,
    own_household,
    own_leaving,
    own_security,
    own_sessions,
    passkeys,
    sign_in,
    sign_in_code,
    slips,
    step_up,
    up,
)

PAGES = tuple(
    each.pages
    for each in (
        home,
        sign_in,
        sign_in_code,
        passkeys,
        slips,
        step_up,
        own,
        own_card,
        own_sessions,
        own_consents,
        own_household,
        own_leaving,
        own_security,
        desk,
        desk_acts,
        desk_change,
        desk_consents,
        approvals,
        up,
    )
)
