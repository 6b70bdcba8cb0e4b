"""Peers: which addresses are reverse proxies, by their rows, and who asked behind them."""

from __future__ import annotations

import pytest

from webshellhunt.logs.client_addresses import forwarded_addresses
from webshellhunt.logs.peers import LEAST_OF_PROXY, Asker, Askers, PeerRows, Peers, Proxies, sender_key, sender_of
from webshellhunt.model.traffic import LogKind, Record

PROXY, INTRUDER = "10.0.0.5", "203.0.113.7"


def _peers(*rows: tuple[str, str, str], status: int = 200, user: str = "-", day: str = "2021-03-03") -> Peers:
    """Return the peers of rows: peer, agent and header; each agent gets several pages."""
    claims = [forwarded_addresses(header) for _, _, header in rows]
    peers, agents = ([each[at].encode() for each in rows] for at in (0, 1))
    paths = [b"/%d" % (number % 97) for number in range(len(rows))]
    found = Peers()
    users = [user.format(number).encode() for number in range(len(rows))]
    found.take(PeerRows(day, peers, agents, users, paths, [status == 200] * len(rows), claims))
    return found


def _joined(*found: Peers) -> Peers:
    peers = Peers()
    for each in found:
        peers.merge(each)
    return peers


def _record(client: str, header: str = "") -> Record:
    fields = {"c-ip": client, **({"x-forwarded-for": header} if header else {})}
    return Record("log", 5, LogKind.IIS, fields)


def test_a_peer_with_the_header_is_a_proxy_in_the_smallest_log() -> None:
    assert _peers((PROXY, "a", INTRUDER)).proxies().known == {PROXY}
    assert _peers(("198.51.100.20", "a", INTRUDER)).proxies().known == {"198.51.100.20"}
    assert _peers((PROXY, "a", "unknown"), (PROXY, "a", "-")).proxies().known == frozenset()


def test_a_visitor_that_forges_the_header_is_no_proxy() -> None:
    users = [(f"198.51.100.{number}", f"agent {number}", "-") for number in range(6)]
    forged = [(INTRUDER, "tool", f"8.8.8.{number}") for number in range(4)]
    assert _peers(*users, *forged).proxies().known == frozenset()
    assert _peers(*users, *forged * 5).proxies().known == frozenset()


def test_edges_of_a_network_are_proxies_although_a_scanner_comes_without_them() -> None:
    edges = [(f"198.51.100.{n % 3}", f"agent {n % 5}", f"203.0.113.{n}") for n in range(20)]
    assert _peers(*edges, ("192.0.2.9", "zgrab", "-")).proxies().known == {f"198.51.100.{n}" for n in range(3)}


@pytest.mark.parametrize(
    ("client", "requests", "agents", "user", "is_proxy"),
    [
        (PROXY, LEAST_OF_PROXY, 4, "-", True),
        (PROXY, LEAST_OF_PROXY, 3, "-", False),
        (PROXY, LEAST_OF_PROXY - 1, 4, "-", False),
        ("198.51.100.20", LEAST_OF_PROXY, 6, "CORP\\user{}", True),
        ("198.51.100.20", LEAST_OF_PROXY, 5, "CORP\\user{}", False),
        ("198.51.100.20", 600, 6, "-", False),
        ("198.51.100.20", 600, 6, "CORP\\HealthMailbox{}", False),
        ("::1", 100, 9, "-", False),
    ],
)
def test_without_the_header_a_proxy_brings_most_answers_to_users_of_many_agents(
    client: str, requests: int, agents: int, user: str, is_proxy: bool
) -> None:
    rows = [(client, f"agent {number % agents}", "-") for number in range(requests)]
    found = _joined(_peers(*rows, user=user), _peers((INTRUDER, "tool", "-"))).proxies()
    assert (client in found.known) is is_proxy
    assert (client in found.possible) is (not is_proxy and requests == 600)


def test_a_scanner_with_many_agents_is_no_proxy() -> None:
    users = [(f"198.51.100.{n % 9}", f"agent {n % 3}", "-") for n in range(100)]
    scan = [(INTRUDER, f"random {n % 40}", "-") for n in range(600)]
    found = _joined(_peers(*users), _peers(*scan, status=404), _peers(*scan[:50]))
    assert found.proxies() == Proxies(frozenset(), frozenset())
    assert _joined(found, _peers(*scan)).proxies() == Proxies(frozenset(), frozenset({INTRUDER}))


def test_a_monitor_is_at_most_a_possible_proxy() -> None:
    """Each of its agents asks for one page, and users come directly."""
    users = [(f"198.51.100.{n % 9}", f"agent {n % 3}", "-") for n in range(60)]
    probes = [("10.0.0.7", f"probe {n % 97 % 4}", "-") for n in range(97 * 3)]
    alone = Peers()
    peers, agents, paths = ([value] * 40 for value in (b"10.0.0.7", b"probe", b"/owa/healthcheck.htm"))
    agents = [b"probe %d" % (n % 4) for n in range(40)]
    alone.take(PeerRows("2021-03-03", peers, agents, [b"-"] * 40, paths, [True] * 40))
    assert alone.proxies() == Proxies(frozenset(), frozenset({"10.0.0.7"}))
    assert _peers(*users, *probes).proxies() == Proxies(frozenset(), frozenset({"10.0.0.7"}))


def test_a_peer_of_one_day_among_many_is_no_proxy() -> None:
    days = [_peers(("198.51.100.1", "agent", "-"), day=f"2021-03-{day:02}") for day in range(1, 21)]
    rows = [(PROXY, f"agent {number % 9}", "-") for number in range(600)]
    assert _joined(*days, _peers(*rows)).proxies() == Proxies(frozenset(), frozenset({PROXY}))


def test_the_next_hop_in_a_private_network_is_a_proxy_and_an_inner_visitor_is_none() -> None:
    chain = [(PROXY, f"agent {n % 9}", f"198.51.100.{n}, 10.0.0.81") for n in range(20)]
    assert _peers(*chain).proxies().known == {PROXY, "10.0.0.81"}
    visitors = [(PROXY, f"agent {n % 9}", f"198.51.100.{n}") for n in range(20)]
    forged = [(PROXY, "tool", f"8.8.8.{n}, 192.168.1.50") for n in range(10)]
    assert _peers(*visitors, *forged).proxies().known == {PROXY}


def test_forged_headers_leave_room_for_other_peers() -> None:
    known: set[str] = set()
    for number in range(5_000):
        known.add(sender_key(known, f"{INTRUDER} 8.8.{number % 250}.{number // 250}", 50) or "")
    assert INTRUDER in known
    assert sender_key(known, "198.51.100.200", 50) == "198.51.100.200"
    assert len(known) <= 50


def test_the_intruder_as_the_only_client_of_a_small_log_is_no_proxy() -> None:
    assert _peers(*[(INTRUDER, f"tool {number % 3}", "-") for number in range(60)]).proxies().known == frozenset()


def test_an_own_address_is_no_proxy() -> None:
    assert _peers(*[(PROXY, f"agent {number}", "-") for number in range(40)]).proxies({PROXY}).known == frozenset()


def test_peers_of_several_logs_are_added() -> None:
    peers = _peers(*[(PROXY, f"agent {number}", "-") for number in range(6)])
    peers.merge(_peers(*[(PROXY, f"agent {5 - number}", "-") for number in range(6)]))
    assert peers.of[PROXY].requests == LEAST_OF_PROXY
    assert peers.proxies().known == {PROXY}


@pytest.mark.parametrize(
    ("client", "header", "asker"),
    [
        (INTRUDER, "", Asker(INTRUDER)),
        (INTRUDER, "8.8.8.8", Asker(INTRUDER)),
        ("", "", Asker(None)),
        (PROXY, "", Asker(None, proxy=PROXY)),
        (PROXY, "unknown, <script>", Asker(None, proxy=PROXY)),
        (PROXY, f'8.8.8.8, "{INTRUDER}:4711"', Asker(INTRUDER, is_claimed=True, proxy=PROXY)),
        (PROXY, "10.9.9.9,+[2001:db8::7]:443", Asker("2001:db8::7", is_claimed=True, proxy=PROXY)),
        (PROXY, f"{INTRUDER}, {PROXY}", Asker(INTRUDER, is_claimed=True, proxy=PROXY)),
        (PROXY, "192.168.7.7", Asker("192.168.7.7", is_claimed=True, proxy=PROXY)),
        ("::1", "", Asker("::1", is_own=True)),
        ("192.0.2.10", INTRUDER, Asker(INTRUDER, is_claimed=True, proxy="192.0.2.10")),
    ],
)
def test_the_client_of_a_request(client: str, header: str, asker: Asker) -> None:
    askers = Askers(frozenset({PROXY}), frozenset({"192.0.2.10"}))
    assert askers.asker(sender_of(_record(client, header))) == asker
