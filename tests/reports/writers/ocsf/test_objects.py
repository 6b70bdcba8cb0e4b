"""The objects that OCSF events share."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import WHEN, full_report, report, verdict
from webshellhunt.knowledge.attack_techniques import ATTACK_VERSION, tactics_of
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Presence
from webshellhunt.reports.platforms import Technique, compact, page_address
from webshellhunt.reports.writers.ocsf import HASH, analytic, attacks, base_event, file_object, observable, url


def test_the_class_and_the_type_of_each_event() -> None:
    event = base_event(full_report(), Severity.HIGH, "uid")
    assert (event["class_uid"], event["category_uid"], event["type_uid"]) == (
        2004,
        2,
        2004 * 100 + event["activity_id"],
    )
    assert (event["severity_id"], event["severity"]) == (4, "High")
    assert event["time"] == 1_792_299_607_000
    assert event["metadata"]["version"] == "1.8.0"
    assert event["metadata"]["product"] == {"name": "webshellhunt", "vendor_name": "webshellhunt", "version": "0.1.0"}
    assert event["device"]["hostname"] == "EXCH01"
    assert base_event(report(), Severity.INFO, "uid")["device"] is None


def test_an_event_of_another_hunt_has_another_identifier() -> None:
    first, second = (base_event(made, Severity.HIGH, "uid")["metadata"]["uid"] for made in (report(), full_report()))
    assert first != second


def test_a_file_has_its_digest_and_no_times_of_a_copy() -> None:
    subject = verdict("C:\\x.aspx", presence=Presence.DELETED).subject
    made = compact(file_object(subject.path, subject))
    assert made["hashes"] == [{"algorithm": "SHA-256", "algorithm_id": 3, "value": "ab" * 32}]
    assert (made["name"], made["ext"], made["size"], made["is_deleted"]) == ("x.aspx", "aspx", 1812, True)
    assert "modified_time" not in made
    original = replace(subject, times=subject.times._replace(original=True))
    assert file_object("x", original)["modified_time"] == WHEN.timestamp() * 1000
    assert file_object("") == {"name": "unknown", "path": "", "type_id": 1}
    assert file_object("C:\\folder", is_file=False)["type_id"] == 0


def test_a_technique_stands_once_for_each_tactic() -> None:
    tactics = (*tactics_of("T1505.003"), *tactics_of("T1190"))
    made = attacks(Technique("T1505", "Server Software Component", "T1505.003", "Web Shell", tactics))
    assert [each["tactic"]["name"] for each in made] == ["Persistence", "Initial Access"]
    assert made[0]["sub_technique"]["uid"] == "T1505.003"
    [unknown] = attacks(Technique("T9999", ""))
    assert compact(unknown)["technique"] == {"uid": "T9999", "src_url": "https://attack.mitre.org/techniques/T9999/"}
    assert unknown["version"] == ATTACK_VERSION


def test_an_address_a_rule_and_an_observable() -> None:
    assert url(page_address("https://*:444/x.aspx"))["port"] == 444
    assert url(page_address(""))["url_string"] == "unknown"
    assert analytic("", "", "", "detector")["name"] == "unknown"
    assert analytic("WSH1001", "slug", "title", "detector")["type_id"] == 1
    assert observable(HASH, "place", "ab") == {"type_id": 8, "type": "Hash", "name": "place", "value": "ab"}
