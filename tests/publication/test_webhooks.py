"""Webhooks: kept by staff, written with what happens, sent at least once and in order."""

import base64
import hmac as codes
import json
import socket
import ssl
from collections.abc import Iterator
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import text

from tests.people.make import COMMUNITY, OTHER, Town
from tests.publication.make import OPERATOR, Reader, Receiver, problem
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.publication.jobs import jobs
from volunteer_credit.publication.operations.announce import announce
from volunteer_credit.publication.operations.delivering import deliver_due, forget_old
from volunteer_credit.publication.operations.posting import NO_ANSWER, posting, resolved
from volunteer_credit.publication.rules.webhooks import KEPT_MS, MINUTE_MS
from volunteer_credit.shared.db import db, end_reading

API = f"/api/v1/communities/{COMMUNITY}/webhooks"
URL = "https://receiver.example/hook"
EVENT = "hours.recorded"


def added(reader: Reader, key: str = "add", url: str = URL, event: str = EVENT) -> dict[str, str]:
    found = reader.post(API, key, url=url, events=[event])
    assert found.status_code == 201, found.get_data(as_text=True)
    made: dict[str, str] = found.get_json()
    return made


def happens(key: str, event: str = EVENT, community: str = COMMUNITY) -> int:
    """Something of which webhooks are told; how many are."""
    with perform(community, Request(OPERATOR, key, "test")) as operation:
        count = announce(operation.session, community, event, {"seq": 7}, operation.at_ms)
        operation.answer({})
    return count


def happens_and_fails() -> None:
    with perform(COMMUNITY, Request(OPERATOR, "undone", "test")) as operation:
        announce(operation.session, COMMUNITY, EVENT, {}, operation.at_ms)
        operation.session.flush()
        raise ZeroDivisionError


def states() -> list[str]:
    end_reading()
    query = "SELECT state FROM publication_deliveries ORDER BY written_at_ms, delivery_id"
    return list(db.session.execute(text(query)).scalars())


def test_what_happens_is_told_and_signed(town: Town, site: Reader, clock: FakeClock) -> None:
    anna = site.as_(town.anna)
    made = added(anna)
    assert added(anna) == made  # a retry
    receiver = Receiver().install()
    assert happens("one") == 1
    assert (happens("two", "points.awarded"), happens("three", community=OTHER)) == (0, 0)
    assert receiver.got == []
    assert anna.get(API).get_json()[0]["waiting"] == 1
    deliver_due()
    deliver_due()
    ((url, headers, body),) = receiver.got
    assert url == URL
    assert json.loads(body)["data"] == {"seq": 7}
    assert int(headers["webhook-timestamp"]) == clock.now_ms() // 1000
    secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    code = base64.b64encode(codes.new(secret, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{code}"
    assert anna.get(API).get_json() == [
        {
            "webhook_id": made["webhook_id"],
            "url": URL,
            "events": [EVENT],
            "state": "active",
            "added_at_ms": clock.now_ms(),
            "waiting": 0,
        }
    ]


def test_it_is_tried_again_with_longer_pauses_then_given_up(
    town: Town, site: Reader, clock: FakeClock
) -> None:
    anna = site.as_(town.anna)
    added(anna)
    receiver = Receiver([500, 0, 301, 404, 503, 500]).install()
    happens("one")
    happens("two")
    deliver_due()
    for minutes in (1, 5, 30, 120, 720):
        tries = len(receiver.got)
        clock.pass_ms(minutes * MINUTE_MS - 1)
        deliver_due()
        assert len(receiver.got) == tries  # what is behind waits too
        clock.pass_ms(1)
        deliver_due()
        assert len(receiver.got) == tries + 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
    assert states() == ["dropped", "dropped"]
    assert anna.get(API).get_json()[0]["state"] == "disabled"
    assert happens("three") == 0
    clock.pass_ms(KEPT_MS)
    forget_old()
    assert states() == []


@pytest.mark.engines("sqlite")
def test_an_answer_heals_and_the_next_follows_in_order(
    town: Town, site: Reader, clock: FakeClock
) -> None:
    added(site.as_(town.anna))
    added(site.as_(town.anna), "other", "https://other.example/")
    receiver = Receiver([500]).install()
    happens("one")
    clock.pass_ms(1000)
    happens("two")
    jobs()[1].run("")
    assert len(receiver.got) == 3  # one webhook waits, the other has both
    clock.pass_ms(MINUTE_MS)
    deliver_due()
    assert len(receiver.got) == 5
    times = [json.loads(body)["timestamp"] for _, _, body in receiver.got[3:]]
    assert times == sorted(times)
    assert states() == ["sent"] * 4
    jobs()[2].run("")
    assert states() == ["sent"] * 4


@pytest.mark.engines("sqlite")
def test_who_is_gone_is_asked_no_more(town: Town, site: Reader) -> None:
    added(site.as_(town.anna))
    Receiver([410]).install()
    happens("one")
    deliver_due()
    assert states() == ["dropped"]


@pytest.mark.engines("sqlite")
def test_what_is_undone_is_not_told_and_what_was_sent_unnoted_is_sent_again(
    town: Town, site: Reader
) -> None:
    added(site.as_(town.anna))
    with pytest.raises(ZeroDivisionError):
        happens_and_fails()
    assert states() == []
    happens("one")
    receiver = Receiver().install()
    take = posting().send

    def died(*args: object) -> int:
        take(*args)  # type: ignore[arg-type] # as it came
        raise KeyboardInterrupt

    posting().send = died  # type: ignore[method-assign, assignment] # a crash after the answer
    with pytest.raises(KeyboardInterrupt):
        deliver_due()
    assert states() == ["waiting"]
    posting().send = take  # type: ignore[method-assign] # the next process
    deliver_due()
    first, second = receiver.got
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]
    assert states() == ["sent"]


@pytest.mark.engines("sqlite")
def test_who_may_and_what_is_refused(town: Town, site: Reader) -> None:
    anna = site.as_(town.anna)
    made = added(anna)
    for reader in (site.as_(town.bo), site.as_(town.add("陈"))):
        assert problem(reader.get(API)) == (403, "not_allowed_here")
        assert problem(reader.post(API, url=URL, events=[EVENT])) == (403, "not_allowed_here")
        path = f"{API}/{made['webhook_id']}"
        assert problem(reader.post(path, method="DELETE")) == (403, "not_allowed_here")
    assert problem(anna.post(API, "b", url="http://receiver.example", events=[EVENT])) == (
        *(422, "webhook_url"),
    )
    assert problem(anna.post(API, "b", url="https://10.0.0.1/", events=[EVENT])) == (
        *(422, "webhook_address"),
    )
    assert problem(anna.post(API, "b", url=URL, events=["Name"])) == (422, "webhook_events")
    assert problem(anna.post(API, "b", url=URL, events=[])) == (422, "fields")
    assert problem(anna.post(API, "add", url=URL, events=["a.b"]))[0] == 422  # another payload
    elsewhere = f"/api/v1/communities/{OTHER}/webhooks/{made['webhook_id']}"
    assert problem(anna.post(elsewhere, method="DELETE")) == (404, "webhook_missing")
    for number in range(9):
        added(anna, f"{number}", f"https://receiver.example/{number}")
    many = anna.post(API, "more", url=URL, events=[EVENT])
    assert problem(many) == (422, "webhooks_too_many")


@pytest.mark.engines("sqlite")
def test_one_that_is_removed_is_told_nothing_more(town: Town, site: Reader) -> None:
    anna = site.as_(town.anna)
    made = added(anna)
    happens("one")
    receiver = Receiver().install()
    path = f"{API}/{made['webhook_id']}"
    assert anna.post(path, "r", method="DELETE").status_code == 204
    assert anna.post(path, "r", method="DELETE").status_code == 204  # a retry
    assert problem(anna.post(path, "s", method="DELETE")) == (404, "webhook_missing")
    deliver_due()
    assert (receiver.got, states(), anna.get(API).get_json()) == ([], [], [])


@pytest.fixture
def wire(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Instead of the network: what was connected to, and an answer that waits there."""
    opened: list[object] = []
    ours, theirs = socket.socketpair()

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        opened.append(address)
        ours.settimeout(timeout)
        return ours

    class Context:
        def wrap_socket(self, sock: socket.socket, server_hostname: str) -> socket.socket:
            opened.append(server_hostname)
            return sock

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(ssl, "create_default_context", Context)
    opened.append(theirs)
    yield opened
    ours.close()
    theirs.close()


@pytest.mark.engines("sqlite")
def test_the_connection_goes_to_the_address_that_was_looked_at(wire: list[object]) -> None:
    theirs = wire[0]
    assert isinstance(theirs, socket.socket)
    theirs.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n")
    posting().resolve = lambda _host, _port: ["8.8.8.8"]
    assert posting().send("https://receiver.example/a?b", {"webhook-id": "x"}, "{}") == 302
    assert wire[1:] == [("8.8.8.8", 443), "receiver.example"]
    sent = theirs.recv(4096).decode()
    assert sent.startswith("POST /a?b HTTP/1.1\r\nHost: receiver.example\r\n")
    assert sent.endswith("\r\n\r\n{}")


@pytest.mark.engines("sqlite")
def test_who_is_slow_or_speaks_no_http_is_no_answer(wire: list[object]) -> None:
    posting().resolve = lambda _host, _port: ["8.8.8.8"]
    posting().all_seconds = 0.05
    assert posting().send(URL, {}, "{}") == NO_ANSWER
    assert len(wire) == 3


@pytest.mark.engines("sqlite")
def test_a_demonstration_may_stay_at_home(wire: list[object]) -> None:
    theirs = wire[0]
    assert isinstance(theirs, socket.socket)
    theirs.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    posting().is_demo = True
    posting().resolve = lambda _host, _port: ["127.0.0.1"]
    assert posting().send("http://localhost:8000/", {}, "{}") == 204
    assert wire[1:] == [("127.0.0.1", 8000)]


@pytest.mark.engines("sqlite")
def test_no_connection_into_our_own_network(wire: list[object]) -> None:
    posting().resolve = lambda _host, _port: ["8.8.8.8", "127.0.0.1"]
    assert posting().send(URL, {}, "{}") == NO_ANSWER
    assert posting().send("https://169.254.169.254/x", {}, "{}") == NO_ANSWER
    assert len(wire) == 1


@pytest.mark.engines("sqlite")
def test_names_are_resolved_once_each(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(host: str, port: int, **_: object) -> list[object]:
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("8.8.8.8", port))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert resolved("receiver.example", 443) == ["8.8.8.8"]
