from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.reports.cases import finding, verdict
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.log_results import Client
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.verdict.intruders import Intruders, find_intruders, joined

NOON = datetime(2021, 2, 28, 12, tzinfo=UTC)
ONE = Client("203.0.113.77", 22, NOON, NOON, ("/x.aspx",))


def used(days: int = 0, *clients: str) -> Verdict:
    use = Use(4, 4, 4, NOON, NOON + timedelta(days=days), clients=clients or (ONE.address,), client_count=1)
    return replace(verdict(), disposition=Disposition.MALICIOUS, use=use)


def exploited(result: str, name: str = "ProxyLogon") -> Verdict:
    facts: dict[str, FactValue] = {"result": result, "exploit_name": name}
    return verdict("x", Disposition.MALICIOUS, _of("WSH7001", facts))


def _of(rule: str, facts: dict[str, FactValue]) -> Finding:
    return replace(finding(facts=facts), rule=replace(finding().rule, id=rule))


def test_the_clients_the_days_and_the_way_in_are_one_sentence() -> None:
    other = ONE._replace(address="203.0.113.5")
    found = find_intruders([used(170), exploited("proven")], [ONE, other])
    assert found.clients == ("203.0.113.77", "203.0.113.5")
    assert found.sentence == (
        " Used by 203.0.113.77 and 203.0.113.5, 2021-02-28 to 2021-08-17; entry by ProxyLogon (the logs prove it)."
    )


def test_without_a_proof_the_way_in_is_probable() -> None:
    assert find_intruders([exploited("succeeded")], []).sentence == " Entry probably by ProxyLogon."
    assert find_intruders([used()], [ONE]).sentence == " Used by 203.0.113.77, 2021-02-28."


def test_data_that_left_is_in_the_sentence() -> None:
    taken = verdict("x", Disposition.SUSPICIOUS, _of("WSH7502", {"data_taken": "/aspnet_client/logo.7z"}))
    assert find_intruders([taken], []).sentence == " Data left the server: logo.7z."


@pytest.mark.parametrize("client", [ONE._replace(is_proxy=True), ONE._replace(pages=())])
def test_a_proxy_and_a_client_of_nothing_are_no_intruders(client: Client) -> None:
    assert find_intruders([used()], [client]) == Intruders()


def test_what_is_not_accused_says_nothing() -> None:
    lead = replace(exploited("proven"), disposition=Disposition.UNEXPLAINED)
    assert find_intruders([lead, replace(used(), disposition=Disposition.BENIGN)], []) == Intruders()


def test_without_a_malicious_subject_the_clients_are_not_certain() -> None:
    assert find_intruders([used()], [ONE]).is_certain
    assert not find_intruders([replace(used(), disposition=Disposition.SUSPICIOUS)], [ONE]).is_certain


def test_of_many_names_only_the_first_are_listed() -> None:
    assert joined(["a"], "client") == "a"
    assert joined(list("abcd"), "client") == "a, b, c and d"
    assert joined(list("abcdef"), "client") == "a, b, c and 3 more clients"
