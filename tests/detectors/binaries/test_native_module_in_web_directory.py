"""Libraries that the web server would load, by exports, place and imports."""

from __future__ import annotations

import pytest

from tests.builders.assemblies import exporting
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine
from webshellhunt.scan.scanner import examine_bytes

EXCHANGE = "Program Files/Microsoft/Exchange Server/V15"
FRONT = f"{EXCHANGE}/FrontEnd/HttpProxy"
STARTS = {"include": "#include <stdlib.h>", "body": 'return system("");'}


def findings(data: bytes, path: str, rule: str) -> list[Finding]:
    return [finding for finding in examine(data, path=path).findings if finding.rule.id == rule]


@pytest.mark.parametrize(
    ("exports", "kind"),
    [
        (("RegisterModule",), "a module of IIS"),
        (("GetFilterVersion", "HttpFilterProc"), "an ISAPI filter"),
        (("GetExtensionVersion", "HttpExtensionProc"), "an ISAPI extension"),
    ],
)
def test_what_the_server_would_load_in_a_web_directory(exports: tuple[str, ...], kind: str) -> None:
    (finding,) = findings(exporting(*exports), f"{FRONT}/owa/auth/x.dll", "WSH5005")
    assert kind in finding.message
    assert finding.severity is Severity.HIGH
    (finding,) = findings(exporting(*exports), "inetpub/wwwroot/x.dll", "WSH5005")
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "path",
    [
        "Windows/System32/inetsrv/x.dll",
        f"{EXCHANGE}/ClientAccess/owa/auth/owaauth.dll",
        f"{EXCHANGE}/ClientAccess/RpcProxy/rpcproxyshim.dll",
        "tools/x.dll",
    ],
)
def test_where_such_libraries_belong_they_are_left_alone(path: str) -> None:
    assert findings(exporting("GetExtensionVersion", "HttpExtensionProc"), path, "WSH5005") == []


def test_a_module_that_starts_programs_is_reported_wherever_it_lies() -> None:
    module = exporting("RegisterModule", **STARTS)
    (finding,) = findings(module, "Windows/System32/inetsrv/x.dll", "WSH5005")
    assert "starts programs (system)" in finding.message
    assert findings(module, "Windows/System32/inetsrv/cgi.dll", "WSH5005") == []
    (finding,) = findings(module, f"{EXCHANGE}/ClientAccess/owa/auth/owaauth.dll", "WSH5005")
    assert finding.severity is Severity.HIGH


def test_other_libraries_are_none_of_these() -> None:
    assert findings(exporting("Other", **STARTS), f"{FRONT}/owa/auth/x.dll", "WSH5005") == []
    text = b"MZ RegisterModule"
    assert findings(text, f"{FRONT}/owa/auth/x.dll", "WSH5005") == []


def test_a_damaged_library_is_a_gap() -> None:
    data = exporting("RegisterModule")
    at = int.from_bytes(data[0x3C:0x40], "little")
    artifact = Artifact("x.dll", f"{FRONT}/x.dll", Role.HTTP_PROXY, 0)
    examination = examine_bytes(data[: at + 40] + b"RegisterModule", artifact, Job())
    assert [gap.code for gap in examination.gaps] == ["examination-failed"]
