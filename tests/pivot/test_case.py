"""The origin, the time and the identifiers of outputs depend on the report alone."""

from __future__ import annotations

import uuid
from dataclasses import replace

from tests.pivot.cases import WHEN, demo_case, demo_report
from webshellhunt.model.report import Run
from webshellhunt.pivot.case import case_of, uuid_of
from webshellhunt.saved_reports import SavedReport


def test_the_origin_names_each_report_and_the_versions() -> None:
    case = case_of(
        [SavedReport(replace(demo_report(), location="E:\\x\n\x1b[2J", run=Run(started_utc=WHEN, version="9.9")))]
    )
    assert case.origin.endswith("from the report on E:\\x \\x1b[2J of 2026-11-27T12:00:00Z by webshellhunt 9.9")
    many = case_of([SavedReport(demo_report())] * 12)
    assert many.origin.endswith("and 2 more")
    assert "an unknown time" in case_of([SavedReport(replace(demo_report(), run=Run()))]).origin


def test_the_time_is_that_of_the_latest_hunt() -> None:
    assert demo_case().made_utc == WHEN
    assert case_of([]).made_utc.year == 1970


def test_an_identifier_is_a_uuid_of_version_5_of_its_parts() -> None:
    assert uuid.UUID(uuid_of("a", "b")).version == 5
    assert uuid_of("a", "b") == uuid_of("a", "b") != uuid_of("ab", "")
