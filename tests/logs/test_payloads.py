"""View states in the rows of logs and in events."""

from __future__ import annotations

import pickle
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.view_states import PLAIN, event, forged, object_of, request, state_of
from webshellhunt.decoding.view_state.encoded_text import decode_base64
from webshellhunt.logs.payloads import (
    LONGEST_PAYLOAD,
    MOST_CHARS,
    MOST_PAYLOADS,
    Payload,
    PayloadQuestion,
    PayloadTally,
    merged_payloads,
    read_text_payloads,
)
from webshellhunt.logs.questions import Question
from webshellhunt.logs.rows import LogSearch
from webshellhunt.model.traffic import LogFile, LogKind, Record

LOG = LogFile("u_ex.log", LogKind.IIS)
WHEN = datetime(2020, 3, 1, 10, 20, 30, tzinfo=UTC)


def _taken(*records: Record) -> list[Payload]:
    tally = PayloadQuestion().tally(LOG)
    for record in records:
        tally.take(record)
    return tally.largest()


def test_the_question_names_its_records() -> None:
    question = PayloadQuestion()
    assert isinstance(question, Question)
    assert question.interest(b"/ecp/default.axd", LogKind.IIS) is None
    assert question.words == {b"__viewstate"}
    assert question.event_ids == {1316}
    assert pickle.loads(pickle.dumps(question)) == question


def test_a_request_with_all_that_is_known() -> None:
    (found,) = _taken(request(forged(), cookie="a=b; ASP.NET_SessionId=abcdefgh01234567"))
    assert decode_base64(found.text) == forged()
    assert (found.address, found.statuses, found.requests) == ("/ecp/default.aspx", {500: 1}, 1)
    assert (list(found.generators), list(found.clients)) == (["B97B4E27"], ["203.0.113.7"])
    assert (found.first_utc, found.log, found.line) == (WHEN, "u_ex200301.log", 12)
    assert list(found.user_keys) == ["abcdefgh01234567"]
    assert found.has_object
    assert found.mac_passed is None


@pytest.mark.parametrize("name", ["__VIEW%53TATE", "%5F_viewstate", "__vie%77state"])
def test_the_name_may_be_escaped(name: str) -> None:
    plain = request(forged(), generator=None)
    fields = {**plain.fields, "cs-uri-query": plain.query.replace("__VIEWSTATE", name)}
    row = " ".join(fields.values())
    data = f"#Fields: {' '.join(fields)}\n{row}\n{row.replace(name, 'x')}\n".encode()
    _, ((_, tally),) = LogSearch(LOG, [PayloadQuestion()]).run(lambda offset, size: data[offset : offset + size])
    assert isinstance(tally, PayloadTally)
    (found,) = tally.largest()
    assert decode_base64(found.text) == forged()


def test_a_log_is_searched_for_them() -> None:
    names = ("date", "time", "cs-method", "cs-uri-stem", "cs-uri-query", "c-ip", "sc-status")
    rows = [request(forged()), request(PLAIN, path="/a.aspx", status=200)]
    lines = [" ".join(record.fields[name] for name in names) for record in rows]
    lines += ["2020-03-01 10:20:31 GET /a.aspx - 203.0.113.7 200"] * 50
    data = "\r\n".join(["#Software: IIS", f"#Fields: {' '.join(names)}", *lines, ""]).encode()
    _, [(_, tally)] = LogSearch(LOG, [PayloadQuestion()]).run(lambda at, size: data[at : at + size])
    assert isinstance(tally, PayloadTally)
    assert [(each.address, each.line) for each in tally.largest()] == [("/ecp/default.aspx", 3), ("/a.aspx", 4)]


def test_the_same_state_is_one() -> None:
    (found,) = _taken(request(forged()), request(forged(), status=302, client="203.0.113.8"), request(forged()))
    assert (found.requests, found.statuses, list(found.clients)) == (
        3,
        {500: 2, 302: 1},
        ["203.0.113.7", "203.0.113.8"],
    )
    assert len(_taken(request(forged()), request(forged(), path="/owa/"))) == 2


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize(("detail", "passed"), [("50203", False), ("50204", True)])
def test_an_event(detail: str, passed: bool, named: bool) -> None:
    (found,) = _taken(event(forged(), detail=detail, named=named))
    assert decode_base64(found.text) == forged()
    assert (found.address, found.kind, found.mac_passed) == ("/owa/auth/errorFE.aspx", LogKind.EVENTS, passed)
    assert (list(found.clients), found.first_utc, found.line) == (["203.0.113.9"], WHEN, 77)


def test_a_state_that_is_no_base64_was_refused_before_its_signature() -> None:
    state = forged()
    for length in (1, 2, 3):
        text = b64encode(state).decode()[:-length].rstrip("=")
        record = event(state, detail="50204")
        fields = {name: text if value == b64encode(state).decode() else value for name, value in record.fields.items()}
        (found,) = _taken(record._replace(fields=fields))
        assert found.mac_passed is (True if len(text) % 4 == 0 else None)


@pytest.mark.parametrize(("detail", "passed"), [("50203", False), ("50204", True), ("50000", None)])
@pytest.mark.parametrize("named", [False, True])
def test_the_words_of_an_event_may_be_translated(detail: str, passed: bool | None, named: bool) -> None:
    record = event(forged(), detail=detail, named=named)
    port = "50204" if detail == "50203" else "50203" if detail == "50204" else "14644"

    def translated(value: str) -> str:
        value = value.replace("Viewstate was invalid", "so").replace("integrity check", "so")
        return value.replace("14644", port)

    fields = {name: translated(value) for name, value in record.fields.items()}
    (found,) = _taken(record._replace(fields=fields))
    assert found.mac_passed is passed


def test_an_event_without_a_state_has_none() -> None:
    assert _taken(event(b"")) == []
    assert _taken(Record("x.evtx", 1, LogKind.EVENTS, {"event_id": "1316"})) == []


def test_other_queries_have_none() -> None:
    plain = Record("u_ex.log", 1, LogKind.IIS, {"cs-uri-stem": "/a", "cs-uri-query": "__VIEWSTATEGENERATOR=B97B4E27"})
    assert _taken(plain, plain._replace(fields={})) == []


def test_objects_are_kept_before_longer_states() -> None:
    many = [request(PLAIN + number.to_bytes(400, "big")) for number in range(2 * MOST_PAYLOADS + 50)]
    found = _taken(request(state_of(object_of("A.B"))), *many)
    assert len(found) == MOST_PAYLOADS
    assert found[0].has_object
    tally = PayloadQuestion().tally(LOG)
    for record in many:
        tally.take(record)
    assert len(pickle.loads(pickle.dumps(tally)).payloads) == MOST_PAYLOADS
    assert tally.left_out == len(many) - MOST_PAYLOADS


def test_the_size_of_all_is_bounded() -> None:
    many = [request(PLAIN + bytes(40_000) + number.to_bytes(4, "big")) for number in range(100)]
    found = _taken(request(state_of(object_of("A.B"))), *many)
    assert sum(len(each.text) for each in found) <= MOST_CHARS
    assert found[0].has_object
    assert 10 < len(found) < 30


def test_a_long_state_is_cut() -> None:
    (found,) = _taken(request(PLAIN + bytes(LONGEST_PAYLOAD)))
    assert len(found.text) == LONGEST_PAYLOAD
    assert found.size_chars > LONGEST_PAYLOAD


def test_tallies_are_joined() -> None:
    one, other = PayloadTally(), PayloadTally()
    one.take(request(forged()))
    other.take(request(forged(), status=200))
    other.take(event(forged(), detail="50204", path="/ecp/default.aspx"))
    whole = merged_payloads([one, pickle.loads(pickle.dumps(other))])
    (found,) = whole.largest()
    assert (found.requests, found.mac_passed, found.statuses) == (3, True, {500: 1, 200: 1})


def test_a_file_that_keeps_requests() -> None:
    encoded = b64encode(forged()).decode().replace("+", "%2B")
    for text in (
        f"POST /ecp/default.aspx HTTP/1.1\r\nHost: a\r\n\r\n__VIEWSTATE={encoded}&__VIEWSTATEGENERATOR=B97B4E27",
        f"https://mail/ecp/default.aspx?__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE={encoded}",
        f"PersistedState: {encoded}\r\nPath: /ecp/default.aspx\r\n",
    ):
        (found,) = read_text_payloads(text.encode(), "a.txt")
        assert (found.address, decode_base64(found.text)) == ("/ecp/default.aspx", forged())
    (alone,) = read_text_payloads(b64encode(forged()), "a.txt")
    assert (alone.address, decode_base64(alone.text)) == ("", forged())
    assert read_text_payloads(b"Only some words.", "a.txt") == []


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(list(LogKind)))
def test_any_record_is_taken(query: str, value: str, kind: LogKind) -> None:
    fields = {"cs-uri-query": f"__VIEWSTATE={query}", "cs-uri-stem": value, "data.0": f"PersistedState: {query}",
              "data.1": value, "cs(cookie)": value}  # fmt: skip
    _taken(Record("x", 1, kind, fields))
