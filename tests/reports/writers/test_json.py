"""One JSON document of all reports."""

from __future__ import annotations

import json

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.json import lines

REPORT = report(verdict("C:/\u00e9.aspx", Disposition.MALICIOUS, finding()))


def test_the_pieces_are_one_document() -> None:
    text = "".join(lines([REPORT, REPORT], Options()))
    assert text.isascii()
    assert "C:/\u00e9.aspx" in str(json.loads(text))
