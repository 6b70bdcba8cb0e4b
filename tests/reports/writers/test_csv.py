"""The CSV format: its rows, and that two readers of CSV read them back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import finding, full_report, nothing_found, report, verdict
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.writers.csv import BYTE_ORDER_MARK, COLUMNS


def table(made: Report | list[Report], *, show_all: bool = False) -> list[dict[str, str]]:
    """Return the rows of a report, as Python's reader has them."""
    text = shown(made, "csv", show_all=show_all)
    assert text.startswith(BYTE_ORDER_MARK)
    reader = csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True)
    rows = list(reader)
    assert tuple(reader.fieldnames or ()) == COLUMNS
    assert all(len(row) == len(COLUMNS) and None not in row.values() for row in rows)
    return rows


def test_a_row_for_each_verdict_gap_and_location() -> None:
    rows = table([full_report(), nothing_found()])
    assert [row["kind"] for row in rows] == ["verdict"] * 3 + ["gap"] * 3 + ["summary"] * 2
    first, gap, summary = rows[0], rows[3], rows[6]
    assert first["path"] == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    assert first["what"] == "web shell: executes request data as code"
    assert first["reason"] == 'the request\'s item "orange" reaches eval'
    assert (first["severity"], first["confidence"], first["rule"]) == ("critical", "high", "WSH1001")
    assert first["next_steps"] == "Then remove these files."
    assert first["host"] == summary["host"] == "EXCH01"
    assert (gap["code"], gap["matters"], gap["path"]) == ("unreadable", "true", r"C:\locked.aspx")
    assert (summary["code"], summary["matters"]) == ("backdoored", "true")
    assert table(nothing_found())[0]["matters"] == "false"


def test_the_columns_of_the_overview_and_of_the_logs() -> None:
    first = table(demo_report())[0]
    assert first["since_utc"] == "2021-02-28T19:41:22Z"
    assert first["until_utc"] == "2021-02-28T19:42:05Z"
    assert (first["route"], first["route_proven"]) == ("ProxyLogon (proven)", "true")
    assert first["used"].startswith("4 times")
    assert (first["requests"], first["posted"], first["clients"]) == ("4", "3", "203.0.113.77")


def test_an_agent_is_as_the_browser_sent_it_and_an_unused_column_is_empty() -> None:
    rows = table(demo_report())
    agents = [row["agents"] for row in rows if row["agents"]]
    assert any("(X11; Linux x86_64)" in each for each in agents)
    assert not any("'" in each for each in agents)
    assert not any("-" in row["used"][:2] for row in rows)


def test_a_hostile_name_is_no_formula_and_stays_readable() -> None:
    [row, _] = table(report(verdict("=cmd|' /c calc'!A1.aspx", Disposition.MALICIOUS, finding())))
    assert row["path"] == "'=cmd|' /c calc'!A1.aspx"


def test_times_of_a_copy_are_marked() -> None:
    [first, _] = table(report(verdict("x.aspx")))
    assert first["times_original"] == "false"
    made = verdict("x.aspx")
    times = made.subject.times._replace(original=True, accessed_utc=made.subject.times.modified_utc)
    [second, _] = table(report(replace(made, subject=replace(made.subject, times=times))))
    assert (first["accessed_utc"], second["accessed_utc"]) == ("", "2021-03-03T04:05:06Z")


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "csv") == shown(demo_report(), "csv")


@given(reports)
def test_hostile_reports_are_read_back_and_are_the_same_after_saving(made: Report) -> None:
    rows = table(made, show_all=True)
    assert len(rows) == len(made.verdicts) + len(made.gaps) + 1
    assert shown_after_saving(made, "csv", show_all=True) == shown(made, "csv", show_all=True)


def test_pandas_reads_the_same() -> None:
    pandas = pytest.importorskip("pandas", reason="needs the package pandas")
    frame = pandas.read_csv(io.BytesIO(shown(full_report(), "csv").encode()), dtype=str, keep_default_na=False)
    assert frame.to_dict("records") == table(full_report())
