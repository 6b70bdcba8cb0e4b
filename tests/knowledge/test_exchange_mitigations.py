"""Microsoft's mitigations are recognised by name and content; the name alone is not enough."""

from __future__ import annotations

import pytest

from tests.knowledge.sources import is_source
from webshellhunt.host.iis.xml_tree import Element, parse_xml
from webshellhunt.knowledge.exchange_mitigations import find_mitigation, is_blocking, load_mitigations
from webshellhunt.knowledge.tables import data_file, read_head

_ABORT = '<action type="AbortRequest" />'


def inbound(name: str, pattern: str, action: str = _ABORT) -> Element:
    return parse_xml(
        f'<rule name="{name}" stopProcessing="true"><match url=".*" /><conditions><add input="{{REQUEST_URI}}" '
        f'pattern="{pattern}" /></conditions>{action}</rule>'.encode(),
        "web.config",
    )


def outbound(name: str, variable: str, value: str) -> Element:
    return parse_xml(
        f'<rule name="{name}" preCondition="p"><match serverVariable="{variable}" pattern=".*" />'
        f'<action type="Rewrite" value="{value}" /></rule>'.encode(),
        "web.config",
    )


HEADER = "RESPONSE_Content_Security_Policy"
POWERSHELL = "(?=.*autodiscover)(?=.*powershell)"
ELSEWHERE = '<action type="Rewrite" url="http://127.0.0.1:8080/x" />'


@pytest.mark.parametrize(
    ("rule", "cve"),
    [
        (inbound("X-AnonResource-Backend Abort - inbound", "(.*)X-AnonResource-Backend(.*)"), "CVE-2021-26855"),
        (inbound("EEMS M1.1 PowerShell - inbound", POWERSHELL), "CVE-2022-41040"),
        (inbound("powershell - inbound", POWERSHELL), "CVE-2022-41040"),
        (inbound("EEMS M1.1 PowerShell - inbound", ".*"), None),
        (inbound("EEMS M1.1 PowerShell - inbound", POWERSHELL, ELSEWHERE), None),
        (inbound("EEMS M1.1 PowerShell - inbound", POWERSHELL, _ABORT + ELSEWHERE), None),
        (inbound("EEMS M1.1 PowerShell - inbound", POWERSHELL, ""), None),
        (inbound("Other", POWERSHELL), None),
        (outbound("EOMT OWA CSP - outbound", HEADER, "script-src 'self' https://res.office.com"), "CVE-2026-42897"),
        (outbound("EEMS M2.1 OWA CSP - outbound", HEADER, "object-src 'none'"), "CVE-2026-42897"),
        (outbound("EOMT OWA CSP - outbound", HEADER, "script-src https://evil.example"), None),
        (outbound("EOMT OWA CSP - outbound", HEADER, "script-src //office.com.evil.example"), None),
        (outbound("EOMT OWA CSP - outbound", HEADER, "&lt;script src=x&gt;"), None),
        (outbound("EOMT OWA CSP - outbound", "RESPONSE_Location", "x"), None),
        (parse_xml(b'<rule name="EOMT OWA CSP - outbound"><action type="Rewrite" value="x" /></rule>', "w"), None),
        (parse_xml(b'<preCondition name="EOMT OWA SPA HTML shell - precondition" />', "w"), "CVE-2026-42897"),
    ],
)
def test_name_and_content(rule: Element, cve: str | None) -> None:
    found = find_mitigation(rule)
    assert (found.cve if found else None) == cve


def test_a_rule_that_only_aborts() -> None:
    assert is_blocking(inbound("x", "y"))
    assert not is_blocking(inbound("x", "y", ELSEWHERE))
    assert not is_blocking(inbound("x", "y", ""))


def test_each_entry_is_complete() -> None:
    head = read_head(data_file("exchange_mitigations.toml"))
    assert all(is_source(address) for address in head.sources.values())
    assert {each.source for each in load_mitigations()} == set(head.sources)
    assert all(each.patterns or each.variable for each in load_mitigations())
