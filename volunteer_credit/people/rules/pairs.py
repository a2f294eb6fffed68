"""What needs two persons, and who is no second person for it. There is no way round these."""

from dataclasses import dataclass

from volunteer_credit.people.rules.actions import ACTIONS
from volunteer_credit.people.rules.pair_errors import (
    OwnBenefitError,
    OwnProposalError,
    PairUnknownError,
    SameDeviceError,
    SameHouseholdError,
    SharedPhoneError,
    WithdrawalReasonError,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.errors import DeniedError

MERGE = "account.merge"
# Approving these changes rows too: without their effect they are not approved at all.
WITH_EFFECT = frozenset(
    {"role", MERGE, "convention", "agreement", "fund.budget", "hours.sheet", "hours.correction"}
)
REASONS = ("mistaken", "refused", "not_needed", "overtaken")
NAME_LENGTH_MAX = 64
# Leaving a household takes one tap: done just before a proposal, it must change nothing.
KIN_KEPT_MS = 90 * 86_400_000
_ORGANISATION = "organisation:"


def pair_action(name: str, step: str) -> str:
    """The action of a step, `propose` or `approve`, for the pair `name`.

    The first word of the name is the group: `fund.grant` needs `fund.propose`.
    Raises: PairUnknownError.
    """
    action = "person.merge" if name == MERGE else f"{name.partition('.')[0]}.{step}"
    if action not in ACTIONS or len(name) > NAME_LENGTH_MAX:
        raise PairUnknownError(name=name[:NAME_LENGTH_MAX])
    return action


def pair_target(community_id: str, subject: str) -> Target:
    """What a pair is about: `organisation:<id>` as subject opens it to roles in that body."""
    is_body = subject.startswith(_ORGANISATION)
    organisation_id = subject.removeprefix(_ORGANISATION) if is_body else ""
    return Target(community_id, organisation_id=organisation_id)


def check_reason(reason: str) -> None:
    """Accept a reason of the list. Raises: WithdrawalReasonError."""
    if reason not in REASONS:
        raise WithdrawalReasonError(reasons=", ".join(REASONS))


@dataclass(frozen=True, slots=True)
class Sides:
    """Who stands on the other sides of an approval, as persons and not as account numbers.

    `proposer`: empty for an operator. `kin`: who lives with one of them or stands for one, or did
    so in the 90 days before it was proposed.
    """

    proposer: str
    beneficiaries: frozenset[str]
    kin: frozenset[str]

    def refusal(self, person_id: str) -> type[DeniedError] | None:
        """Why this person is no second one; nothing if they are."""
        if person_id == self.proposer:
            return OwnProposalError
        if person_id in self.beneficiaries:
            return OwnBenefitError
        return SameHouseholdError if person_id in self.kin else None


def check_second(
    sides: Sides, person_id: str, *, device: str, proposer_device: str, is_shared_phone: bool
) -> None:
    """Accept who signs on their own device and has no part in it. Devices are digests.

    Raises: OwnProposalError, OwnBenefitError, SameHouseholdError, SharedPhoneError,
    SameDeviceError.
    """
    refusal = sides.refusal(person_id)
    if refusal is not None:
        raise refusal
    if is_shared_phone:
        raise SharedPhoneError
    if device == proposer_device:
        raise SameDeviceError
