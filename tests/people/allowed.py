"""Who may do what, written by hand from the design and apart from the tables of the service.

A role or an action that is added to the tables must be added here too, by somebody who thinks.
"""

# By action: the roles. `*` after a role: only with a grant of the book, never by a place in a body.
ALLOWED = {
    # one's own things, or a ward's
    "self.read": "volunteer former_member guardian proxy",
    "self.change": "volunteer guardian",
    "self.leave": "volunteer former_member guardian",
    "self.erase": "volunteer former_member guardian",
    "self.consent": "volunteer former_member guardian",
    "self.sessions": "volunteer",
    "self.credentials": "volunteer",
    "self.card": "volunteer guardian proxy",
    "self.household": "volunteer guardian proxy",
    "self.organisation": "volunteer",
    "person.act_for": "guardian proxy",
    # the desk
    "person.add": "staff grid_worker platform_admin",
    "person.search": "staff grid_worker",
    "person.read": "staff grid_worker",
    "person.change": "staff",
    "person.merge": "staff supervisor",
    "person.erase": "staff",
    "member.add": "staff grid_worker",
    "member.end": "staff",
    "card.issue": "staff",
    "card.end": "staff",
    "card.pin_reset": "staff",
    "slip.issue": "staff grid_worker platform_admin",
    "device.enrol": "staff platform_admin",
    "device.revoke": "staff platform_admin",
    "session.end": "staff platform_admin",
    "household.confirm": "staff grid_worker",
    "place.change": "staff",
    "consent.record": "staff grid_worker",
    "guardian.confirm": "staff",
    "proxy.confirm": "staff",
    "organisation.register": "staff platform_admin",
    "organisation.change": "staff organisation_admin platform_admin",
    "organisation.member.change": "staff organisation_admin",
    # what stands in the book, and who reads it
    "role.propose": "staff supervisor platform_admin",
    "role.approve": "staff supervisor platform_admin",
    "approval.read": "staff supervisor fund_manager coordinator organisation_admin platform_admin",
    "convention.propose": "staff supervisor",
    "convention.approve": "staff supervisor",
    "convention.sign": "volunteer guardian",
    "community.found": "platform_admin",
    "community.change": "staff",
    "book.read": "volunteer staff supervisor fund_manager inspector platform_admin",
    "entry.read": "staff supervisor inspector",
    "bundle.read": "supervisor inspector",
    "webhook.change": "staff",
    "access.read": "staff supervisor inspector",
    # rooms to come
    "fund.read": "volunteer staff supervisor fund_manager inspector",
    "fund.propose": "staff supervisor fund_manager",
    "fund.approve": "staff supervisor fund_manager",
    "points.read": "volunteer former_member guardian proxy",
    "points.hold": "volunteer guardian proxy",
    "points.take": "cashier",
    "points.refund": "cashier",
    "points.correct": "staff",
    "points.propose": "staff supervisor fund_manager",
    "points.approve": "staff supervisor fund_manager",
    "hours.read": "volunteer former_member guardian proxy coordinator organisation_admin staff"
    " supervisor inspector",
    "hours.object": "volunteer guardian proxy",
    "hours.propose": "coordinator organisation_admin staff supervisor",
    "hours.approve": "coordinator organisation_admin staff supervisor",
    "merchant.read": "volunteer cashier staff supervisor fund_manager inspector",
    "merchant.change": "staff fund_manager",
    "merchant.offer": "staff fund_manager",
    "agreement.propose": "staff supervisor fund_manager",
    "agreement.approve": "staff supervisor fund_manager",
    "project.read": "volunteer guardian proxy lead coordinator organisation_admin staff supervisor"
    " inspector",
    "project.change": "coordinator organisation_admin staff",
    "project.sign_up": "volunteer guardian proxy",
    "checkin.scan": "volunteer guardian proxy",
    "checkin.open": "lead coordinator organisation_admin staff",
    "checkin.admit": "lead coordinator organisation_admin staff",
    "checkin.count": "lead coordinator organisation_admin staff",
    "checkin.stop": "lead coordinator organisation_admin staff",
    "settlement.read": "cashier staff supervisor fund_manager inspector",
    "settlement.close": "staff fund_manager",
    "settlement.propose": "staff supervisor fund_manager",
    "settlement.approve": "staff supervisor fund_manager",
}

# Only with a grant of the book, never by a mere place in a body: the book asks for the role (P6).
IN_BOOK = {
    f"{group}.{step}"
    for group in ("role", "convention", "agreement", "fund", "points", "hours", "settlement")
    for step in ("propose", "approve")
} | {"person.merge", "approval.read"}

# Only by who has just proved again who they are.
STEPS_UP = {each for each in IN_BOOK if each.endswith(".approve")} | {
    "person.merge",
    "person.erase",
    "self.erase",
    "self.credentials",
    "community.found",
    "bundle.read",
    "webhook.change",
}

# The kind of scope that a role is held for, which says whom it reaches (test_roles_rules).
REACHES = {
    "volunteer": "own",
    "former_member": "own",
    "guardian": "ward",
    "proxy": "ward",
    "cashier": "merchant",
    "lead": "organisation",
    "coordinator": "organisation",
    "organisation_admin": "organisation",
    "grid_worker": "grid",
    "staff": "community",
    "supervisor": "community",
    "fund_manager": "community",
    "inspector": "community",
    "platform_admin": "city",
}

READ_ONLY = {"inspector"}
