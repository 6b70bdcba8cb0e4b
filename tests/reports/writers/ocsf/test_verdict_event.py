"""The OCSF event of a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.pivot.cases import demo_report
from tests.reports.cases import finding, full_report, report, verdict
from tests.reports.writers.ocsf.validation import events
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.identity import subject_id
from webshellhunt.reports.platforms import compact
from webshellhunt.reports.writers.ocsf import verdict_event


def event_of(made: Verdict) -> dict[str, Any]:
    """Return the event of a verdict without empty fields."""
    return compact(verdict_event(ShownVerdict(made), report(made), {}))


def test_the_finding_is_that_of_the_subject() -> None:
    [first, *_] = events(full_report())
    made = full_report().verdicts[0]
    info = first["finding_info"]
    assert info["uid"] == subject_id(made.subject, "EXCH01", None)
    assert info["title"] == "What a visitor sends is evaluated as code"
    assert info["analytic"]["uid"] == "WSH1001"
    assert [each["uid"] for each in info["related_analytics"]] == ["WSH6001"]
    assert [each["sub_technique"]["uid"] for each in info["attacks"]] == ["T1505.003"]
    assert first["message"] == f"malicious: {made.subject.path}: web shell: executes request data as code"
    assert (first["confidence_id"], first["severity_id"], first["is_alert"]) == (3, 5, True)
    assert first["remediation"] == {"desc": "Then remove these files."}
    assert first["malware"][0]["classification_ids"] == [20]


def test_evidence_is_located_and_defanged() -> None:
    [first, *_] = events(full_report())
    subject, shell, place = first["evidences"]
    assert subject["file"]["hashes"][0]["value"] == "ab" * 32
    assert subject["url"]["url_string"] == "https://*/aspnet_client/x.aspx"
    assert (shell["name"], shell["data"]["line"], shell["data"]["excerpt_form"]) == ("WSH1001", 1, "defanged")
    assert shell["data"]["facts"]["request_key"] == "orange"
    assert shell["uid"] != place["uid"]


def test_the_demo_has_planting_use_and_clients() -> None:
    [first, *_] = events(demo_report())
    assert first["finding_info"]["first_seen_time"] == 1_614_541_282_000
    assert first["finding_info"]["last_seen_time"] == 1_614_745_051_000
    assert {"ip": "203.0.113.77"} in [each.get("src_endpoint") for each in first["evidences"]]
    assert {"203.0.113.77", "python-requests/2.25.1"} < {each["value"] for each in first["observables"]}
    assert first["unmapped"]["use"]["requests"] == 4


def test_what_the_user_overrides_is_suppressed_and_no_alert() -> None:
    made = replace(verdict("x.aspx", Disposition.KNOWN_GOOD, finding()), otherwise=Disposition.MALICIOUS)
    event = event_of(made)
    assert (event["status"], event["is_alert"], event["severity_id"]) == ("Suppressed", False, 1)
    assert event["unmapped"]["otherwise"] == "malicious"


def test_a_trace_and_an_element_are_no_malware() -> None:
    for kind in (SubjectKind.TRACE, SubjectKind.REGISTRATION):
        made = verdict("C:\\a.config (module X)", Disposition.MALICIOUS, finding(path="C:\\a.config"))
        event = event_of(replace(made, subject=replace(made.subject, kind=kind, sha256=None)))
        assert "malware" not in event
        assert event["evidences"][0]["data"]["subject_kind"] == kind.value
    assert event["evidences"][0]["file"]["path"] == "C:\\a.config"


def test_a_verdict_without_findings_or_evidence_is_an_event() -> None:
    event = event_of(verdict("x.aspx", Disposition.UNEXPLAINED))
    assert (event["confidence"], event["finding_info"]["title"]) == ("Unknown", "x.aspx")
    event = event_of(verdict("x.aspx", Disposition.MALICIOUS, replace(finding(), evidence=())))
    assert event["evidences"][1]["data"]["rule"] == "WSH1001"


def test_the_users_of_a_page_are_nothing_to_search_for() -> None:
    page = verdict(r"C:\logon.aspx", Disposition.MALICIOUS, finding())
    use = Use(3, 3, 3, None, None, clients=("203.0.113.9",), client_count=1)
    found = [event_of(replace(page, use=use._replace(visited=visited)))["observables"] for visited in (False, True)]
    assert ["203.0.113.9" in {each["value"] for each in several} for several in found] == [True, False]
