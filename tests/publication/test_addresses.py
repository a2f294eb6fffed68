"""Webhooks never lead into our own network, however its addresses are spelled."""

import pytest

from volunteer_credit.publication.rules.addresses import (
    Destination,
    WebhookAddressError,
    WebhookUrlError,
    chosen,
    destination,
    is_public,
)

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address that must be refused
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "2001:db8::1",
    "name",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_an_address_of_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org", Destination("https", "example.org", 443, "/")),
        ("https://Example.org:8443/a?b=c", Destination("https", "example.org", 8443, "/a?b=c")),
        ("https://8.8.8.8/x", Destination("https", "8.8.8.8", 443, "/x")),
        ("https://[2606:4700::1]/x", Destination("https", "2606:4700::1", 443, "/x")),
    ],
)
def test_a_plain_address_reads(url: str, found: Destination) -> None:
    assert destination(url, is_demo=False) == found


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "http://example.org",
        "ftp://example.org",
        "https://",
        "https:///x",
        "https://user@example.org",
        "https://user:pass@example.org",
        "https://example.org@127.0.0.1",
        "https://example.org/#x",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1",
        "https://exa mple.org",
        "https://example.org/\r\nX: y",
        "https://例子.org",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://a..b/",
        "https://-a.org/",
        "https://example.org/" + "x" * 500,
    ],
)
def test_any_other_is_refused(url: str) -> None:
    with pytest.raises(WebhookUrlError):
        destination(url, is_demo=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]"])
def test_our_own_network_is_for_demonstrations_only(host: str) -> None:
    with pytest.raises(WebhookAddressError):
        destination(f"https://{host}/", is_demo=False)
    assert destination(f"http://{host}:8000/", is_demo=True).port == 8000


def test_all_that_a_name_means_must_be_public() -> None:
    assert chosen(["8.8.8.8", "1.1.1.1"], "host", is_demo=False) == "8.8.8.8"
    for addresses in ([], ["8.8.8.8", "10.0.0.1"], ["10.0.0.1"]):
        with pytest.raises(WebhookAddressError) as refused:
            chosen(addresses, "host", is_demo=False)
        assert "host" in refused.value.sentence("zh")
    assert chosen(["10.0.0.1"], "host", is_demo=True) == "10.0.0.1"
    with pytest.raises(WebhookAddressError):
        chosen([], "host", is_demo=True)
