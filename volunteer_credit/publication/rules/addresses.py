"""Where webhooks may lead: never into the network that the service itself stands in."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from volunteer_credit.shared.errors import RefusedError

URL_LENGTH_MAX = 500
PORTS = {"https": 443, "http": 80}

_URL = re.compile(r"[!-~]+", re.ASCII)
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class WebhookUrlError(RefusedError):
    """An address that is no plain https address."""

    code = "webhook_url"
    en = "Give an address like https://example.org/hook, without user name, password or #."
    zh = "请填写形如 https://example.org/hook 的地址，不含用户名、密码和 #。"


class WebhookAddressError(RefusedError):
    """A host inside of our own network."""

    code = "webhook_address"
    en = "The host {host} is not on the public internet, so nothing is sent there."
    zh = "主机 {host} 不在公共互联网上，不会向其发送。"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a webhook leads; `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str


def destination(url: str, *, is_demo: bool) -> Destination:
    """Read the address of a webhook; a demonstration may use http and its own network.

    Raises: WebhookUrlError, WebhookAddressError for a private address that is written out.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise WebhookUrlError from problem
    host = parts.hostname or ""
    is_plain = len(url) <= URL_LENGTH_MAX and _URL.fullmatch(url) and not parts.fragment
    schemes = ("https", "http") if is_demo else ("https",)
    if not is_plain or parts.scheme not in schemes or "@" in parts.netloc or port == 0:
        raise WebhookUrlError
    _check_host(host, is_demo=is_demo)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port or PORTS[parts.scheme], path)


def _check_host(host: str, *, is_demo: bool) -> None:
    if _is_address(host):
        chosen([host], host, is_demo=is_demo)
    # A last label of digits would be read as an IPv4 address in one of its odd spellings.
    elif not _HOST.fullmatch(host) or host.rpartition(".")[2][:1].isdigit():
        raise WebhookUrlError


def chosen(addresses: Sequence[str], host: str, *, is_demo: bool) -> str:
    """The address to connect to, of those that a name has. All of them must be public.

    Raises: WebhookAddressError.
    """
    if not addresses or not (is_demo or all(is_public(each) for each in addresses)):
        raise WebhookAddressError(host=host)
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, also where it hides another."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id or address.ipv4_mapped or address.sixtofour or address.teredo:
            return False
        if any(address in network for network in _NAT64):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
