"""The API does what its description says, whatever is sent: no fault, no answer of another form."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.edge.place import Browser, Place, placed
from tests.edge.settled import Settled
from tests.people.make import COMMUNITY

pytestmark = pytest.mark.untraced  # quicker tests reach the same lines
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ("volunteer", "staff")
ROLES_IN_SOAK = ("nobody", *ROLES, "supervisor")
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
NUMBER_OF_EXAMPLES, NUMBER_IN_SOAK = 2, 100


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, settled: Settled) -> Iterator[Place]:
    with placed(tmp_path_factory.mktemp("drift"), settled) as found:
        yield found


def try_out(place: Place, role: str, count: int) -> int:
    """Call every operation with what fits its description and what does not; how many calls."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", place.app)
    schema.config.generation.update(allow_x00=False, codec="utf-8")
    done, operations = 0, list[Any](schema.get_all_operations())
    for found in operations:
        for mode in MODES:
            # Another session each time: one of the operations ends it.
            done += try_operation(place, place.browser(role), found.ok(), mode, count)
    return done


def try_operation(place: Place, browser: Browser, operation: Any, mode: Any, count: int) -> int:
    """Call one operation some times; what fits is about what is there."""
    done = 0
    is_good = mode is MODES[0]
    there = known(place, operation) if is_good else {}
    cases = operation.as_strategy(generation_mode=mode, path_parameters=there or None)
    if not is_good and not operation.body and not list(operation.iter_parameters()):
        return 0  # nothing can be wrong with it

    @seed(1)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def run(case: Any) -> None:
        nonlocal done
        done += 1
        check(case, case.call(headers=headers(browser)))

    parts = list(operation.iter_parameters())
    is_bare = not operation.body and all(each.location == "path" for each in parts)
    try:
        run()
    except Unsatisfiable:  # nothing can be wrong with an address alone
        assert is_bare, operation.label
        assert not is_good, operation.label
    return done


def headers(browser: Browser) -> dict[str, str]:
    """What a script of this browser sends; the request number comes from the description."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return {"Cookie": cookies, "X-CSRF-Token": browser.csrf}


def check(case: Any, response: Any) -> None:
    """The answer is one of those that are described."""
    case.validate_response(response, checks=CHECKS)
    if response.status_code < 400:  # the description has a default for refusals, which fits all
        described = case.operation.definition.raw["responses"]
        assert str(response.status_code) in described, (case.operation.label, response.status_code)


def known(place: Place, operation: Any) -> dict[str, Any]:
    """Parts of its address that name something that is there."""
    found = {
        "community": COMMUNITY,
        "person": place.person("served"),
        "seq": place.settled.proposals[COMMUNITY],
    }
    names = {each.name for each in operation.path_parameters}
    return {name: value for name, value in found.items() if name in names}


@pytest.mark.parametrize("role", ROLES)
def test_the_api_does_what_its_description_says(site: Place, role: str) -> None:
    assert try_out(site, role, NUMBER_OF_EXAMPLES) > 60


@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES_IN_SOAK)
def test_the_api_does_so_for_long(site: Place, role: str) -> None:
    assert try_out(site, role, NUMBER_IN_SOAK) > 2_000


def test_a_fault_is_found(site: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks do see an answer that is not described."""
    monkeypatch.setattr("volunteer_credit.web.api.release", lambda: None)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app)
    operation = schema["/api/v1/status"]["GET"]
    with pytest.raises(FailureGroup):
        operation.Case().call_and_validate(checks=CHECKS)
