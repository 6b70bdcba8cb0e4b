"""What one remnant of a page says by itself; what it means for the host is told in ``test_traces``."""

from __future__ import annotations

from tests.builders.assemblies import page_assembly
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

TEMP = "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files"


def compiled(virtual_path: str, result: str = "3") -> bytes:
    return f'<preserve resultType="{result}" virtualPath="{virtual_path}" assembly="App_Web_a" type="ASP.x" />'.encode()


def findings(data: bytes, path: str, rule: str) -> list[Finding]:
    return [finding for finding in examine(data, path=path).findings if finding.rule.id == rule]


def test_a_remnant_is_noted_with_what_its_name_and_content_tell() -> None:
    path = f"{TEMP}/owa/8f3a1c52/1b6de0aa/x.aspx.f5dba9b9.compiled"
    (note,) = findings(compiled("/owa/auth/x.aspx"), path, "WSH5002")
    assert note.severity is Severity.INFO
    assert dict(note.facts) == {
        "application": "owa",
        "page": "x.aspx",
        "directory_hash": "f5dba9b9",
        "virtual_path": "/owa/auth/x.aspx",
        "assembly": "App_Web_a",
    }
    assert examine(compiled("/owa/auth/x.aspx"), path=path).disposition is Disposition.BENIGN


def test_a_remnant_whose_name_is_of_another_directory_was_made_by_hand() -> None:
    path = f"{TEMP}/owa/8f3a1c52/1b6de0aa/x.aspx.cdcab7d2.compiled"
    odd, _ = findings(compiled("/owa/auth/x.aspx"), path, "WSH5002")
    assert odd.severity is Severity.MEDIUM
    assert findings(compiled("/owa/x.aspx"), path, "WSH5002")[1:] == []


def test_the_code_of_an_application_is_no_page() -> None:
    assert (
        findings(compiled("/owa/global.asax", "8"), f"{TEMP}/owa/8f3a1c52/1b6de0aa/global.asax.compiled", "WSH5002")
        == []
    )


def test_a_broken_remnant_is_a_gap() -> None:
    verdict = examine(b"<other />", path=f"{TEMP}/owa/8f3a1c52/1b6de0aa/x.aspx.f5dba9b9.compiled")
    assert [gap.code for gap in verdict.gaps] == ["input-refused"]


def test_the_assembly_of_a_harmless_page_is_no_finding() -> None:
    data = page_assembly('void Page_Load(object s, EventArgs e) { Response.Write("hello"); }')
    path = f"{TEMP}/owa/8f3a1c52/1b6de0aa/App_Web_x.aspx.f5dba9b9.q3xk0v_d.dll"
    verdict = examine(data, path=path)
    assert verdict.disposition is Disposition.BENIGN
    assert [finding.rule.id for finding in verdict.findings] == ["WSH5002"]
