"""One JSON object a line."""

from __future__ import annotations

import json

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.jsonl import lines


def test_the_last_line_of_a_report_is_its_summary() -> None:
    whole = report(verdict("C:/\u00e9.aspx", Disposition.MALICIOUS, finding()))
    written = "".join(lines([whole, whole], Options()))
    records = [json.loads(line) for line in written.splitlines()]
    assert written.isascii()
    assert [record["kind"] for record in records] == ["verdict", "summary"] * 2
