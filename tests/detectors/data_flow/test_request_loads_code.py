"""The severity of a loader, and the data flow of its code."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

PICKED = "request_loads_code/csharp-picked-function"


def test_a_data_flow_passes_through_streams_to_the_loader() -> None:
    found = finding("request_loads_code/csharp-using-streams", "WSH1003")
    assert found.message.endswith("Request.Form('k') → bytes → assembly.load")
    assert [evidence.line for evidence in found.evidence] == [7, 4, 6]
    assert found.facts["request_key"] == "k"


def test_a_function_chosen_at_run_time_is_critical_with_decrypted_bytes() -> None:
    found = finding(PICKED, "WSH1003")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "chosen at run time" in found.message
    plain = changed(PICKED, ("CreateDecryptor(key, key).TransformFinalBlock", "Copied"))
    found = finding(plain, "WSH1003")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)


def test_a_function_that_the_request_names_is_suspicious() -> None:
    found = finding("request_loads_code/csharp-named-function", "WSH1003")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_a_type_of_the_page_limits_the_functions() -> None:
    assert (
        findings(
            changed("request_loads_code/csharp-named-function", ('Type.GetType(Request["t"])', "GetType()")), "WSH1003"
        )
        == []
    )
