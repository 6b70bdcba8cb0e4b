"""Names that deceive: which trick is told, and which names are left alone."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, findings
from webshellhunt.detectors.placement.deceptive_name import RULE
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.scan.scanner import examine_bytes

PAGE = "deceptive_name/device-folder-twin"


def tricks(path: str) -> set[object]:
    return {found.facts["trick"] for found in findings(changed(PAGE, path=path), RULE.id)}


@pytest.mark.parametrize(
    ("path", "trick"),
    [
        ("site/x.png:y.aspx", "stream"),
        ("site/x.aspx:y.txt", "stream"),
        ("site/x.txt:y.txt", "stream"),
        ("site/x.png%3ay.aspx", "stream"),
        ("C:\\site\\x.png:y.aspx", "stream"),
        ("site/x.aspx ", "trailing"),
        ("site/x.aspx. .", "trailing"),
        ("site/aux.aspx", "device"),
        ("site/Com1.aspx", "device"),
        ("site/LPT\u00b2.aspx", "device"),
        ("site/nul .aspx", "device"),
        ("C:\\ProgramData\\COM1\\x.aspx", "device-folder"),
        ("site/con.old/x.aspx", "device-folder"),
        ("site/app./x.aspx", "trailing-folder"),
        ("site/app /x.aspx", "trailing-folder"),
        ("site/photo\u202egpj.aspx", "direction"),
        ("site/lo\u200bgon.aspx", "unseen"),
        ("site/x.asp;.jpg", "semicolon"),
        ("site/x.jpg.aspx", "double-extension"),
        ("site/robots.txt.ashx", "double-extension"),
        ("site/LOGON~1.ASP", "short-name"),
        ("site/l\u043eg\u043eff.aspx", "look-alike"),
        ("site/\uff4cogon.aspx", "look-alike"),
    ],
)
def test_a_trick_is_told(path: str, trick: str) -> None:
    assert trick in tricks(path)


@pytest.mark.parametrize(
    "path",
    [
        "C:\\inetpub\\wwwroot\\x.aspx",
        "site/x.aspx::$DATA",
        "site/x.min.aspx",
        "site/cls.JSON.asp",
        "site/theme.css.aspx",
        "site/loading.svg.ashx",
        "site/app.v2/x.aspx",
        "site/../x.aspx",
        "site/console.aspx",
        "site/com/x.aspx",
        "site/com10.aspx",
        "site/aux_/x.aspx",
        "site/logon.aspx",
        "site/\u0432\u0445\u043e\u0434.aspx",
        "site/caf\u00e9.aspx",
        "site/aux.txt",
        "site/x.jpg.txt",
        "site/hidden\u200b.txt",
        "site/logon\uff0easpx",
    ],
)
def test_a_name_without_a_trick_and_a_file_that_is_no_page_are_left_alone(path: str) -> None:
    assert tricks(path) == set()


@pytest.mark.parametrize(("stream", "told"), [("Zone.Identifier", False), ("SmartScreen", False), ("x", True)])
def test_a_stream_of_the_system_at_a_page_is_left_alone_unless_it_has_code(stream: str, told: bool) -> None:
    artifact = Artifact(f"site/x.aspx:{stream}", f"site/x.aspx:{stream}", Role.SITE, 26)
    plain = examine_bytes(b"[ZoneTransfer]\r\nZoneId=3\r\n", artifact, Job())
    assert bool(plain.findings) is told
    code = examine_bytes(b"<\x25 Response.Write(1) %>", artifact, Job())
    assert [each.rule.id for each in code.findings] == [RULE.id]


def test_a_stream_without_code_is_left_alone() -> None:
    mark = changed(PAGE, path="site/x.png:Zone.Identifier")._replace(data=b"[ZoneTransfer]\r\nZoneId=3\r\n")
    assert findings(mark, RULE.id) == []


def hidden(*attributes: str) -> list[Finding]:
    data = changed(PAGE).data
    artifact = Artifact("x.aspx", "x.aspx", Role.SITE, len(data), attributes=attributes)
    return [found for found in examine_bytes(data, artifact, Job()).findings if found.rule.id == RULE.id]


def test_a_page_out_of_sight_is_told_and_weighs_more_as_a_system_file() -> None:
    (both,) = hidden("hidden", "system")
    (one,) = hidden("hidden")
    assert (both.severity, both.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    assert one.severity is Severity.LOW
    assert hidden("system") == []
    assert hidden() == []
