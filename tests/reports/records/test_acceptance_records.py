"""Entries of an acceptance file as records."""

from __future__ import annotations

from datetime import date

from webshellhunt.model.acceptance import Acceptance
from webshellhunt.reports.records.report_records import acceptance_record


def test_a_record_has_the_entry_as_it_was_written() -> None:
    record = acceptance_record(Acceptance("ours", "J. Doe", date(2027, 3, 31), sha256="ab" * 32, file="a.toml"))
    assert (record["file"], record["reason"], record["by"], record["until"]) == (
        "a.toml",
        "ours",
        "J. Doe",
        "2027-03-31",
    )
    assert (record["path"], record["rule"]) == (None, None)
