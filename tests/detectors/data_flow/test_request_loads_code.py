"""How grave a loader is, and by which road its code comes."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

PICKED = "request_loads_code/csharp-picked-function"


def test_the_road_tells_how_the_code_is_decrypted() -> None:
    found = finding("request_loads_code/csharp-using-streams", "WSH1003")
    assert "FromBase64String" in found.message
    assert "GZipStream" in found.message
    assert found.facts["request_key"] == "k"


def test_a_function_that_is_picked_is_grave_where_its_bytes_are_decrypted() -> None:
    found = finding(PICKED, "WSH1003")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "picked at run time" in found.message
    plain = changed(PICKED, ("CreateDecryptor(key, key).TransformFinalBlock", "Copied"))
    found = finding(plain, "WSH1003")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)


def test_a_function_that_a_visitor_names_is_suspicious() -> None:
    found = finding("request_loads_code/csharp-named-function", "WSH1003")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_a_type_of_the_page_limits_what_a_visitor_can_name() -> None:
    assert (
        findings(
            changed("request_loads_code/csharp-named-function", ('Type.GetType(Request["t"])', "GetType()")), "WSH1003"
        )
        == []
    )
