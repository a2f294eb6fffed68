"""docs/privacy.md against the retention table, and the retention table against the schema."""

from collections import Counter

from tests.people.privacy_page import PAGE, TABLES, written
from volunteer_credit import wiring
from volunteer_credit.people.operations.forgetting import ABOUT
from volunteer_credit.people.rules import reasons, retention
from volunteer_credit.people.rules.identity import NAMES
from volunteer_credit.people.rules.retention_people import FIELDS, PEOPLE, VAULT
from volunteer_credit.people.rules.retention_rest import REST
from volunteer_credit.shared.db import Model
from volunteer_credit.shared.person_keys_tables import METADATA

OURS = ("volunteer_credit.",)


def schema() -> dict[str, set[str]]:
    """Every table of the service, and its columns; tables of tests left out."""
    assert wiring.SCHEMA  # the whole schema is loaded
    mappers = Model.registry.mappers
    found = {
        str(each.class_.__tablename__): set(each.local_table.columns.keys())
        for each in mappers
        if each.class_.__module__.startswith(OURS)
    }
    return found | {each.name: set(each.columns.keys()) for each in METADATA.tables.values()}


def kept() -> Counter[tuple[str, str]]:
    return Counter((each.table, name) for each in retention.everything() for name in each.names)


def test_every_column_of_every_table_stands_in_the_retention_table_once() -> None:
    columns = {(table, name) for table, names in schema().items() for name in names}
    listed = {pair: count for pair, count in kept().items() if pair[0] != VAULT}
    # Not listed: say in rules/retention_*.py what it is for, how long it stays, who may read it.
    assert sorted(columns - listed.keys()) == []
    assert sorted(listed.keys() - columns) == []  # listed, and not in the schema
    assert set(listed.values()) == {1}


def test_every_field_of_the_vault_stands_there_once() -> None:
    listed = Counter(name for each in FIELDS for name in each.names)
    assert listed == Counter(NAMES)


def test_every_line_says_it_in_both_languages() -> None:
    for each in retention.everything():
        for words in (each.what, each.purpose, each.period, each.readers):
            assert words.zh
            assert words.en
            assert "|" not in words.zh + words.en
        assert each.law


def test_what_expires_is_a_table_and_a_time_of_it() -> None:
    for each in retention.EXPIRIES:
        assert each.column in schema()[each.table]
        assert each.column.endswith("_at_ms") or each.column == "at_ms"
        assert each.days > 0


def test_the_page_holds_each_table_as_it_is() -> None:
    """If it fails: `python -m tests.people.privacy_page` writes them anew."""
    page = PAGE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows == [line for each in TABLES for line in each()]
    assert written(page) == page
    assert written(page.replace("people_links", "people_lnks")) == page


def test_the_numbers_of_the_page_are_those_of_the_rules() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"超过{reasons.LOOKS_ALERT}份" in page
    assert f"超过{reasons.LOOKS_MAX}份" in page
    assert f"满{retention.RECORD_YEARS}年" in page
    assert len([*PEOPLE, *REST]) > len(FIELDS)


BY_ROOMS = {("checkins_presence_city", "person_id")}  # deleted by the hook of its room
NAMING_A_PERSON = {
    *("person_id", "minor_id", "guardian_id", "principal_id", "proxy_id", "from_id", "into_id"),
}


def test_an_erasure_knows_every_column_that_is_about_a_person() -> None:
    """A new table with such a column fails here, until operations/forgetting.py knows it."""
    about = {(table.__tablename__, name) for table, name in ABOUT}
    naming = {
        (table, name)
        for table, names in schema().items()
        for name in names & NAMING_A_PERSON
        if table not in ("people_erasures", "person_keys")  # emptied, and destroyed, by the steps
    }
    assert about == naming - BY_ROOMS


def test_no_table_but_the_links_joins_person_and_account() -> None:
    """So an erased person's accounts can't be joined again: links are in no archive."""
    both = [
        table
        for table, names in schema().items()
        if "account" in names and names & (NAMING_A_PERSON | {"by_person", "issued_by"})
    ]
    assert both == ["people_links"]
    links = Model.metadata.tables["people_links"]
    assert links.info["sidecar"] is False
