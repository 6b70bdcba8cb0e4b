"""What is said of SharePoint servers: plantings fall in SharePoint's waves there, and never on a server of Exchange."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders.inert import live
from tests.builders.logs import row, text_log
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Planting
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource
from webshellhunt.sources.described import open_described

SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n').encode()
LAYOUTS = "Program Files/Common Files/microsoft shared/Web Server Extensions/16/TEMPLATE/LAYOUTS"
EXCHANGE = open_described(Path(__file__).parents[2] / "fixtures" / "hosts" / "exchange2019.host")
JULY_2025, JULY_2026 = datetime(2025, 7, 19, 9, tzinfo=UTC), datetime(2026, 7, 21, 9, tzinfo=UTC)
LATER = "CVE-2026-45659", "CVE-2026-58644", "SharePoint sign-in of 2026 (/_trust)"


def planting_of(path: str, when: datetime, files: Mapping[str, bytes]) -> Planting:
    times = {path: Timestamps(when, original=True)}
    with MemorySource({**files, path: SHELL}, times=times) as source:
        report = hunt(source)
    (door,) = [verdict for verdict in report.verdicts if verdict.disposition is Disposition.MALICIOUS]
    assert door.planting is not None
    return door.planting


SHAREPOINT_FILES = {f"{LAYOUTS}/start.aspx": b"<p>Welcome</p>\n", "inetpub/wwwroot/iisstart.htm": b"<p>IIS</p>\n"}
EXCHANGE_FILES = {each.path: each.data for each in EXCHANGE.files}


@pytest.mark.parametrize(
    ("path", "when", "waves"),
    [
        (f"{LAYOUTS}/x.aspx", JULY_2025, ("ToolShell",)),
        (f"{LAYOUTS}/x.aspx", JULY_2026, LATER),
        ("inetpub/wwwroot/x.aspx", JULY_2026, LATER),
    ],
)
def test_pages_of_a_sharepoint_server(path: str, when: datetime, waves: tuple[str, ...]) -> None:
    planting = planting_of(path, when, SHAREPOINT_FILES)
    assert planting.waves == waves
    assert planting.before_fix is None


@pytest.mark.parametrize("when", [JULY_2025, JULY_2026])
def test_pages_of_a_server_of_exchange_alone(when: datetime) -> None:
    planting = planting_of("inetpub/wwwroot/aspnet_client/x.aspx", when, EXCHANGE_FILES)
    assert set(planting.waves) <= {"PowerShell deserialisation"}


def test_a_page_on_a_server_of_both_may_be_of_either() -> None:
    both = {**EXCHANGE_FILES, **SHAREPOINT_FILES}
    planting = planting_of("inetpub/wwwroot/aspnet_client/x.aspx", datetime(2026, 7, 5, tzinfo=UTC), both)
    assert planting.waves == ("PowerShell deserialisation", "CVE-2026-45659")


def test_each_site_of_sharepoint_serves_the_one_file_in_layouts() -> None:
    paths = [f"{site}/_layouts/15/{name}.aspx" for site in ("", "/sites/hr") for name in ("x", "start")]
    log = text_log(LogKind.IIS, *[row(f"2025-07-19 10:00:0{n}", each, method="GET") for n, each in enumerate(paths)])
    files = {**SHAREPOINT_FILES, f"{LAYOUTS}/x.aspx": SHELL, "inetpub/logs/LogFiles/W3SVC1/u_ex250719.log": log}
    with MemorySource(files) as source:
        accused = [each for each in hunt(source).verdicts if each.disposition > Disposition.BENIGN]
    assert [each.subject.path.rpartition("\\")[2] for each in accused] == ["x.aspx"]
    assert accused[0].use is not None
    assert accused[0].use.answered == 2
