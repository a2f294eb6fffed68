"""One of the family who may act for an adult that agreed to it; they may take that back any day."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.vault import ProxyRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.operations.sealed import person
from volunteer_credit.people.rules.guardians import check_consent, check_proxy
from volunteer_credit.people.rules.person_errors import PersonUnknownError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried


@retried
def confirm_proxy(
    caller: Caller,
    principal_id: str,
    proxy_id: str,
    consent_how: str,
    *,
    community_id: str,
    key: str,
) -> None:
    """Say at the desk that a person agreed to be acted for, and how: `own` or `desk_paper`.

    Raises: as `authorised`, `check_consent` and `check_proxy`; PersonUnknownError.
    """
    check_consent(consent_how)
    target = Target(community_id, principal_id)
    asked = {"principal": principal_id, "proxy": proxy_id, "how": consent_how}
    body = {"asked": request_digest(db.session, asked)}
    actor = acting(caller, "proxy.confirm", CITY, target)
    with perform(CITY, Request(actor, key, "proxy.confirm", body)) as operation:
        found = authorised(operation, caller, "proxy.confirm", target)
        if not operation.replayed:
            put_proxy(operation, found.person_id, (principal_id, proxy_id), consent_how)
            operation.answer({})


def put_proxy(
    operation: Operation, by_person: str, pair: tuple[str, str], consent_how: str
) -> None:
    """Inside the city's operation: the second of `pair` may act for the first from now on.

    Raises: as `check_proxy`; PersonUnknownError.
    """
    session = operation.session
    one, other = (person(session, each)[1].fields.birth_day for each in pair)
    check_proxy(by_person, pair, (one, other), operation.day)
    if not proxyship(session, *pair):
        session.merge(  # ended within this second: the same row again
            ProxyRow(
                principal_id=pair[0],
                proxy_id=pair[1],
                since_ms=operation.at_ms,
                until_ms=None,
                consent_how=consent_how,
                confirmed_by=by_person,
            )
        )


@retried
def end_proxy(
    caller: Caller, principal_id: str, proxy_id: str, *, key: str, community_id: str = ""
) -> None:
    """Take the consent back: oneself, or at the desk of `community_id`.

    Raises: as `authorised`; PersonUnknownError for the proxy of nobody.
    """
    action = "proxy.confirm" if community_id else "self.consent"
    target = Target(community_id, principal_id)
    body = {"asked": request_digest(db.session, {"principal": principal_id, "proxy": proxy_id})}
    request = Request(acting(caller, action, CITY, target), key, "proxy.end", body)
    with perform(CITY, request) as operation:
        authorised(operation, caller, action, target)
        if not operation.replayed:
            row = proxyship(operation.session, principal_id, proxy_id)
            if row is None:
                raise PersonUnknownError
            row.until_ms = operation.at_ms
            operation.answer({})


def proxyship(session: Session, principal_id: str, proxy_id: str) -> ProxyRow | None:
    """The row that says it now."""
    return session.execute(
        select(ProxyRow).where(
            ProxyRow.principal_id == principal_id,
            ProxyRow.proxy_id == proxy_id,
            ProxyRow.until_ms.is_(None),
        )
    ).scalar_one_or_none()
