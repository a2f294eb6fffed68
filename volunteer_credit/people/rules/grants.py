"""Which roles a book may grant to whom, and until when."""

from dataclasses import dataclass
from typing import Any

from volunteer_credit.people.rules.days import is_day
from volunteer_credit.people.rules.roles import CITY, COMMUNITY, is_scope_of
from volunteer_credit.shared.errors import MissingError, RefusedError

FAR_DAY = 99991231
SCOPE_LENGTH_MAX = 64
# In the city's book; all others are a community's.
CITY_ROLES = frozenset({"platform_admin"})


class RoleUnknownError(RefusedError):
    """A role or scope that this book cannot grant."""

    code = "role_unknown"
    en = "The role {role!r} cannot be granted here for {scope!r}."
    zh = "此处不能授予范围为 {scope!r} 的角色 {role!r}。"


class GrantDayError(RefusedError):
    """The last day of a role."""

    code = "grant_day"
    en = "Give the last day as YYYYMMDD; a day that is past only takes a role away that is held."
    zh = "请按 YYYYMMDD 填写截止日；已过去的日期只能用于收回现有角色。"


class GranteeUnknownError(MissingError):
    """Nobody here has this account number, or not any more."""

    code = "grantee_unknown"
    en = "No member here has this account number."
    zh = "此处没有使用该账号的成员。"


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role for an account number. `until_day`: its last day, YYYYMMDD; past: taken away."""

    account: str
    role: str
    scope: str = COMMUNITY
    until_day: int = FAR_DAY

    @property
    def data(self) -> dict[str, Any]:
        """As the entries spell it."""
        return {
            "account": self.account,
            "beneficiaries": [self.account],
            "role": self.role,
            "scope": self.scope,
            "until_day": self.until_day,
        }


def check_grant(grant: RoleGrant, book: str, day: int, *, is_held: bool) -> None:
    """Accept a grant of this book. `is_held`: the same role and scope stand, in force.

    Raises: RoleUnknownError, GrantDayError.
    """
    is_city = grant.role in CITY_ROLES
    is_known = is_scope_of(grant.role, grant.scope) and len(grant.scope) <= SCOPE_LENGTH_MAX
    if is_city != (book == CITY) or not is_known:
        raise RoleUnknownError(role=grant.role[:64], scope=grant.scope[:64])
    if not is_day(grant.until_day) or (grant.until_day < day and not is_held):
        raise GrantDayError
