"""Peers: which addresses are reverse proxies, by their rows, and who asked behind them."""

from __future__ import annotations

import pytest

from webshellhunt.logs.peers import LEAST_OF_PROXY, Asker, Askers, Peers, sender_of
from webshellhunt.model.traffic import LogKind, Record

PROXY, INTRUDER = "10.0.0.5", "203.0.113.7"


def _peers(*rows: tuple[str, str, str]) -> Peers:
    peers = Peers()
    columns = [[value.encode() for value in column] for column in zip(*rows, strict=True)]
    peers.take(columns[0], columns[2], columns[1])
    return peers


def _record(client: str, header: str = "") -> Record:
    fields = {"c-ip": client, **({"x-forwarded-for": header} if header else {})}
    return Record("log", 5, LogKind.IIS, fields)


def test_a_peer_with_the_header_is_a_proxy_in_the_smallest_log() -> None:
    assert _peers((PROXY, "a", INTRUDER)).proxies() == {PROXY}
    assert _peers(("198.51.100.20", "a", INTRUDER)).proxies() == {"198.51.100.20"}
    assert _peers((PROXY, "a", "unknown"), (PROXY, "a", "-")).proxies() == frozenset()


def test_a_visitor_that_forges_the_header_is_no_proxy() -> None:
    users = [(f"198.51.100.{number}", f"agent {number}", "-") for number in range(6)]
    forged = [(INTRUDER, "tool", f"8.8.8.{number}") for number in range(4)]
    assert _peers(*users, *forged).proxies() == frozenset()
    assert _peers(*users, *forged * 5).proxies() == frozenset()


def test_edges_of_a_network_are_proxies_although_a_scanner_comes_without_them() -> None:
    edges = [(f"198.51.100.{n % 3}", f"agent {n % 5}", f"203.0.113.{n}") for n in range(20)]
    assert _peers(*edges, ("192.0.2.9", "zgrab", "-")).proxies() == {f"198.51.100.{n}" for n in range(3)}


@pytest.mark.parametrize(
    ("client", "requests", "agents", "is_proxy"),
    [
        (PROXY, LEAST_OF_PROXY, 4, True),
        (PROXY, LEAST_OF_PROXY, 3, False),
        (PROXY, LEAST_OF_PROXY - 1, 4, False),
        ("198.51.100.20", LEAST_OF_PROXY, 6, True),
        ("198.51.100.20", LEAST_OF_PROXY, 5, False),
        ("::1", 100, 9, False),
    ],
)
def test_without_the_header_a_proxy_brings_most_requests_of_many_agents(
    client: str, requests: int, agents: int, is_proxy: bool
) -> None:
    rows = [(client, f"agent {number % agents}", "-") for number in range(requests)]
    assert (client in _peers(*rows, (INTRUDER, "tool", "-")).proxies()) is is_proxy


def test_the_intruder_as_the_only_client_of_a_small_log_is_no_proxy() -> None:
    assert _peers(*[(INTRUDER, f"tool {number % 3}", "-") for number in range(60)]).proxies() == frozenset()


def test_an_own_address_is_no_proxy() -> None:
    assert _peers(*[(PROXY, f"agent {number}", "-") for number in range(40)]).proxies({PROXY}) == frozenset()


def test_peers_of_several_logs_are_added() -> None:
    peers = _peers(*[(PROXY, f"agent {number}", "-") for number in range(6)])
    peers.merge(_peers(*[(PROXY, f"agent {number}", "-") for number in range(6)]))
    assert peers.of[PROXY].requests == LEAST_OF_PROXY
    assert peers.proxies() == {PROXY}


@pytest.mark.parametrize(
    ("client", "header", "asker"),
    [
        (INTRUDER, "", Asker(INTRUDER)),
        (INTRUDER, "8.8.8.8", Asker(INTRUDER)),
        ("", "", Asker(None)),
        (PROXY, "", Asker(None, proxy=PROXY)),
        (PROXY, "unknown, <script>", Asker(None, proxy=PROXY)),
        (PROXY, f'8.8.8.8, "{INTRUDER}:4711"', Asker(INTRUDER, is_claimed=True, proxy=PROXY)),
        (PROXY, "[2001:db8::7]:443,+10.9.9.9", Asker("2001:db8::7", is_claimed=True, proxy=PROXY)),
        (PROXY, f"{INTRUDER}, {PROXY}", Asker(INTRUDER, is_claimed=True, proxy=PROXY)),
        (PROXY, "192.168.7.7", Asker("192.168.7.7", is_claimed=True, proxy=PROXY)),
        ("::1", "", Asker("::1", is_own=True)),
        ("192.0.2.10", INTRUDER, Asker(INTRUDER, is_claimed=True, proxy="192.0.2.10")),
    ],
)
def test_the_client_of_a_request(client: str, header: str, asker: Asker) -> None:
    askers = Askers(frozenset({PROXY}), frozenset({"192.0.2.10"}))
    assert askers.asker(sender_of(_record(client, header))) == asker
