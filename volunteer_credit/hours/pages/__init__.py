"""The pages of hours: one's own, the desk's, the public notice."""

from volunteer_credit.hours.pages import calendar, desk, family, lines, notice, own, paper

PAGES = (
    own.pages,
    family.pages,
    desk.pages,
    lines.pages,
    paper.pages,
    calendar.pages,
    notice.pages,
)
