from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.reports.cases import finding, verdict
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.log_results import Client
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.verdict.intruders import Intruders, find_intruders

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
    found = find_intruders([used(170, ONE.address, other.address), exploited("proven")], [ONE, other])
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


def test_a_client_that_tried_in_vain_is_no_intruder() -> None:
    refused = Use(4, 0, 0, NOON, NOON, tried=(ONE.address,), tried_count=1)
    found = find_intruders([replace(used(), use=refused)], [ONE._replace(pages=())])
    assert found == Intruders()


def test_a_page_that_all_users_request_names_nobody() -> None:
    page = used(0, "10.0.0.1", "10.0.0.2")
    assert page.use is not None
    found = find_intruders([replace(page, use=page.use._replace(visited=True))], [])
    assert (found.users, found.clients) == ((), ())
    assert found.sentence == " x.aspx is requested by all users; its visitors are not the intruder."


def test_a_proxy_that_hides_its_clients_is_told_and_never_a_client() -> None:
    hidden = Use(4, 4, 4, NOON, NOON, hidden=4, proxies=("10.0.0.5",))
    found = find_intruders([replace(used(), use=hidden)], [])
    assert (found.clients, found.proxies) == ((), ("10.0.0.5",))
    assert found.sentence == " Used by unknown clients behind the proxy 10.0.0.5, 2021-02-28."
    through = Client("10.0.0.5", 9, NOON, NOON, (), is_proxy=True, exploits=("ProxyLogon",))
    assert find_intruders([exploited("proven")], [through]).clients == ()
    assert find_intruders([exploited("proven")], [through]).proxies == ("10.0.0.5",)


def test_an_address_of_a_header_is_a_claim() -> None:
    claimed = used()
    assert claimed.use is not None
    use = claimed.use._replace(claimed=(ONE.address,), proxies=("10.0.0.5",))
    found = find_intruders([replace(claimed, use=use)], [])
    assert found.claimed == (ONE.address,)
    assert found.sentence == " Used by 203.0.113.77 (claimed by the header X-Forwarded-For), 2021-02-28."


def test_what_is_not_accused_says_nothing() -> None:
    lead = replace(exploited("proven"), disposition=Disposition.UNEXPLAINED)
    assert find_intruders([lead, replace(used(), disposition=Disposition.BENIGN)], []) == Intruders()


def test_the_clients_of_suspicious_pages_alone_are_no_intruders() -> None:
    suspicious = replace(used(0, "10.0.0.1", ONE.address), disposition=Disposition.SUSPICIOUS)
    found = find_intruders([suspicious], [])
    assert (found.clients, found.suspects) == ((), ("10.0.0.1", ONE.address))
    assert found.sentence == " The suspicious pages were used by 10.0.0.1 and 203.0.113.77."
    both = find_intruders([suspicious, used()], [])
    assert (both.clients, both.suspects) == ((ONE.address,), ("10.0.0.1",))
