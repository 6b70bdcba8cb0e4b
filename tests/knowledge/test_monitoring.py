"""Requests of monitoring, which are no use of a page."""

from __future__ import annotations

import pytest

from webshellhunt.knowledge.monitoring import is_probe
from webshellhunt.model.traffic import LogKind, Record


def _request(
    client: str = "10.0.0.9", agent: str = "", user: str = "", method: str = "GET", header: str = ""
) -> Record:
    fields = {"c-ip": client, "cs-method": method, "cs(user-agent)": agent, "cs-username": user}
    return Record("log", 5, LogKind.IIS, fields | ({"x-forwarded-for": header} if header else {}))


@pytest.mark.parametrize(
    ("agent", "user"),
    [
        ("AMProbe/Local/ClientAccess", ""),
        ("Mozilla/4.0+(compatible;+MSIE+9.0;+MSEXCHMON;+ACTIVEMONITORING;+OWACTP)", ""),
        ("ELB-HealthChecker/2.0", ""),
        ("Mozilla/5.0", "EXAMPLE\\HealthMailbox83d6781"),
    ],
)
def test_a_probe_comes_from_the_server_or_a_private_network(agent: str, user: str) -> None:
    assert is_probe(_request(agent=agent, user=user))
    assert is_probe(_request("::1", agent=agent, user=user))
    assert not is_probe(_request("203.0.113.7", agent=agent, user=user))
    assert not is_probe(_request(agent=agent, user=user, method="POST"))
    assert not is_probe(_request(agent=agent, user=user, header="203.0.113.7"))


def test_a_browser_is_no_probe() -> None:
    assert not is_probe(_request(agent="Mozilla/5.0", user="EXAMPLE\\anna"))
    assert not is_probe(_request("", agent="AMProbe/Local"))
