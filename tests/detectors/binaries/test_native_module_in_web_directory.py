"""Libraries that the web server would load, by exports, place and imports."""

from __future__ import annotations

import pytest

from tests.builders.assemblies import exporting
from tests.builders.images import image
from tests.builders.signed import TIME_STAMPING, identity, pin, signed_image
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
        (("RegisterModule",), "this module of IIS"),
        (("GetFilterVersion", "HttpFilterProc"), "this ISAPI filter"),
        (("GetExtensionVersion", "HttpExtensionProc"), "this ISAPI extension"),
    ],
)
def test_what_the_server_would_load_in_a_web_directory(exports: tuple[str, ...], kind: str) -> None:
    (finding,) = findings(exporting(*exports), f"{FRONT}/owa/auth/x.dll", "WSH5005")
    assert kind in finding.message
    assert finding.severity is Severity.HIGH
    (finding,) = findings(exporting(*exports), "inetpub/wwwroot/x.dll", "WSH5005")
    assert finding.severity is (Severity.MEDIUM if "extension" in kind else Severity.HIGH)


FILTER = ("GetFilterVersion", "HttpFilterProc")
PLACES = [
    "Windows/System32/inetsrv/x.dll",
    f"{EXCHANGE}/ClientAccess/owa/auth/owaauth.dll",
    f"{FRONT}/bin/owaauth.dll",
    f"{FRONT}/owa/auth/owaauth.dll",
    f"{EXCHANGE}/ClientAccess/RpcProxy/rpcproxyshim.dll",
    "Mail/FrontEnd/HttpProxy/owa/auth/owaauth.dll",
]


@pytest.mark.parametrize("path", PLACES)
def test_name_and_place_never_clear_a_library(path: str) -> None:
    assert findings(image(*FILTER, company="Microsoft Corporation"), path, "WSH5005")


@pytest.mark.parametrize("path", PLACES)
def test_a_signature_of_microsoft_clears_it(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by = identity("Microsoft Corporation", "Microsoft Corporation", pin(monkeypatch, is_microsoft=True))
    data = signed_image(image(*FILTER), by)
    assert findings(data, path, "WSH5005") == []
    (finding,) = findings(data.replace(b"x.dll", b"y.dll"), path, "WSH5005")
    assert finding.severity is Severity.CRITICAL
    assert finding.facts["signature"] == "changed"


def test_a_signature_of_another_publisher_weakens(monkeypatch: pytest.MonkeyPatch) -> None:
    root = pin(monkeypatch)
    stamp = identity("Stamp", "Tests", root, TIME_STAMPING)
    data = signed_image(image(*FILTER), identity("Maker", "Maker Ltd", root), stamp=stamp)
    (finding,) = findings(data, f"{FRONT}/owa/auth/owaauth.dll", "WSH5005")
    assert (finding.severity, finding.facts["publisher"]) == (Severity.MEDIUM, "Maker Ltd")
    assert findings(data, "inetpub/wwwroot/x.dll", "WSH5005") == []


@pytest.mark.parametrize("path", ["tools/x.dll", "Program Files/Maker/x.dll"])
def test_in_a_folder_of_its_own_it_is_left_alone(path: str) -> None:
    assert findings(image(*FILTER), path, "WSH5005") == []


def test_a_module_that_starts_programs_is_reported_wherever_it_lies() -> None:
    module = exporting("RegisterModule", **STARTS)
    (finding,) = findings(module, "Program Files/Maker/x.dll", "WSH5005")
    assert "starts programs (system)" in finding.message
    (finding,) = findings(module, "Windows/System32/inetsrv/cgi.dll", "WSH5005")
    assert "names no maker" in finding.message


def test_other_libraries_are_none_of_these() -> None:
    assert findings(exporting("Other", **STARTS), f"{FRONT}/owa/auth/x.dll", "WSH5005") == []
    text = b"MZ RegisterModule"
    assert findings(text, f"{FRONT}/owa/auth/x.dll", "WSH5005") == []


def test_a_damaged_library_is_a_gap() -> None:
    data = exporting("RegisterModule")
    at = int.from_bytes(data[0x3C:0x40], "little")
    artifact = Artifact("x.dll", f"{FRONT}/x.dll", Role.HTTP_PROXY, 0)
    examination = examine_bytes(data[: at + 40] + b"RegisterModule", artifact, Job())
    assert [gap.code for gap in examination.gaps] == ["input-refused"]
