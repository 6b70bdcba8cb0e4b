"""The rows of Timesketch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.reports.cases import full_report, report
from tests.reports.writers.importer import REQUIRED
from webshellhunt.model.log_results import Moment
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.reports.events.timesketch_rows import COLUMNS, timesketch_rows
from webshellhunt.reports.options import Options


def test_each_row_has_all_columns() -> None:
    rows = list(timesketch_rows(full_report(), Options()))
    assert set(COLUMNS) > REQUIRED
    assert all(tuple(row) == COLUMNS for row in rows)
    first = next(row for row in rows if row["data_type"] == "webshellhunt:verdict")
    assert first["tag"] == ["webshellhunt", "verdict", "malicious"]
    assert (first["hostname"], first["rule"], first["sha256"]) == ("EXCH01", "WSH1001", "ab" * 32)
    assert first["url"] == "https://*/aspnet_client/x.aspx"
    assert first["excerpt"]


def test_a_time_that_the_importer_drops_is_told_in_words() -> None:
    made = replace(report(), timeline=(Moment(datetime(1601, 1, 1, tzinfo=UTC), "planted: x", "file times"),))
    row = next(row for row in timesketch_rows(made, Options()) if row["data_type"] == "webshellhunt:other")
    assert row["message"] == "planted: x (1601-01-01T00:00:00Z)"
    assert (row["datetime"], row["timestamp"]) == ("1970-01-01T00:00:00+00:00", 0)
    assert row["timestamp_desc"] == "Not a time"


def test_a_trace_in_logs_has_no_file() -> None:
    made = full_report()
    first, *others = made.verdicts
    subject = replace(first.subject, kind=SubjectKind.TRACE, path="ProxyLogon (requests in the logs)")
    made = replace(made, verdicts=(replace(first, subject=subject), *others))
    row = next(row for row in timesketch_rows(made, Options()) if row["data_type"] == "webshellhunt:verdict")
    assert row["file_path"] is None
    assert row["message"].startswith("malicious: ProxyLogon (requests in the logs)")
