"""The field sets that ECS documents share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import URLS, full_report, verdict
from webshellhunt.knowledge.attack_techniques import tactics_of
from webshellhunt.model.places import Url
from webshellhunt.model.rules import Severity
from webshellhunt.reports.platforms import Technique, compact
from webshellhunt.reports.writers.ecs import (
    RISK,
    Kind,
    base_document,
    file_fields,
    threat_fields,
    url_fields,
)


def test_each_document_has_a_time_a_kind_and_a_host() -> None:
    made = base_document(full_report(), Kind("alert", ("malware", "file"), "verdict"), Severity.CRITICAL, "uid")
    assert made["@timestamp"] == made["event"]["created"] == "2026-10-18T05:00:07Z"
    assert made["event"]["category"] == ["malware", "file"]
    assert (made["event"]["severity"], made["event"]["risk_score"]) == (99, 99.0)
    assert made["host"]["name"] == "EXCH01"
    assert made["ecs"] == {"version": "9.4.0"}
    assert list(RISK.values()) == sorted(RISK.values())


def test_the_fields_of_a_file() -> None:
    subject = verdict("C:\\inetpub\\x.aspx").subject
    made = compact(file_fields(subject.path, subject))
    assert made["hash"] == {"sha256": "ab" * 32}
    assert (made["directory"], made["drive_letter"], made["extension"]) == ("C:\\inetpub", "C", "aspx")
    assert "mtime" not in made
    original = replace(subject, times=subject.times._replace(original=True))
    assert file_fields(subject.path, original)["mtime"] == "2021-03-03T04:05:06Z"


@pytest.mark.parametrize(
    ("urls", "fields"),
    [
        ((), {}),
        (URLS, {"original": URLS[0].address, "scheme": "https", "path": "/aspnet_client/x.aspx"}),
        (
            (Url("https://mail.example:444/x"),),
            {
                "original": "https://mail.example:444/x",
                "full": "https://mail.example:444/x",
                "scheme": "https",
                "domain": "mail.example",
                "port": 444,
                "path": "/x",
            },
        ),
    ],
)
def test_the_fields_of_an_address(urls: tuple[Url, ...], fields: dict[str, object]) -> None:
    assert compact(url_fields(replace(verdict("x.aspx").subject, urls=urls))) == fields


def test_techniques_are_parallel_lists() -> None:
    shell = Technique("T1505", "Server Software Component", "T1505.003", "Web Shell", tactics_of("T1505.003"))
    made = threat_fields([shell, replaced(shell, "T1505.004"), Technique("T9999", "")])
    assert made["technique"]["id"] == ["T1505", "T9999"]
    assert made["technique"]["name"] == ["Server Software Component", "T9999"]
    assert made["technique"]["subtechnique"]["id"] == ["T1505.003", "T1505.004"]
    assert made["tactic"]["id"] == ["TA0003"]
    assert compact(threat_fields([])) == {}


def replaced(technique: Technique, sub_id: str) -> Technique:
    """Return another sub-technique of the same parent."""
    return technique._replace(sub_id=sub_id)
