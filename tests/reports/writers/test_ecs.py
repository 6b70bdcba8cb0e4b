"""The ECS format as a whole: which documents there are, and that each has the fields of the schema."""

from __future__ import annotations

from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import full_report, nothing_found
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.ecs.validation import documents
from webshellhunt.model.report import Report
from webshellhunt.reports.writers.ecs import EXTENSIONS


def _data_sets(report: Report) -> list[str]:
    return [document["event"]["dataset"].removeprefix("webshellhunt.") for document in documents(report)]


def test_a_document_for_each_verdict_gap_client_and_location() -> None:
    assert _data_sets(full_report()) == ["verdict"] * 3 + ["gap"] * 3 + ["assessment"]
    assert _data_sets(nothing_found()) == ["assessment"]
    found = _data_sets(demo_report())
    assert found.count("client") == 2
    assert found.count("verdict") == len(demo_report().accused)
    assert EXTENSIONS[0] == "ecs.ndjson"


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "ecs") == shown(demo_report(), "ecs")


@given(reports)
def test_hostile_reports_have_the_fields_of_the_schema_and_are_the_same_after_saving(made: Report) -> None:
    assert documents(made, show_all=True)
    assert shown_after_saving(made, "ecs", show_all=True) == shown(made, "ecs", show_all=True)


def test_the_index_gets_no_field_whose_name_is_from_evidence() -> None:
    """The names of facts are from the evidence, and each would be a field of the index."""
    [first, *_] = documents(full_report())
    assert first["webshellhunt"]["findings"][0]["facts"] == [
        "planted_at=2021-03-03T04:05:06Z", "request_key=orange", "server=EXCH01",
    ]  # fmt: skip
