"""Who plays in the tour: the made-up people of a demonstration, found by their numbers."""

from dataclasses import dataclass

COMMUNITY = "demo-01"


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody whom the tour signs in. `is_desk`: with an enrolled device, else with a slip."""

    phone: str
    en: str
    zh: str
    is_desk: bool = True


COORDINATOR = Face("13900000006", "the coordinator", "项目负责人")
VOLUNTEER = Face("13900000007", "the volunteer", "志愿者", is_desk=False)
SECOND = Face("13900000008", "the second coordinator", "另一位负责人")
CASHIER = Face("13900000009", "the shop", "商户")
FACES = (COORDINATOR, VOLUNTEER, SECOND, CASHIER)
