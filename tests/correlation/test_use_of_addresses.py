from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from webshellhunt.correlation.use_of_addresses import MOST_ADDRESSES, Asking, UseQuestion, Uses, UseTally
from webshellhunt.logs.peers import Askers
from webshellhunt.model.traffic import LogFile, LogKind, Record

SHELL = b"/owa/auth/x.aspx"


def _log(day: int, site: int | None = 1) -> LogFile:
    return LogFile(f"W3SVC{site}\\u_ex2103{day:02d}.log", LogKind.IIS, site=site)


def _request(
    day: int, hour: int, status: int, path: str = "/owa/auth/X.aspx", method: str = "POST", client: str = "a"
) -> Record:
    fields = {
        "date": f"2021-03-{day:02d}", "time": f"{hour:02d}:00:00", "cs-method": method, "cs-uri-stem": path,
        "c-ip": client, "sc-status": str(status), "time-taken": "15", "sc-bytes": "100", "cs(user-agent)": "agent",
    }  # fmt: skip
    return Record("log", hour + 5, LogKind.IIS, fields)


def _tally(log: LogFile, *records: Record, suspects: tuple[bytes, ...] = (SHELL,)) -> UseTally:
    tally = UseQuestion(suspects, ()).tally(log)
    for record in records:
        tally.take(record)
    restored = pickle.loads(pickle.dumps(tally))
    assert isinstance(restored, UseTally)
    return restored


def test_requests_are_summed_over_logs_in_any_order() -> None:
    later = _tally(_log(4), _request(4, 5, 200), _request(4, 6, 500))
    earlier = _tally(_log(3), _request(3, 4, 404, method="GET"), _request(3, 5, 200, method="GET", client="b"))
    use = Uses([later, earlier]).of([(None, SHELL)])
    assert use is not None
    assert (use.requests, use.answered, use.posted, use.missed_before) == (4, 3, 2, 1)
    assert use.failed == 1  # the page ran
    assert (use.first_utc, use.last_utc) == (datetime(2021, 3, 3, 5, tzinfo=UTC), datetime(2021, 3, 4, 6, tzinfo=UTC))
    assert use.clients == ("a", "b")
    assert use.sent_bytes == 300
    assert (use.missed_utc, use.missed_line) == (datetime(2021, 3, 3, 4, tzinfo=UTC), 9)
    assert [(each.value, each.requests) for each in use.statuses] == [("200", 2), ("404", 1), ("500", 1)]
    assert use.logs[0].endswith("u_ex210303.log")
    assert use.line == 10


def test_requests_in_vain_after_the_first_answer_do_not_count_as_a_check() -> None:
    uses = Uses([_tally(_log(3), _request(3, 4, 200)), _tally(_log(4), _request(4, 4, 404))])
    use = uses.of([(None, SHELL)])
    assert use is not None
    assert use.missed_before == 0
    assert not uses.was_checked_by_its_user([(None, SHELL)])


@pytest.mark.parametrize(("client", "checked"), [("a", True), ("scanner", False)])
def test_a_check_is_of_the_client_that_gets_the_first_answer(client: str, checked: bool) -> None:
    uses = Uses([_tally(_log(3), _request(3, 4, 404, client=client), _request(3, 5, 200, client="a"))])
    assert uses.was_checked_by_its_user([(None, SHELL)]) is checked


def test_a_log_of_another_site_does_not_count() -> None:
    uses = Uses([_tally(_log(3, site=2), _request(3, 4, 200))])
    assert uses.of([(1, SHELL)]) is None
    assert uses.of([(2, SHELL)]) is not None
    assert uses.of([(1, SHELL), (2, SHELL)]) is not None


def test_a_page_without_a_finding_counts_only_if_it_answered() -> None:
    tally = _tally(_log(3), _request(3, 4, 404, "/shell.aspx"), _request(3, 5, 200, "/other.aspx"), suspects=())
    assert Uses([tally]).addresses == [b"/other.aspx"]


def test_a_question_needs_suspects_of_any_extension_and_unknown_pages() -> None:
    question = UseQuestion([b"/x.css"], [b"/known.aspx"])
    wanted = (b"/X.css", b"/unknown.aspx", b"/unknown.aspx/info")
    unwanted = (b"/known.aspx", b"/y.css", b"/owa/auth/logon.aspx", b"/")
    assert all(question.interest(each, LogKind.IIS) == () for each in wanted)
    assert all(question.interest(each, LogKind.IIS) is None for each in unwanted)


def test_the_addresses_of_one_log_are_limited() -> None:
    records = (_request(3, 4, 200, f"/{number}.aspx") for number in range(MOST_ADDRESSES + 5))
    uses = Uses([_tally(_log(3), *records)])
    assert len(uses.addresses) == MOST_ADDRESSES
    assert uses.left_out == 5


def test_a_page_without_a_finding_has_fewer_clients_in_memory() -> None:
    records = (_request(3, 4, 200, "/other.aspx", client=f"{number:04d}" + "x" * 9_000) for number in range(200))
    tally = _tally(_log(3), *records, suspects=())
    counted = tally.of[Asking.VISITOR][b"/other.aspx"]
    assert counted.requests == 200
    assert len(counted.senders) == 50
    assert max(map(len, counted.senders)) == 100


def test_a_thousand_forged_clients_do_not_fill_the_memory() -> None:
    tally = _tally(_log(3), *(_request(3, 4, 200, client=f"client {number}") for number in range(2_000)))
    use = Uses([tally]).of([(None, SHELL)])
    assert use is not None
    assert use.requests == 2_000
    assert use.client_count == 1_000
    assert len(use.clients) == 20


def test_no_number_of_other_addresses_hides_a_suspect() -> None:
    others = [_request(3, 4, 200, path=f"/{number}.aspx") for number in range(MOST_ADDRESSES + 5)]
    uses = Uses([_tally(_log(3), *others, _request(3, 5, 200))])
    use = uses.of([(None, SHELL)])
    assert use is not None
    assert use.answered == 1
    (gap,) = uses.gaps("C")
    assert "5 requests" in gap.reason
    assert not Uses([_tally(_log(3), _request(3, 5, 200))]).gaps("C")


def _passed_on(day: int) -> LogFile:
    return LogFile(f"HttpProxy\\Owa\\HttpProxy_202103{day:02d}04-1.LOG", LogKind.HTTP_PROXY)


def test_httpproxy_is_the_witness_of_days_that_the_logs_of_iis_lack() -> None:
    of_iis = [_tally(_log(3), _request(3, 4, 200)), _tally(_log(6))]
    passed_on = [_tally(_passed_on(day), _request(day, 4, 200, client="b")) for day in (3, 4)]
    uses = Uses([*passed_on, *of_iis])
    use = uses.of([(1, SHELL)])
    assert use is not None
    assert use.answered == 2
    assert use.last_utc == datetime(2021, 3, 4, 4, tzinfo=UTC)
    assert uses.clients_of([(1, SHELL)]) == {"a": 1, "b": 1}
    assert uses.of([(2, SHELL)]) is None
    alone = Uses(passed_on).of([(2, SHELL)])
    assert alone is not None
    assert alone.answered == 2


def test_only_suspects_are_sought_in_a_second_witness() -> None:
    question = UseQuestion([SHELL], ())
    assert question.interest(SHELL, LogKind.HTTP_PROXY) == ()
    assert question.interest(b"/x.aspx", LogKind.HTTP_PROXY) is None
    assert question.interest(b"/x.aspx", LogKind.IIS) == ()
    assert UseQuestion([], (), LogKind.HTTP_PROXY).interest(b"/x.aspx", LogKind.HTTP_PROXY) == ()


def _forwarded(day: int, hour: int, header: str, client: str = "10.0.0.5", status: int = 200) -> Record:
    record = _request(day, hour, status, client=client)
    return record._replace(fields={**record.fields, "x-forwarded-for": header})


def test_a_header_names_the_client_only_behind_a_proxy() -> None:
    tallies = [_tally(_log(3), _forwarded(3, 4, "198.51.100.1,+203.0.113.7:443"), _forwarded(3, 5, "unknown"))]
    use = Uses(tallies, Askers(frozenset({"10.0.0.5"}))).of([(None, SHELL)])
    assert use is not None
    assert (use.clients, use.claimed, use.proxies, use.hidden) == (("203.0.113.7",), ("203.0.113.7",), ("10.0.0.5",), 1)
    direct = Uses(tallies).of([(None, SHELL)])
    assert direct is not None
    assert (direct.clients, direct.claimed, direct.hidden) == (("10.0.0.5",), (), 0)


def test_a_client_that_got_no_answer_tried() -> None:
    rows = [
        _request(3, 4 + number, status, client=str(status)) for number, status in enumerate((401, 403, 404, 405, 200))
    ]
    use = Uses([_tally(_log(3), *rows)]).of([(None, SHELL)])
    assert use is not None
    assert (use.clients, use.tried, use.tried_count) == (("200",), ("401", "403", "404", "405"), 4)


def test_the_server_itself_and_monitoring_are_told_apart() -> None:
    probe = _request(3, 4, 200, method="GET", client="10.0.0.9")
    probe = probe._replace(fields={**probe.fields, "cs(user-agent)": "AMProbe/Local/ClientAccess"})
    own = _request(3, 5, 200, client="::1")
    tallies = [_tally(_log(3), probe, own, _request(3, 6, 200, client="203.0.113.7"))]
    use = Uses(tallies).of([(None, SHELL)])
    assert use is not None
    assert (use.answered, use.clients, use.by_server, use.probes) == (2, ("203.0.113.7",), 1, 1)
    behind = Uses(tallies, Askers(frozenset({"10.0.0.9"}))).of([(None, SHELL)])
    assert behind is not None
    assert (behind.answered, behind.probes, behind.hidden) == (3, 0, 1)


def test_the_front_end_passes_a_request_on_and_it_is_one() -> None:
    front = _tally(_log(3), _request(3, 4, 200, client="203.0.113.7"))
    back = _tally(_log(3, site=2), _request(3, 4, 200, client="::1"))
    use = Uses([front, back]).of([(1, SHELL), (2, SHELL)])
    assert use is not None
    assert (use.requests, use.clients, use.by_server) == (1, ("203.0.113.7",), 0)
    alone = Uses([back]).of([(1, SHELL), (2, SHELL)])
    assert alone is not None
    assert (alone.requests, alone.clients, alone.by_server) == (1, (), 1)


def test_a_log_without_a_status_leaves_the_answer_unknown() -> None:
    rows = [_request(3, 4 + number, 200) for number in range(3)]
    bare = [each._replace(fields={k: v for k, v in each.fields.items() if k != "sc-status"}) for each in rows]
    use = Uses([_tally(_log(3), *bare)]).of([(None, SHELL)])
    assert use is not None
    assert (use.requests, use.answered, use.unknown, use.tried, use.line) == (3, 0, 3, ("a",), 9)
