"""Real servers with their logs, attacked in vain: no page was used by an operator, and none answers without a file.

``WEBSHELLHUNT_SPECIMENS`` names a folder with one folder for each repository, ``owner+name``.
"""

from __future__ import annotations

import pytest

from tests.builders.specimens import specimen
from webshellhunt.model.report import InputState
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt

SERVERS = {
    "Tongyikai+WindowsServer2019_IIS": 18_000,
    "know-it-peru+WebKnowIT": 78_000,
    "phamhoai0404+TSD_PHP_XEM": 1_300_000,
}
"""The servers, and a number of rows that their logs have at least."""


@pytest.mark.parametrize("name", SERVERS)
def test_no_page_was_used(name: str) -> None:
    report = hunt(specimen(name))
    assert report.coverage.logs is InputState.HELD
    assert report.traffic is not None
    assert sum(each.rows for each in report.traffic.coverage) > SERVERS[name]
    assert sum(each.broken for each in report.traffic.coverage) <= 1  # the last line of a copied log may be cut
    assert report.traffic.clients == ()
    told = [f for v in report.verdicts for f in v.findings if f.rule.id.startswith("WSH71")]
    assert [f.message for f in told if f.severity > Severity.INFO] == []
    assert [v for v in report.verdicts if v.disposition >= Disposition.SUSPICIOUS] == []
