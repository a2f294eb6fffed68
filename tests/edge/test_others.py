"""What belongs to somebody else, named by its true number: it is not there, and stays as it is."""

from tests.edge.place import Browser, Place
from tests.people.make import COMMUNITY, OTHER
from tests.web.site import problem

BOOKS, TOWNS = "/api/v1/books", "/api/v1/communities"
HOOK = {"url": "https://hooks.example/in", "events": ["hours.recorded"]}


def status(browser: Browser, method: str, path: str, body: object = None) -> int:
    return browser.call(method, path, body).status_code


def test_a_session_is_ended_by_its_owner_only(place: Place) -> None:
    owner, other, staff = (place.browser(each) for each in ("volunteer", "guardian", "staff"))
    path = f"/api/v1/me/sessions/{owner.session_id}"
    for each in (other, staff):
        assert status(each, "DELETE", path) == 404
        assert each.send("/me/sessions/end", name=owner.session_id).status_code == 404
        assert owner.get("/me").status_code == 200
    assert status(owner, "DELETE", path) == 204
    assert owner.get("/me").status_code == 303


def test_a_webhook_is_removed_where_it_stands(place: Place) -> None:
    staff, elsewhere = place.browser("staff"), place.browser("staff_elsewhere")
    made = staff.call("POST", f"{TOWNS}/{COMMUNITY}/webhooks", HOOK).get_json()["webhook_id"]
    assert elsewhere.get(f"{TOWNS}/{OTHER}/webhooks").get_json() == []
    for community in (OTHER, COMMUNITY):
        assert status(elsewhere, "DELETE", f"{TOWNS}/{community}/webhooks/{made}") == 404
    assert len(staff.get(f"{TOWNS}/{COMMUNITY}/webhooks").get_json()) == 1
    assert status(staff, "DELETE", f"{TOWNS}/{COMMUNITY}/webhooks/{made}") == 204


def test_an_export_is_for_who_asked(place: Place) -> None:
    supervisor, inspector = place.browser("supervisor"), place.browser("inspector")
    made = supervisor.call("POST", f"{BOOKS}/{COMMUNITY}/exports").get_json()["export_id"]
    path = f"{BOOKS}/{COMMUNITY}/exports/{made}"
    assert supervisor.get(path).get_json()["export_id"] == made
    for each in (inspector, place.browser("staff"), place.browser("staff_elsewhere")):
        assert each.get(path).status_code in (403, 404)
        assert each.get(f"{path}/file").status_code in (403, 404)
    assert inspector.get(path.replace(COMMUNITY, OTHER)).status_code == 404


def test_a_proposal_is_decided_in_its_community(place: Place) -> None:
    seq = place.settled.proposals[COMMUNITY]
    staff, elsewhere = place.browser("supervisor"), place.browser("staff_elsewhere")
    later = {"reason": "mistaken"}
    for path in (f"{COMMUNITY}/approvals/{seq}", f"{OTHER}/approvals/{seq + 1}"):
        assert status(elsewhere, "POST", f"{TOWNS}/{path}/approve") == 404
        assert status(elsewhere, "POST", f"{TOWNS}/{path}/withdraw", later) == 404
        assert elsewhere.get(f"/c/{path}").status_code == 404
        assert elsewhere.send(f"/c/{path}").status_code == 404
    assert [each["seq"] for each in staff.get(f"{TOWNS}/{COMMUNITY}/approvals").get_json()] == [seq]


def test_a_receipt_is_for_who_is_named(place: Place) -> None:
    """The newest published entry names nobody of these; who reads the whole book gets it."""
    seq = place.settled.proposals[COMMUNITY]
    path = f"{BOOKS}/{COMMUNITY}/entries/{seq}/receipt"
    for role in ("supervisor", "inspector", "staff"):
        assert place.browser(role).get(path).status_code == 200
    for role in ("volunteer", "guardian", "grid_worker", "fund_manager", "volunteer_elsewhere"):
        assert problem(place.browser(role).get(path))["status"] == 404
        page = f"/book/{COMMUNITY}/receipt?seq={seq}"
        assert place.browser(role).get(page).status_code == 404


def test_the_desk_serves_nobody_of_elsewhere(place: Place) -> None:
    staff, before = place.browser("staff"), place.counts()
    far, why = place.person("volunteer_elsewhere"), {"reason": "desk_service"}
    people = f"{TOWNS}/{COMMUNITY}/people"
    for person in (far, "0" * 32, "x", place.settled.people["served"].account):
        assert status(staff, "POST", f"{people}/{person}/look", why) == 404
        assert status(staff, "POST", f"{people}/{person}/slips", {"kind": "invitation"}) == 404
        assert status(staff, "POST", f"{people}/{person}/visits", {"card": True}) == 404
        assert staff.send(f"/c/{COMMUNITY}/desk/person/{person}", **why).status_code == 404
    found = staff.call("POST", f"{people}/search", {"text": "李别处", **why})
    assert found.get_json() == []
    after = place.counts()
    assert after["people_links"] == before["people_links"]
    assert after["people_cards"] == before["people_cards"]


def test_a_grid_worker_sees_the_own_grid_only(place: Place) -> None:
    worker, why = place.browser("grid_worker"), {"reason": "desk_service"}
    people = f"{TOWNS}/{COMMUNITY}/people"
    hits = {
        name: worker.call("POST", f"{people}/search", {"text": name, **why}).get_json()
        for name in ("陈秀英", "王小明")
    }
    assert [each["person_id"] for each in hits["陈秀英"]] == [place.person("served")]
    assert hits["王小明"] == []


def test_what_a_refused_desk_adds_is_nobody(place: Place) -> None:
    """A city administrator has no desk: nobody is half added there."""
    admin, before = place.browser("platform_admin"), place.counts()
    new = {"name": "新来", "reach": "问楼长"}
    assert admin.send("/c/city/desk/add", **new).status_code == 403
    assert status(admin, "POST", f"{TOWNS}/city/people", new) == 403
    assert place.counts() == before


def test_anothers_card_and_consents_stay(place: Place) -> None:
    other, before = place.browser("volunteer"), place.counts()
    assert other.send("/me/card/lost", name=place.settled.card).status_code == 404
    consent = {"purpose": "location", "subject": "-", "version": "1", "act": "give"}
    for subject in (place.person("served"), "x", "陈"):
        path = f"/me/consents/location/{subject}"
        assert other.send(path, **{**consent, "subject": subject}).status_code == 404
        said = {**consent, "subject": subject, "version": 1}
        assert status(other, "POST", "/api/v1/me/consents", said) in (404, 409, 422)
    assert place.counts() == before
