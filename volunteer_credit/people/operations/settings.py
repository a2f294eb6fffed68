"""Choosing how one wants to read pages."""

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.sealed import person
from volunteer_credit.people.rules.settings import check_language
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import retried


@retried
def change_settings(caller: Caller, language: str, key: str, *, large_print: bool) -> None:
    """Keep the caller's language (empty: none) and size of print.

    Raises: LanguageUnknownError, and as `authorised`.
    """
    check_language(language)
    body = {"language": language, "large_print": large_print}
    request = Request(acting(caller, "self.change", CITY), key, "settings.change", body)
    with perform(CITY, request) as operation:
        authorised(operation, caller, "self.change")
        if not operation.replayed:
            row, _ = person(operation.session, caller.person_id)
            row.language, row.large_print = language, int(large_print)
            operation.answer({})
