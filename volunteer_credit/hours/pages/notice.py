"""The public notice of hours, for everybody."""

from flask import Blueprint, render_template

from volunteer_credit.conventions.operations.shown import CommunityUnknownError
from volunteer_credit.hours.operations.notice_view import notice, years_not_told
from volunteer_credit.hours.pages.words import for_templates
from volunteer_credit.people.queries.communities import community as community_named
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.gate import may

pages = Blueprint("hours_notice", __name__, template_folder="../templates")
pages.context_processor(for_templates)


@pages.get("/c/<community>/notice")
@requires(NOBODY)
def show(community: str) -> str:
    """What will be recorded, and until when a member may object."""
    here = community_named(db.session, community)
    if here is None:
        raise CommunityUnknownError
    lines = notice(community)
    return render_template(
        "hours/notice.html",
        community=community,
        name=here.name,
        lines=lines,
        missing=years_not_told(community, lines),
        may_object=may("hours.object", community),
    )
