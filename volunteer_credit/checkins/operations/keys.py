"""The keys of this room, and the time by which a community's doors go."""

from volunteer_credit.checkins.rules.venue_codes import site_key
from volunteer_credit.journal.operations.demo_time import ahead_ms
from volunteer_credit.people.operations.digests import digest, key_for
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import current


def now_of(reader: Reader, community_id: str) -> int:
    """The time of a community's book, UTC ms: a demonstration's may be ahead."""
    return current().clock.now_ms() + ahead_ms(reader, community_id)


def place_key(reader: Reader, community_id: str, site: str) -> bytes:
    """The key of a place's codes."""
    return site_key(key_for(reader, "checkins_venue"), community_id, site)


def ticket_key(reader: Reader) -> bytes:
    """The key of tickets."""
    return key_for(reader, "checkins_ticket")


def guest_key(reader: Reader) -> bytes:
    """The key under which guests' names are sealed."""
    return key_for(reader, "checkins_guest")


def device_digest(reader: Reader, device_id: str) -> str:
    """What stands for a phone; empty for none."""
    return digest(reader, "checkins_device", device_id) if device_id else ""
