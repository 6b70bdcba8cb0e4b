"""The ECS document of a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pivot.cases import demo_report
from tests.reports.cases import finding, full_report, report, verdict
from tests.reports.writers.ecs.validation import check, documents
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.platforms import compact
from webshellhunt.reports.writers.ecs import verdict_document


def test_the_fields_of_an_alert() -> None:
    [first, *_] = documents(full_report())
    assert first["message"].startswith("malicious: C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx: web shell")
    assert first["event"]["kind"] == "alert"
    assert first["event"]["reason"] == 'the request\'s item "orange" reaches eval; server code where none belongs'
    assert first["rule"]["id"] == "WSH1001"
    assert first["threat"]["technique"]["subtechnique"]["name"] == ["Web Shell"]
    assert first["related"] == {"hash": ["ab" * 32], "hosts": ["EXCH01"]}
    assert first["tags"] == ["webshellhunt", "malicious"]
    assert first["webshellhunt"]["rules"] == ["WSH1001", "WSH6001"]
    assert first["webshellhunt"]["steps"] == ["Then remove these files."]
    assert first["webshellhunt"]["findings"][0]["evidence"][0]["excerpt_form"] == "defanged"


def test_the_demo_has_planting_use_and_clients() -> None:
    [first, *_] = documents(demo_report())
    assert (first["event"]["start"], first["event"]["end"]) == ("2021-02-28T19:41:22Z", "2021-03-03T04:17:31Z")
    assert first["related"]["ip"] == ["203.0.113.77"]
    assert first["webshellhunt"]["use"]["methods"] == ["GET=1", "POST=3"]
    assert first["file"]["mtime"] == "2021-02-28T19:42:05Z"


@pytest.mark.parametrize(
    ("kind", "disposition", "categories", "event_kind"),
    [
        (SubjectKind.FILE, Disposition.MALICIOUS, ["malware", "file"], "alert"),
        (SubjectKind.TRACE, Disposition.SUSPICIOUS, ["intrusion_detection", "web"], "alert"),
        (SubjectKind.REGISTRATION, Disposition.MALICIOUS, ["intrusion_detection", "configuration"], "alert"),
        (SubjectKind.FILE, Disposition.UNEXPLAINED, ["file"], "event"),
    ],
)
def test_the_category_is_that_of_the_subject(
    kind: SubjectKind, disposition: Disposition, categories: list[str], event_kind: str
) -> None:
    made = verdict("C:\\x.aspx", disposition, finding())
    made = replace(made, subject=replace(made.subject, kind=kind))
    document = compact(verdict_document(ShownVerdict(made), report(made), {}))
    check(document)
    assert (document["event"]["category"], document["event"]["kind"]) == (categories, event_kind)
    assert ("hash" in document["file"]) == (kind is not SubjectKind.REGISTRATION)


def test_what_the_user_overrides_is_marked() -> None:
    made = replace(verdict("x.aspx", Disposition.KNOWN_GOOD, finding()), otherwise=Disposition.MALICIOUS)
    document = verdict_document(ShownVerdict(made), report(made), {})
    assert document["webshellhunt"]["suppressed"] is True
    assert document["event"]["kind"] == "event"
