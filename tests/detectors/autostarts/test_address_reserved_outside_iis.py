from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import value

KEY = "Services\\HTTP\\Parameters\\UrlAclInfo"


def test_an_address_of_mail_is_told() -> None:
    found = finding("WSH4061", value("SYSTEM", KEY, "https://*:443/ews/MsExgHealthCheckd/", b"\1"))
    assert found.message.endswith("reserved for a program outside of IIS: it lies among those of mail")


def test_another_address_at_the_port_of_iis_is_a_question() -> None:
    assert [each.severity.label for each in findings("WSH4061", value("SYSTEM", KEY, "http://+:80/abc/", b"\1"))] == [
        "low"
    ]
    assert findings("WSH4061", value("SYSTEM", KEY, "http://+:8530/abc/", b"\1")) == []
    assert findings("WSH4061", value("SYSTEM", KEY, "no address", b"\1")) == []
