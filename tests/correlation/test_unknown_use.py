"""The absence of requests is told only where the logs would have them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.logs import row, text_log
from tests.builders.servers import HOST_CONFIG
from tests.reports.cases import SHELL
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.sources.memory import MemorySource

PAGE, LOGS = "inetpub/wwwroot/aspnet_client/x.aspx", "inetpub/logs/LogFiles"
NCSA = b'203.0.113.7 - - [03/Mar/2021:04:05:06 +0000] "POST /aspnet_client/x.aspx HTTP/1.1" 200 5\r\n' * 3
CONFIG = b"""<configuration><system.applicationHost><sites>
<site name="Default Web Site" id="1"><application path="/">
<virtualDirectory path="/" physicalPath="C:\\inetpub\\wwwroot" /></application></site></sites></system.applicationHost>
%s</configuration>"""
OFF = b"""<location path="Default Web Site/aspnet_client"><system.webServer><httpLogging dontLog="true" />
</system.webServer></location>"""


def _ordinary(day: int = 4, path: str = "/") -> bytes:
    return text_log(LogKind.IIS, *(row(f"2021-03-{day:02d} 04:05:0{n}", path) for n in range(3)))


def _hunted(files: dict[str, bytes], planted: datetime | None = None) -> Report:
    times = {} if planted is None else {PAGE: Timestamps(modified_utc=planted, created_utc=planted, original=True)}
    return hunt(MemorySource({PAGE: SHELL.encode(), **files}, times=times))


def _use(report: Report) -> int | None:
    (page,) = [each for each in report.verdicts if each.subject.path.endswith("x.aspx")]
    assert page.disposition is Disposition.MALICIOUS
    return None if page.use is None else page.use.requests


UNKNOWN = {
    "NCSA alone": {f"{LOGS}/W3SVC1/nc210303.log": NCSA},
    "NCSA of one day": {f"{LOGS}/W3SVC1/nc210303.log": NCSA, f"{LOGS}/W3SVC1/u_ex210304.log": _ordinary()},
    "the binary format": {f"{LOGS}/W3SVC/raw210303.ibl": bytes(200), f"{LOGS}/W3SVC1/u_ex210304.log": _ordinary()},
    "no header": {f"{LOGS}/W3SVC1/u_ex210304.log": _ordinary().split(b"\r\n", 4)[4]},
    "the logs of another site": {HOST_CONFIG: CONFIG % b"", f"{LOGS}/W3SVC2/u_ex210304.log": _ordinary()},
    "no log of the folder": {HOST_CONFIG: CONFIG % OFF, f"{LOGS}/W3SVC1/u_ex210304.log": _ordinary()},
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_use_is_unknown_where_requests_may_be_elsewhere(name: str) -> None:
    report = _hunted(UNKNOWN[name])
    assert _use(report) is None
    text = render(report, "text")
    assert "not requested" not in text
    if "NCSA" in name:
        assert "the format of NCSA" in text


def test_logs_of_the_whole_time_prove_that_nobody_came() -> None:
    files = {HOST_CONFIG: CONFIG % b"", f"{LOGS}/W3SVC1/u_ex210304.log": _ordinary()}
    assert _use(_hunted(files)) == 0
    assert _use(_hunted(files, datetime(2021, 3, 4, 1, tzinfo=UTC))) == 0
    # The logs end before the page was planted.
    assert _use(_hunted(files, datetime(2021, 3, 9, 1, tzinfo=UTC))) is None


def test_a_request_in_any_log_is_use() -> None:
    files = {
        f"{LOGS}/W3SVC1/nc210303.log": NCSA,
        f"{LOGS}/W3SVC1/u_ex210304.log": _ordinary(4, "/aspnet_client/x.aspx"),
    }
    assert _use(_hunted(files)) == 3
