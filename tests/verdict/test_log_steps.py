from __future__ import annotations

from tests.reports.cases import verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.verdict.intruders import Intruders
from webshellhunt.verdict.log_steps import steps_intruders, steps_leads, steps_logs

KNOWN = Intruders(clients=("203.0.113.77",), taken=("/aspnet_client/logo.7z",))
TRACE = verdict("ProxyLogon (requests in the logs)", Disposition.MALICIOUS)
PAGE = verdict(r"C:\inetpub\wwwroot\x.aspx", Disposition.SUSPICIOUS)


def test_clients_are_blocked_and_searched_for_and_taken_files_are_looked_at() -> None:
    block, look = steps_intruders(KNOWN)
    assert block.text.startswith("Block these clients, and search for them")
    assert (block.items, look.items) == (KNOWN.clients, KNOWN.taken)
    assert not list(steps_intruders(Intruders()))


def test_a_client_of_a_suspicious_page_may_be_an_ordinary_user() -> None:
    (step,) = steps_intruders(Intruders(suspects=("10.0.0.7",)))
    assert step.text.startswith("Find out who uses these addresses")
    assert step.items == ("10.0.0.7",)


def test_a_proxy_is_never_to_be_blocked_and_a_claim_is_to_be_compared() -> None:
    (step,) = steps_intruders(Intruders(proxies=("10.0.0.5",)))
    assert "don't block the proxies" in step.text
    (block,) = steps_intruders(Intruders(clients=("203.0.113.77",), claimed=("203.0.113.77",)))
    assert block.text.endswith("compare it with the log of the proxy first.")


def test_logs_alone_lead_to_the_pages() -> None:
    steps = list(steps_logs([PAGE], [TRACE, PAGE], KNOWN))
    assert [step.text.split()[0] for step in steps] == ["Preserve", "Isolate", "Look", "Now", "Block", "Find", "Rotate"]
    assert steps[2].items == (PAGE.subject.path,)
    assert steps[3].items == ("webshellhunt hunt LOCATION",)
    assert all(": " in step.text for step in steps)


def test_without_a_conviction_the_server_stays_connected() -> None:
    steps = [step.text.split()[0] for step in steps_logs([], [PAGE], Intruders())]
    assert steps == ["Preserve", "Now"]


def test_a_lead_is_checked() -> None:
    (step,) = steps_leads([TRACE, TRACE])
    assert step.items == (TRACE.subject.path,)
    assert not list(steps_leads([]))
