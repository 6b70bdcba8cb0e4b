"""The ECS documents about a host."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import demo_report
from tests.reports.cases import WHEN, full_report
from tests.reports.writers.ecs.validation import check, documents
from webshellhunt.model.log_results import Client
from webshellhunt.reports.content.logs import client_words
from webshellhunt.reports.platforms import compact
from webshellhunt.reports.writers.ecs import assessment_document, client_document, gap_document


def test_a_gap_is_an_examination_that_failed() -> None:
    made = full_report()
    first, second, _ = (compact(gap_document(gap, made)) for gap in made.gaps)
    check(first)
    assert first["event"]["outcome"] == "failure"
    assert first["error"] == {"code": "unreadable", "message": "permission denied"}
    assert first["file"]["path"] == r"C:\locked.aspx"
    assert (first["event"]["severity"], second["event"]["severity"]) == (21, 0)
    assert first["webshellhunt"]["gap"]["matters"] is True


def test_a_client_is_a_source() -> None:
    client = Client("203.0.113.5", 3, WHEN, WHEN, ("/x.aspx",), is_proxy=True, exploits=("ProxyLogon",))
    made = compact(client_document(client, full_report()))
    check(made)
    assert made["source"] == {"address": "203.0.113.5", "ip": "203.0.113.5"}
    assert made["webshellhunt"]["client"]["exploits"] == ["ProxyLogon"]
    words = client_words(client)
    assert words.startswith("exploited ProxyLogon; 3 requests from ")
    assert made["message"] == f"client 203.0.113.5: used 1 accused page; {words}"
    only = client_document(client._replace(pages=(), requests=48_211), full_report())
    assert only["message"].startswith("client 203.0.113.5: exploited ProxyLogon; 48,211 requests from ")
    one = client_document(client._replace(exploits=(), requests=1), full_report())
    assert one["message"].startswith("client 203.0.113.5: used 1 accused page; 1 request from ")
    unnamed = compact(client_document(client._replace(address="unknown"), full_report()))
    assert unnamed["source"] == {"address": "unknown"}
    assert "ip" not in unnamed["related"]


def test_the_assessment_is_the_state_of_the_host() -> None:
    made = compact(assessment_document(full_report()))
    check(made)
    assert made["event"]["kind"] == "state"
    own = made["webshellhunt"]
    assert (own["state"], own["gaps"], own["gaps_that_matter"]) == ("backdoored", 3, 1)
    assert own["open_vulnerabilities"] == ["CVE-2021-34473", "CVE-2021-28480"]
    assert own["data_as_of"] == "2026-10-13"
    assert documents(demo_report())[-1]["webshellhunt"]["logs"]


def test_identifiers_are_stable_and_distinct() -> None:
    made = full_report()
    ids = [document["event"]["id"] for document in documents(made)]
    assert ids == [document["event"]["id"] for document in documents(made)]
    assert len(set(ids)) == len(ids)
    other = replace(made, host=made.host._replace(name="EXCH02"))
    assert not set(ids) & {document["event"]["id"] for document in documents(other)}
