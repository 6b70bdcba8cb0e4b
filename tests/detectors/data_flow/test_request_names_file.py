"""Paths that are request data alone are findings, if the page sends or lists the file."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

BROWSER = "request_names_file/csharp-browser"
STREAM = "request_names_file/vbscript-stream"


def test_listing_sending_and_drives_together_are_critical() -> None:
    assert finding(BROWSER, "WSH1011").severity is Severity.CRITICAL
    no_drives = changed(BROWSER, ("Environment.GetLogicalDrives()", "places"))
    assert finding(no_drives, "WSH1011").severity is Severity.HIGH


def test_a_list_alone_has_a_lower_severity() -> None:
    listed = changed(BROWSER, ("Response.WriteFile(name)", "Response.Write(1)"), ("GetLogicalDrives()", "NewLine"))
    assert finding(listed, "WSH1011").severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "path", ['Server.MapPath(Request.QueryString("f"))', '"C:\\manuals\\" & Request.QueryString("f")', "42"]
)
def test_a_path_below_a_fixed_folder_is_not_request_data_alone(path: str) -> None:
    assert findings(changed(STREAM, ('Trim(Request.QueryString("f"))', path)), "WSH1011") == []


def test_a_file_that_a_database_stores_is_not_sent() -> None:
    stored = changed(STREAM, ("Response.Bi" + "naryWrite", 'rows("a") ='))
    assert findings(stored, "WSH1011") == []
