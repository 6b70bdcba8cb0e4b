"""Functions of Windows that a page declares and calls."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

CSHARP = "native_function_called_by_page/csharp"


def test_the_real_name_is_told() -> None:
    assert finding(CSHARP, "WSH1032").message.endswith("netuseradd")


@pytest.mark.parametrize(
    ("name", "severity"), [("LogonUser", Severity.MEDIUM), ("NetUserDel", Severity.HIGH), ("GetDriveType", None)]
)
def test_the_function_weighs(name: str, severity: Severity | None) -> None:
    found = findings(changed(CSHARP, ("NetUserAdd", name)), "WSH1032")
    assert [each.severity for each in found] == ([] if severity is None else [severity])


def test_functions_for_memory_are_critical() -> None:
    fixture = changed(CSHARP, ("NetUserAdd", "VirtualProtect"))
    assert finding(fixture, "WSH1032").severity is Severity.CRITICAL


MEMORY = "native_function_called_by_page/csharp-memory"
POINTER = "native_function_called_by_page/csharp-pointer"


def test_the_functions_that_are_called_are_named() -> None:
    found = finding(MEMORY, "WSH1032")
    assert found.severity is Severity.CRITICAL
    assert found.message.endswith("virtualalloc, createthread")
    assert found.facts["capability"] == "calls-native-memory"


def test_another_name_of_the_function_is_known() -> None:
    changes = (
        ('"kernel32")]\npublic static extern IntPtr VirtualAlloc(',
         '"kernel32", EntryPoint = "Virtual" + "Alloc")]\npublic static extern IntPtr Get('),
        ("Own.VirtualAlloc", "Own.Get"),
    )  # fmt: skip
    assert "virtualalloc" in finding(changed(MEMORY, *changes), "WSH1032").message


def test_declarations_alone_are_nothing() -> None:
    fixture = changed(MEMORY, ("Own.VirtualAlloc", "Other.Get"), ("Own.CreateThread", "Other.Run"))
    assert findings(fixture, "WSH1032") == []


def test_a_typed_delegate_for_a_pointer() -> None:
    typed = ("(Making)Marshal.GetDelegateForFunctionPointer(at, typeof(Making))",
             "Marshal.GetDelegateForFunctionPointer<Making>(at)")  # fmt: skip
    assert finding(changed(POINTER, typed), "WSH1032").facts["capability"] == "calls-native-pointer"
