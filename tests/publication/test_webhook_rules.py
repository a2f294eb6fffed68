"""What is sent, how it is signed, when it is tried again: without any database."""

import base64
import hashlib
import json

import pytest

from volunteer_credit.publication.rules.exports import (
    HOUR_MS,
    ExportsTooManyError,
    check_rate,
    readme,
)
from volunteer_credit.publication.rules.receipts import (
    ReceiptTooLargeError,
    check_length,
    pasted,
)
from volunteer_credit.publication.rules.webhooks import (
    MINUTE_MS,
    WebhookEventsError,
    check_events,
    is_taken,
    message,
    next_try_ms,
    shown_secret,
    signed_headers,
)
from volunteer_credit.publication.rules.words import kind_words

AT_MS = 1_795_305_600_000


def hmac_by_hand(key: bytes, text: bytes) -> bytes:
    """RFC 2104, written out."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(each ^ 0x36 for each in block) + text).digest()
    return hashlib.sha256(bytes(each ^ 0x5C for each in block) + inner).digest()


def test_the_signature_is_that_of_standard_webhooks() -> None:
    secret = bytes(range(32))
    headers = signed_headers(secret, "msg_1", 1_614_265_330, '{"test": 2432232314}')
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", "1614265330")
    version, _, code = headers["webhook-signature"].partition(",")
    assert version == "v1"
    signed = b'msg_1.1614265330.{"test": 2432232314}'
    assert base64.b64decode(code) == hmac_by_hand(secret, signed)
    assert shown_secret(secret) == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_the_example_of_the_standard() -> None:
    """The test vector that the published libraries of Standard Webhooks share."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, '{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_has_numbers_and_codes() -> None:
    sent = json.loads(message("hours.recorded", {"seq": 7, "entry": "ab:1"}, AT_MS))
    assert sent == {
        "type": "hours.recorded",
        "timestamp": "2026-11-22T00:00:00Z",
        "data": {"seq": 7, "entry": "ab:1"},
    }


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("hours.recorded", {"name": "王小明"}),
        ("hours.recorded", {"text": "a b"}),
        ("hours.recorded", {"Name": 1}),
        ("hours.recorded", {"code": "x" * 101}),
        ("hours", {}),
        ("hours.Recorded", {}),
    ],
)
def test_a_message_with_words_is_a_fault_of_ours(event: str, data: dict[str, int | str]) -> None:
    with pytest.raises(AssertionError):
        message(event, data, AT_MS)


def test_the_pauses_between_tries() -> None:
    pauses = [next_try_ms(tries, AT_MS) for tries in range(1, 7)]
    assert [each and (each - AT_MS) // MINUTE_MS for each in pauses] == [1, 5, 30, 120, 720, None]
    assert [is_taken(each) for each in (0, 199, 200, 204, 299, 301, 404, 500)] == [
        *(False, False, True, True, True, False, False, False)
    ]


def test_events_are_named_once_each() -> None:
    assert check_events(["b.c", "a.b.c"]) == ("a.b.c", "b.c")
    for wrong in ([], ["a.b"] * 2, ["a"], ["A.b"], ["a.b "], ["a.b.c.d"], ["*"]):
        with pytest.raises(WebhookEventsError):
            check_events(wrong)
    many = [f"event.{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(21)]
    assert len(check_events(many[:20])) == 20
    with pytest.raises(WebhookEventsError):
        check_events(many)


def test_three_exports_an_hour() -> None:
    check_rate([AT_MS, AT_MS], AT_MS)
    check_rate([AT_MS - HOUR_MS, AT_MS - 1, AT_MS], AT_MS)
    with pytest.raises(ExportsTooManyError) as refused:
        check_rate([AT_MS - HOUR_MS + 1500, AT_MS - 1, AT_MS, AT_MS - 9 * HOUR_MS], AT_MS)
    assert refused.value.retry_after_seconds == 2


def test_the_read_me_names_every_book_after_its_predecessors() -> None:
    text = readme("hill", ["a/hill/1", "a/hill/2"]).decode()
    assert "verify a/hill/1 --policy policy\n" in text
    assert "verify a/hill/2 --policy policy --predecessor a/hill/1\n" in text


def test_a_pasted_receipt_gets_its_lines_back() -> None:
    assert pasted(" \r\na\r\n\r\nb") == b"a\n\nb\n"
    assert pasted(" \r\n ") == b""
    assert check_length(b"x" * 65_536)
    with pytest.raises(ReceiptTooLargeError):
        check_length(b"x" * 65_537)


def test_kinds_in_words() -> None:
    assert kind_words("hours.recorded") == ("Service time was recorded", "服务时间记入")
    assert kind_words("role.person.approved") == ("A role: approved", "角色：已批准")
    assert kind_words("else.seen") == ("else.seen", "else.seen")
