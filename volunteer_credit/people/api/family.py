"""Who stands for whom, and two records of one person."""

from typing import Any

from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.consent_rows import ConsentRow
from volunteer_credit.people.operations.consents import (
    ConsentAsked,
    give_consent,
    withdraw_consent,
)
from volunteer_credit.people.operations.desk_view import desk_person
from volunteer_credit.people.operations.family_view import (
    Family,
    desk_family,
    own_family,
    own_ward,
)
from volunteer_credit.people.operations.guardians import confirm_guardian, end_guardian
from volunteer_credit.people.operations.merges import ProposedMerge, propose_merge
from volunteer_credit.people.operations.proxies import confirm_proxy, end_proxy
from volunteer_credit.people.schemas import calls, calls_family
from volunteer_credit.shared.db import db
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

api = ApiBlueprint("family", __name__, description="Guardians, proxies, duplicates.")

PERSON = "/communities/<community>/people/<person>"


@api.route("/me/family")
@requires(SIGNED_IN)
@api.response(200, calls_family.FamilySchema)
def family() -> Family:
    """For whom one stands, and who stands for oneself."""
    return own_family(signed_in())


@api.route("/me/family/<ward>")
@requires(SIGNED_IN)
@api.response(200, calls_family.WardSchema)
def show(ward: str) -> dict[str, Any]:
    """Somebody whom one stands for."""
    found = own_ward(signed_in(), ward)
    return {
        "kind": found.kind,
        "person_id": found.person_id,
        "fields_": found.fields,
        "consents": [consent_told(each) for each in found.rows],
    }


def consent_told(row: ConsentRow) -> dict[str, Any]:
    """A consent, as calls tell it."""
    return {
        "purpose": row.purpose.code,
        "subject": row.subject,
        "version": row.purpose.version,
        "zh": row.purpose.zh,
        "en": row.purpose.en,
        "since_ms": row.since_ms,
    }


@api.route("/me/family/<ward>/consents", methods=["POST"])
@requires(SIGNED_IN)
@api.arguments(calls.ConsentChangeSchema)
@api.response(204)
def consent(given: dict[str, Any], ward: str) -> None:
    """Give a consent for a minor whose guardian one is, or take it back."""
    own_ward(signed_in(), ward)  # of others nothing is told
    asked = ConsentAsked(given["purpose"], given["version"], given["subject"], ward)
    act = give_consent if given["act"] == "give" else withdraw_consent
    act(signed_in(), asked, request_key())


@api.route("/me/proxies/<proxy>", methods=["DELETE"])
@requires(SIGNED_IN)
@api.response(204)
def end_own(proxy: str) -> None:
    """Somebody acts for oneself no longer."""
    end_proxy(signed_in(), signed_in().person_id, proxy, key=request_key())


@api.route(f"{PERSON}/family")
@requires("guardian.confirm")
@api.response(200, calls_family.FamilySchema)
def family_of(community: str, person: str) -> Family:
    """As `/me/family`, at the desk: all names masked."""
    desk_person(signed_in(), community, person)
    return desk_family(person)


@api.route(f"{PERSON}/guardians", methods=["POST"])
@requires("guardian.confirm")
@api.arguments(calls_family.CardSchema)
@api.response(204)
def guardian(given: dict[str, str], community: str, person: str) -> None:
    """Confirm a guardian by their card, having seen the documents of both."""
    desk_person(signed_in(), community, person)
    other = card_of(db.session, given["card"]).person_id
    confirm_guardian(signed_in(), person, other, community_id=community, key=request_key())


@api.route(f"{PERSON}/guardians/<guardian>", methods=["DELETE"])
@requires("guardian.confirm")
@api.response(204)
def end_of_guardian(community: str, person: str, guardian: str) -> None:
    """Somebody is a minor's guardian no longer."""
    for each in (person, guardian):
        desk_person(signed_in(), community, each)
    end_guardian(signed_in(), person, guardian, community_id=community, key=request_key())


@api.route(f"{PERSON}/proxies", methods=["POST"])
@requires("proxy.confirm")
@api.arguments(calls_family.ProxyCallSchema)
@api.response(204)
def proxy(given: dict[str, str], community: str, person: str) -> None:
    """Confirm one of the family by their card, to whom the person agreed."""
    desk_person(signed_in(), community, person)
    other, how = card_of(db.session, given["card"]).person_id, given["how"]
    confirm_proxy(signed_in(), person, other, how, community_id=community, key=request_key())


@api.route(f"{PERSON}/proxies/<proxy>", methods=["DELETE"])
@requires("proxy.confirm")
@api.response(204)
def end_of_proxy(community: str, person: str, proxy: str) -> None:
    """Somebody acts for an adult no longer."""
    desk_person(signed_in(), community, person)
    end_proxy(signed_in(), person, proxy, community_id=community, key=request_key())


@api.route("/communities/<community>/merges", methods=["POST"])
@requires("person.merge")
@api.arguments(calls_family.MergeCallSchema)
@api.response(201, calls_family.MergeMadeSchema)
def merge(given: dict[str, str], community: str) -> ProposedMerge:
    """Propose that two records are one person's; a second person approves it."""
    for each in given.values():
        desk_person(signed_in(), community, each)
    source, into = given["source"], given["into"]
    return propose_merge(signed_in(), source, into, community_id=community, key=request_key())
