"""The severity of a leaked password depends on the directory of the page and on the destination."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt import hunt, open_source
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

REQUEST = "password_leaves_sign_in_page/request-to-other-host"
PICTURE = "password_leaves_sign_in_page/picture-of-own-site"
ALONE = "password_leaves_sign_in_page/script-alone"
PORTAL = "inetpub/wwwroot/portal/signin.aspx"


def test_another_host_in_a_sign_in_directory_is_critical() -> None:
    found = finding(REQUEST, "WSH1009")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.facts["destination"] == "collect.example"
    assert found.evidence[0].excerpt.strip().startswith("call.send(")
    elsewhere = finding(changed(REQUEST, path=PORTAL), "WSH1009")
    assert (elsewhere.severity, elsewhere.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_a_request_to_the_page_of_the_form_is_a_finding_in_a_sign_in_directory_only() -> None:
    own = ("https://collect.example/c", "/owa/auth.owa")
    assert finding(changed(REQUEST, own), "WSH1009").severity is Severity.HIGH
    assert findings(changed(REQUEST, own, path=PORTAL), "WSH1009") == []
    second = changed(REQUEST, ("https://collect.example/c", "/owa/auth/errorFE.aspx"), path=PORTAL)
    assert finding(second, "WSH1009").severity is Severity.HIGH


@pytest.mark.parametrize(("name", "told"), [("dot.png", True), ("dot.css", True), ("dot.aspx", True)])
def test_a_picture_never_contains_a_password(name: str, told: bool) -> None:
    assert bool(findings(changed(PICTURE, ("dot.png", name)), "WSH1009")) is told


def test_a_form_with_a_foreign_action_is_a_finding_in_a_sign_in_directory() -> None:
    twin = changed(f"{REQUEST}-twin", ("/owa/auth.owa", "https://collect.example/auth.owa"))
    assert "the form of the sign-in page" in finding(twin, "WSH1009").message


def test_a_script_that_browsers_run_is_judged_like_a_page_that_the_server_runs() -> None:
    fixture = read(ALONE)
    assert examine(fixture.data, path=fixture.path).disposition is Disposition.MALICIOUS


def test_a_loaded_script_is_followed_with_the_page(tmp_path: Path) -> None:
    scripts = '<script src="js/site.js?v=1"></script><script src="//a.example/b.js"></script>'
    page = f'<input type="password" id="field7">{scripts}'
    (tmp_path / "js").mkdir()
    (tmp_path / "signin.aspx").write_text(f'<%@ Page Language="C#" %>{page}', encoding="utf-8")
    (tmp_path / "js" / "site.js").write_text('document.cookie = $("#field7").val();', encoding="utf-8")
    with open_source(str(tmp_path)) as source:
        report = hunt(source)
    (verdict,) = [each for each in report.verdicts if each.findings]
    assert verdict.subject.path.endswith("signin.aspx")
    (found,) = verdict.findings
    assert found.evidence[0].path.endswith("site.js")
    assert list(report.gaps) == []


SECOND = "password_leaves_sign_in_page/second-page"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/static/count.aspx", "/login.aspx?ajax=1"),
        ("/static/count.aspx", "/api/count"),
        ('action="/login.aspx"', 'action="#"'),
        ("call.send(", "event.preventDefault(); call.send("),
        ('getElementById("p").value', 'getElementById("u").value'),
    ],
)
def test_a_second_page_needs_a_form_that_is_submitted_to_another(old: str, new: str) -> None:
    assert findings(changed(SECOND, (old, new)), "WSH1009") == []


def test_a_script_under_the_name_of_a_page_or_picture_is_read() -> None:
    name = "password_leaves_sign_in_page/script-without-extension"
    folder = read(name).path.rpartition("/")[0]
    for other in ("logout.aspx", "logo.png", "x.css"):
        assert finding(changed(name, path=f"{folder}/{other}"), "WSH1009").severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("new RTCPeerConnection({ iceServers: [{ urls: server }] }).createDataChannel", "connect"),
        ('btoa(document.getElementById("p").value)', "document.title"),
    ],
)
def test_a_peer_connection_needs_the_password(old: str, new: str) -> None:
    assert findings(changed("password_leaves_sign_in_page/peer-connection", (old, new)), "WSH1009") == []


def test_a_data_channel_sends_to_a_peer() -> None:
    server = 'new RTCPeerConnection({ iceServers: [{ urls: server }] }).createDataChannel("c");'
    channel = 'var peer = new RTCPeerConnection(), c = peer.createDataChannel("c"); c.send(server);'
    found = finding(changed("password_leaves_sign_in_page/peer-connection", (server, channel)), "WSH1009")
    assert "a peer of WebRTC" in found.message


def test_a_remembered_password_is_medium_outside_of_sign_in_directories() -> None:
    remembered = "password_leaves_sign_in_page/remembered-twin"
    assert {found.severity for found in findings(read(remembered), "WSH1009")} == {Severity.MEDIUM}
    moved = changed(remembered, path="Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/x.aspx")
    assert {found.severity for found in findings(moved, "WSH1009")} == {Severity.HIGH}
    only_stored = read("password_leaves_sign_in_page/remembered")
    assert {found.severity for found in findings(only_stored, "WSH1009")} == {Severity.HIGH}
