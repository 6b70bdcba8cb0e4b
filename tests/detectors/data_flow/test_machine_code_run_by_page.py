"""Functions of Windows for memory and threads, and pointers to code."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

MEMORY = "machine_code_run_by_page/csharp-memory"
POINTER = "machine_code_run_by_page/csharp-pointer"


def test_the_functions_that_are_called_are_named() -> None:
    found = finding(MEMORY, "WSH1031")
    assert found.severity is Severity.CRITICAL
    assert found.message.endswith("virtualalloc, createthread")
    assert found.facts["capability"] == "calls-native-memory"


def test_another_name_of_the_function_is_known() -> None:
    changes = (
        ('"kernel32")]\npublic static extern IntPtr VirtualAlloc(',
         '"kernel32", EntryPoint = "Virtual" + "Alloc")]\npublic static extern IntPtr Get('),
        ("Own.VirtualAlloc", "Own.Get"),
    )  # fmt: skip
    assert "virtualalloc" in finding(changed(MEMORY, *changes), "WSH1031").message


def test_declarations_alone_are_nothing() -> None:
    fixture = changed(MEMORY, ("Own.VirtualAlloc", "Other.Get"), ("Own.CreateThread", "Other.Run"))
    assert findings(fixture, "WSH1031") == []


def test_a_typed_delegate_for_a_pointer() -> None:
    typed = ("(Making)Marshal.GetDelegateForFunctionPointer(at, typeof(Making))",
             "Marshal.GetDelegateForFunctionPointer<Making>(at)")  # fmt: skip
    assert finding(changed(POINTER, typed), "WSH1031").facts["capability"] == "calls-native-pointer"
