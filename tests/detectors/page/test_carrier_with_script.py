"""Carriers that Exchange writes: the facts of the store, attempts, and planted pages."""

from __future__ import annotations

import pytest

from tests.builders import der
from tests.builders.carried_code import SCRIPT
from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.pst.permutation import decode_permuted
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine


def found(data: bytes, path: str) -> list[Finding]:
    """Return this rule's findings."""
    return [f for f in examine(data, path=path).findings if f.rule.id == "WSH2003"]


def test_a_script_in_a_request_under_the_name_of_a_page_is_malicious() -> None:
    data = der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.UTF8)])
    assert examine(data, path="x.aspx").disposition is Disposition.MALICIOUS
    (finding,) = found(data, "x.aspx")
    assert (finding.severity.label, finding.facts["form"]) == ("critical", "DER")
    assert SCRIPT.decode() not in str(finding.facts)


@pytest.mark.parametrize("path", ["x.txt", "x.req"])
def test_in_a_static_file_it_is_an_attempt(path: str) -> None:
    data = der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.UTF8)])
    assert [f.severity.label for f in found(data, path)] == ["medium"]


def test_the_text_form_is_an_attempt() -> None:
    data = der.pem(der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.UTF8)]))
    assert [f.severity.label for f in found(data, "x.aspx")] == ["medium"]


def test_the_facts_name_the_mailbox() -> None:
    carrying = Mail("Code", attachments={"a.txt": decode_permuted(SCRIPT)})
    data = build_pst("Archive", [Mail("Lunch"), carrying])
    (finding,) = [f for f in found(data, "x.aspx") if f.severity.label == "critical"]
    assert finding.facts["mailbox"] or finding.facts["store"]
    assert examine(data, path="x.aspx").disposition is Disposition.MALICIOUS


def test_a_store_without_a_script_is_a_finding_only_under_the_name_of_a_page() -> None:
    data = build_pst("Archive", [Mail("Lunch")])
    assert [f.severity.label for f in found(data, "x.aspx")] == ["medium"]
    assert found(data, "archive.pst") == []
