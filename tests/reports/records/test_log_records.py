from __future__ import annotations

import re
from datetime import UTC, datetime

import jsonschema

from tests.reports.cases import report
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client, LogCoverage, Moment, Traffic
from webshellhunt.model.traffic import Count, LogKind, Use
from webshellhunt.reports.content.logs import LogNotes
from webshellhunt.reports.options import Options
from webshellhunt.reports.records.report_records import iter_records, moment_record, schema, traffic_record, use_record

NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)


def test_a_use_has_its_counts_and_no_invented_line() -> None:
    use = Use(3, 2, 1, NOON, NOON, methods=(Count("GET", 2),), statuses=(Count("200", 2), Count("404", 1)))
    record = use_record(use)
    assert record["statuses"] == {"200": 2, "404": 1}
    assert record["first_utc"] == "2021-03-03T12:00:00Z"
    assert record["line"] is None
    assert record["sent_bytes"] is None


def test_traffic_has_its_coverage_and_its_clients() -> None:
    moment = Moment(NOON, "GET /x 200", "u_ex.log, line 5")
    coverage = LogCoverage(LogKind.HTTP_PROXY, None, 2, 10, 1, NOON, None)
    traffic = Traffic((coverage,), "", (Client("::1", 1, NOON, NOON, (), (moment,)),))
    record = traffic_record(traffic, LogNotes(("a note \udcff",), 2))
    assert (record["notes"], record["more_notes"]) == ([r"a note \xff"], 2)
    assert record["coverage"][0]["log"] == "http_proxy"
    assert record["clients"][0]["moments"] == [moment_record(moment)]


def test_gaps_of_each_stage_satisfy_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    stages = re.findall(r"``(\w+)``", (Gap.__doc__ or "").partition("``stage``")[2].partition(";")[0])
    assert {"logs", "correlate", "hunt"} < set(stages)
    gaps = [Gap("unreadable", stage, "x", "y") for stage in stages]
    for record in iter_records(report(gaps=gaps), Options(show_all=True)):
        validator.validate(record)
