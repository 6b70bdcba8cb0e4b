from __future__ import annotations

from webshellhunt.correlation.use_of_addresses import UseQuestion, Uses, clients_to_follow
from webshellhunt.logs.client_trails import (
    MOST_CLIENTS,
    MOST_STEPS,
    TrailQuestion,
    TrailTally,
    trails,
)
from webshellhunt.logs.peers import Askers
from webshellhunt.model.log_results import MOST_MOMENTS
from webshellhunt.model.traffic import LogFile, LogKind, Record

LOG = LogFile("u_ex210303.log", LogKind.IIS)
SHELL = b"/x.aspx"


def _request(minute: int, path: str, client: str = "203.0.113.7", status: int = 200, method: str = "GET") -> Record:
    fields = {
        "date": "2021-03-03", "time": f"04:{minute % 60:02d}:00", "cs-method": method, "cs-uri-stem": path,
        "c-ip": client, "sc-status": str(status),
    }  # fmt: skip
    return Record(LOG.path, minute + 5, LOG.kind, fields)


def _trail(*records: Record) -> TrailTally:
    tally = TrailQuestion(["203.0.113.7"]).tally(LOG)
    for record in records:
        tally.take(record)
    return tally


def test_the_traces_of_a_client_are_in_the_order_of_time() -> None:
    tally = _trail(
        _request(9, "/X.aspx", method="POST"),
        _request(1, "/ecp/y.js", status=241),
        _request(10, "/x.aspx", method="POST"),
        _request(5, "/x.aspx", client="10.0.0.1"),
    )
    (client,) = trails([tally], frozenset({SHELL}))
    assert (client.address, client.requests, client.pages) == ("203.0.113.7", 3, ("/x.aspx",))
    assert [moment.event for moment in client.moments] == [
        "GET /ecp/y.js 241",
        "POST /X.aspx 200 (2 requests until 2021-03-03 04:10:00)",
    ]
    assert client.moments[0].witness == "u_ex210303.log, line 6"


def test_only_the_requests_of_a_proxy_for_accused_pages_are_listed() -> None:
    tally = _trail(_request(0, "/default.aspx"), _request(1, "/x.aspx"))
    (client,) = trails([tally], frozenset({SHELL}), {"203.0.113.7"})
    assert client.is_proxy
    assert [moment.event for moment in client.moments] == ["GET /x.aspx 200"]


def test_a_client_that_was_refused_did_not_use_the_page() -> None:
    tally = _trail(_request(0, "/x.aspx", status=404), _request(1, "/default.aspx"))
    (client,) = trails([tally], frozenset({SHELL}))
    assert client.pages == ()


def test_a_client_behind_a_proxy_is_followed_by_the_header() -> None:
    askers = Askers(frozenset({"10.0.0.5"}))
    tally = TrailQuestion(["203.0.113.7"], askers=askers).tally(LOG)
    behind = _request(1, "/x.aspx", client="10.0.0.5")
    tally.take(behind._replace(fields={**behind.fields, "x-forwarded-for": "203.0.113.7"}))
    tally.take(_request(2, "/other.aspx", client="10.0.0.5"))
    (client,) = trails([tally], frozenset({SHELL}), askers.proxies)
    assert (client.address, client.requests, client.pages, client.is_proxy) == ("203.0.113.7", 1, ("/x.aspx",), False)


def test_accused_pages_are_kept_before_the_rest_of_a_long_trail() -> None:
    others = [_request(0, f"/{number}.html") for number in range(MOST_STEPS - 1)]
    (client,) = trails([_trail(*others, _request(9, "/x.aspx"), _request(9, "/late.html"))], frozenset({SHELL}))
    assert len(client.moments) == MOST_MOMENTS
    assert client.moments[-1].event == "GET /x.aspx 200"
    assert client.requests == MOST_STEPS + 1


def test_the_clients_that_are_followed_are_limited() -> None:
    tally = UseQuestion([SHELL], ()).tally(LOG)
    for number in range(40):
        tally.take(_request(number, "/x.aspx", client=f"203.0.113.{number}"))
    assert len(clients_to_follow([((None, SHELL),)], Uses([tally]))) == MOST_CLIENTS


def test_the_methods_of_many_requests_are_counted() -> None:
    tally = _trail(_request(1, "/x.aspx"), *(_request(n, "/x.aspx", method="POST") for n in range(2, 5)))
    (client,) = trails([tally], frozenset({SHELL}), exploits={"203.0.113.7": ("ProxyLogon",)})
    (moment,) = client.moments
    assert moment.event == "POST, GET /x.aspx 200 (4 requests: 3 POST, 1 GET, until 2021-03-03 04:04:00)"
    assert client.exploits == ("ProxyLogon",)


def test_the_server_itself_is_never_followed() -> None:
    tally = UseQuestion([SHELL], ()).tally(LOG)
    for address in ("::1", "10.0.0.4", "203.0.113.7"):
        tally.take(_request(1, "/x.aspx", client=address))
    found = clients_to_follow([((None, SHELL),)], Uses([tally]), ["192.0.2.9", "10.0.0.4"], {"10.0.0.4"})
    assert sorted(found) == ["192.0.2.9", "203.0.113.7"]


def test_a_question_needs_the_words_and_no_address() -> None:
    question = TrailQuestion(["FE80::1%3"])
    assert question.words == {b"fe80::1%3"}
    assert question.interest(b"/x.aspx", LogKind.IIS) is None
