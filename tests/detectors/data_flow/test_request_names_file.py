"""What weighs when a visitor names a file: that nothing of the page's own stands in front, and what is done to it."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

BROWSER = "request_names_file/csharp-browser"
STREAM = "request_names_file/vbscript-stream"


def test_listing_sending_and_drives_together_are_sure() -> None:
    assert finding(BROWSER, "WSH1011").severity is Severity.CRITICAL
    no_drives = changed(BROWSER, ("Environment.GetLogicalDrives()", "places"))
    assert finding(no_drives, "WSH1011").severity is Severity.HIGH


def test_a_folder_that_is_listed_alone_is_less() -> None:
    listed = changed(BROWSER, ("Response.WriteFile(name)", "Response.Write(1)"), ("GetLogicalDrives()", "NewLine"))
    assert finding(listed, "WSH1011").severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "path", ['Server.MapPath(Request.QueryString("f"))', '"C:\\manuals\\" & Request.QueryString("f")', "42"]
)
def test_a_path_below_a_folder_of_the_page_is_none_of_the_visitors_alone(path: str) -> None:
    assert findings(changed(STREAM, ('Trim(Request.QueryString("f"))', path)), "WSH1011") == []
