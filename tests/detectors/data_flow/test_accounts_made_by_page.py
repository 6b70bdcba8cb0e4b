"""Making an account convicts, setting a password is suspicious, words are nothing."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "accounts_made_by_page"


@pytest.mark.parametrize("name", ["vbscript", "csharp", "csharp-native"])
def test_an_account_that_is_made_is_critical(name: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1038")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "makes accounts of Windows" in found.message


def test_a_password_alone_is_less() -> None:
    made = 'Set account = computer.Create("user", "one")'
    less = changed(
        f"{STEM}/vbscript", (made, 'Set account = GetObject("WinNT://./one,user")'), ("members.Add account.ADsPath", "")
    )
    found = finding(less, "WSH1038")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert "sets the password" in found.message


def test_a_collection_of_the_page_is_no_group() -> None:
    listed = changed(f"{STEM}/csharp", ('computer.Children.Add("one", "user")', "computer; Controls.Add(new Label())"))
    assert findings(listed, "WSH1038") == []
