from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import WIN, user, value


def test_the_message_says_when_it_runs() -> None:
    found = finding("WSH4056", value("SOFTWARE", f"{WIN}\\Run", "u", r"C:\Users\Public\u.exe"))
    assert found.message == r"C:\Users\Public\u.exe (the public folder of all users) runs at each sign-in"
    assert found.facts["name"] == "u"


def test_the_account_is_named() -> None:
    found = finding("WSH4056", user({f"Software\\{WIN}\\Run": {"u": r"C:\Users\Public\u.exe"}}))
    assert found.facts["account"] == "Administrator"
    assert found.facts["registry_key"] == rf"HKU\Administrator\Software\{WIN}\Run"


def test_a_program_in_the_profile_of_a_known_maker_is_a_question_at_most() -> None:
    data = r"C:\Users\Administrator\AppData\Local\Programs\Editor\editor.exe"
    assert [each.severity.label for each in findings("WSH4056", value("USER", f"Software\\{WIN}\\Run", "e", data))] == [
        "low"
    ]
    assert findings("WSH4056", value("SOFTWARE", f"{WIN}\\Run", "v", r'"C:\Program Files\V\v.exe" -tray')) == []
