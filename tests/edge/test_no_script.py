"""Without scripts: in with a slip, and out of the community, by forms alone."""

from tests.edge.place import Place
from tests.people.make import COMMUNITY
from tests.people.visitor import Guest, forms_of, text_of
from volunteer_credit.people.operations.slips import issue_slip


def test_in_with_a_slip_and_out_for_good(place: Place) -> None:
    with place.app.app_context():
        person = place.person("volunteer")
        code = issue_slip(None, "invitation", person, COMMUNITY, "slip").code
        guest = Guest(place.app)
        page = guest.follow(guest.send("/sign-in/slip", slip=code))
        assert guest.send(page, f"/s/{code}").status_code == 303
        assert "王小明" in guest.get("/me").text
        guest.get("/")
        leave = f"/me/leave/{COMMUNITY}"
        assert guest.send(leave).status_code == 422, "not without the tick"
        answer = guest.follow(guest.send(leave, sure="yes"))
        assert "You have left" in text_of(answer)
        assert guest.get("/me").status_code == 303
        again = guest.send(f"/s/{code}")
        assert again.status_code >= 400
        assert again.status_code < 500


def test_every_form_says_where_it_goes(place: Place) -> None:
    browser = place.browser("staff")
    pages = ("/", "/me", "/me/change", "/me/security", "/me/sessions", f"/c/{COMMUNITY}/desk")
    forms = [form for path in pages for form in forms_of(browser.get(path))]
    assert len(forms) > 5
    for form in forms:
        assert form.action.startswith("/")
        assert form.method == "post"
        assert {"_csrf", "_key"} <= set(form.fields)
