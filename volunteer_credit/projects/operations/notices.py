"""News of one's shifts: a place became free, the time or place changed, it was cancelled.

They stand on the first page until they are answered or the shift begins. Nobody is pressed.
"""

from dataclasses import asdict, dataclass

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import about
from volunteer_credit.people.operations.authority import authorised
from volunteer_credit.people.operations.notices import Act, Notice
from volunteer_credit.people.operations.pair_words import Text, same
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.projects.models.activities import SignUpRow
from volunteer_credit.projects.operations.own import Someone, homes_of, people_in
from volunteer_credit.projects.operations.signing_up import SIGN_UP, request_of, shift_of
from volunteer_credit.projects.operations.times import now_ms, offset_minutes
from volunteer_credit.projects.queries.notices import Untold, untold
from volunteer_credit.projects.queries.sign_ups import ON_LIST
from volunteer_credit.projects.rules.errors import NotSignedUpError
from volunteer_credit.projects.rules.states import CANCELLED, SIGNED, WAITING
from volunteer_credit.projects.rules.wording import when_text
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried

COME, SEEN = Text("我会来", "I will come"), Text("知道了", "I have seen it")
GIVE_BACK, STAY_AWAY = Text("把名额让出来", "Give it back"), Text("我来不了", "I cannot come")
# Said for somebody else: who taps does not come themselves.
THEY_COME, THEY_STAY_AWAY = Text("会来", "They will come"), Text("来不了", "They cannot come")
PLACE_FREE, CHANGED, CANCELLED_NEWS = "place_free", "changed", "cancelled"

_TITLES = {
    PLACE_FREE: ("done", Text("有空位了：", "A place became free:")),
    CHANGED: ("warning", Text("活动有变，现为：", "Changed, it is now:")),
    CANCELLED_NEWS: ("error", Text("活动取消：", "Cancelled:")),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the news said when somebody answers them: another change may have come since.

    `revision`: of the shift, None: the newest. `state`: on its list, empty: as it is.
    """

    revision: int | None = None
    state: str = ""


ALL = Seen()


@dataclass(frozen=True, slots=True)
class News:
    """What somebody, or one they stand for, has not seen yet of a shift they signed up for."""

    community_id: str
    who: Someone
    told: Untold

    @property
    def what(self) -> str:
        """place_free, changed or cancelled."""
        if self.told.shift.state == CANCELLED:
            return CANCELLED_NEWS
        return PLACE_FREE if self.told.moved_up and self.told.state == SIGNED else CHANGED


def news_of(caller: Caller) -> list[News]:
    """All that is new for the caller's people, community by community."""
    found = []
    for home in homes_of(db.session, caller):
        place = home.community_id
        people = {each.account: each for each in people_in(db.session, caller, place)}
        told = untold(db.session, place, sorted(people), now_ms(db.session, place))
        found += [News(place, people[each.account], each) for each in told]
    return found


def notices_of(caller: Caller) -> list[Notice]:
    """The same for the first page."""
    return [_notice(each) for each in news_of(caller)]


@retried
def answer_news(
    caller: Caller,
    community_id: str,
    shift_id: str,
    key: str,
    person_id: str = "",
    seen: Seen = ALL,
) -> None:
    """Say that one has seen it, and comes if there is anything to come to.

    What became new after `seen` stays new.
    Raises: ShiftUnknownError, NotSignedUpError, and as `authorised` and `perform`.
    """
    target = Target(community_id, person_id)
    request = request_of(caller, target, shift_id, key, "project.seen")
    request = about(request, **asdict(seen))
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, SIGN_UP, target)
        if not operation.replayed:
            account = authority.target.account or authority.account
            shift = shift_of(operation, shift_id)
            row = operation.session.get(SignUpRow, (community_id, shift_id, account))
            if row is None or row.state not in ON_LIST:
                raise NotSignedUpError
            newest = shift.revision if seen.revision is None else seen.revision
            row.seen_revision = max(row.seen_revision, min(newest, shift.revision))
            if seen.state != WAITING:
                row.moved_up_at_ms = None
            operation.answer({})


def _notice(news: News) -> Notice:
    shift, name = news.told.shift, news.who.name if news.who.person_id else ""
    path = f"/c/{news.community_id}/activities/{shift.activity_id}"
    kind, title = _TITLES[news.what]
    lines = [same(f"{shift.title} · {shift.place}")]
    if news.what == CANCELLED_NEWS:
        lines.append(Text(f"原因：{shift.reason}", f"Why: {shift.reason}"))
    elif news.told.changed:
        lines += _was(news.told)
    when = _when(shift.starts_at_ms, shift.ends_at_ms)
    return Notice(
        kind,
        Text(
            f"{name + '：' if name else ''}{title.zh}{when.zh}",
            f"{name + ': ' if name else ''}{title.en} {when.en}",
        ),
        tuple(lines),
        path,
        _acts(news, path),
    )


def _acts(news: News, path: str) -> tuple[Act, ...]:
    sent = (("shift", news.told.shift.shift_id), ("person", news.who.person_id))
    seen = (*sent, ("revision", str(news.told.shift.revision)), ("state", news.told.state))
    if news.what == CANCELLED_NEWS:
        return (Act(SEEN, f"{path}/seen", seen),)
    is_own = not news.who.person_id
    come, away = (COME, STAY_AWAY) if is_own else (THEY_COME, THEY_STAY_AWAY)
    if news.told.state != SIGNED:
        come = SEEN
    elif news.what == PLACE_FREE:
        away = GIVE_BACK
    return (Act(come, f"{path}/seen", seen), Act(away, f"{path}/drop", sent))


def _was(told: Untold) -> list[Text]:
    """As it was published first."""
    shift, found = told.shift, []
    if shift.was_starts_at_ms is not None and shift.was_ends_at_ms is not None:
        was = _when(shift.was_starts_at_ms, shift.was_ends_at_ms)
        found.append(Text(f"原时间：{was.zh}", f"It was: {was.en}"))
    if shift.was_place is not None:
        found.append(Text(f"原地点：{shift.was_place}", f"The place was: {shift.was_place}"))
    return found


def _when(starts_at_ms: int, ends_at_ms: int) -> Text:
    span = starts_at_ms, ends_at_ms
    zh, en = (when_text(*span, offset_minutes(), language) for language in ("zh", "en"))
    return Text(zh, en)
