"""How often one may try to get in: the limits of a phone, of an address, and of its network."""

import ipaddress
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count_max` tries in `window_seconds`; the shortest window of a list comes first."""

    what: str
    count_max: int
    window_seconds: int


CODE_PHONE = (
    Limit("code_phone_minute", 1, MINUTE),
    Limit("code_phone_hour", 5, HOUR),
    Limit("code_phone_day", 10, DAY),
)
# A whole community may stand behind one address, on market day.
CODE_ADDRESS = (Limit("code_address", 60, HOUR),)
CODE_NETWORK = (Limit("code_network", 300, HOUR),)
TRY_ADDRESS = (Limit("try_address", 60, 10 * MINUTE),)
TRY_NETWORK = (Limit("try_network", 600, 10 * MINUTE),)
TOTP = (Limit("totp_quarter", 5, 15 * MINUTE), Limit("totp_day", 20, DAY))
# Whoever gets in once can make further devices known, and each has tries of its own: of all places
# of a kind together (own devices, tills, visits). No one of them comes near.
CODE_OWN = (Limit("code_own_day", 40, DAY),)
TOTP_OWN = (Limit("totp_own_day", 60, DAY),)
CARD_PLACES = (Limit("card_places_day", 60, DAY),)

_IPV4_BITS, _IPV6_BITS, _IPV6_HOME_BITS = 24, 48, 64


def address_and_network(text: str) -> tuple[str, str]:
    """An IP address as it is counted, and the network around it (/24; of IPv6 /64 and /48).

    What is no address counts as one nameless address.
    """
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return "", ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return _network(found, _IPV6_HOME_BITS), _network(found, _IPV6_BITS)
        found = found.ipv4_mapped
    return str(found), _network(found, _IPV4_BITS)


def _network(found: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False))
