"""Exported events: XML and JSON lines, in pieces, in UTF-8 and UTF-16, and broken ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs import exported_events
from webshellhunt.logs.exported_events import ExportedEvent, is_exported, is_xml, iter_json_events, iter_xml_events

NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
SYSTEM = (
    "<System><Provider Name='MSExchange CmdletLogs'/><EventID Qualifiers='16384'>1</EventID>"
    "<TimeCreated SystemTime='2021-03-03T04:05:06.000000000Z'/><EventRecordID>9</EventRecordID>"
    "<Channel>MSExchange Management</Channel><Computer>EXCH01</Computer><Security/></System>"
)
EVENT = (
    f"<Event xmlns='{NAMESPACE}'>{SYSTEM}<EventData><Data>Set-X</Data><Data/><Data>-A &lt;b&gt;</Data>"
    "<Data Name='User'>admin</Data></EventData>"
    "<RenderingInfo Culture='en-US'><Message>Cmdlet done</Message></RenderingInfo></Event>"
)
FIELDS = {
    "event_id": "1",
    "provider": "MSExchange CmdletLogs",
    "time": "2021-03-03T04:05:06Z",
    "number": "9",
    "channel": "MSExchange Management",
    "computer": "EXCH01",
    "data.0": "Set-X",
    "data.2": "-A <b>",
    "data.user": "admin",
    "data.message": "Cmdlet done",
}


def xml(data: bytes) -> list[ExportedEvent]:
    return list(iter_xml_events(lambda offset, size: data[offset : offset + size]))


def lines(data: bytes) -> list[ExportedEvent]:
    return list(iter_json_events(lambda offset, size: data[offset : offset + size]))


@pytest.mark.parametrize(
    "text",
    [
        EVENT + EVENT,
        f"{EVENT}\r\n{EVENT}\r\n",
        f'<?xml version="1.0"?>\n<Events>\n{EVENT}{EVENT}</Events>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_events_as_xml(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert is_xml(data[:512])
    assert [(each.place, each.fields) for each in xml(data)] == [(1, FIELDS), (2, FIELDS)]


@pytest.mark.parametrize("text", [EVENT, f"<Events>{EVENT}", '{"EventID": 1}\n', '[\n{"winlog": {"event_id": 1}},\n'])
def test_exported_events_are_recognised_by_their_start(text: str) -> None:
    assert is_exported(text.encode())
    assert is_exported(text.encode("utf-16"))


@pytest.mark.parametrize("text", ["", "<configuration/>", "<Event/>", '{"name": "x"}', "#Fields: date time", "[]"])
def test_other_files_are_none(text: str) -> None:
    assert not is_exported(text.encode())


def test_user_data_has_the_names_of_its_elements() -> None:
    inner = "<UserData><LogFileCleared xmlns='x'><SubjectUserName>admin</SubjectUserName></LogFileCleared></UserData>"
    (event,) = xml(f"<Event>{SYSTEM}{inner}</Event>".encode())
    assert event.fields is not None
    assert event.fields["data.subjectusername"] == "admin"


@pytest.mark.parametrize(
    "broken",
    [
        "<Event><System></Event>",
        "<Event>" + SYSTEM.replace(">1<", ">x<") + "</Event>",
        "<Event>" + "<a>" * 40 + "</a>" * 40 + "</Event>",
        "<Event>&amp;&undefined;</Event>",
    ],
)
def test_a_broken_event_does_not_lose_the_next(broken: str) -> None:
    assert [each.fields for each in xml((broken + EVENT).encode())] == [None, FIELDS]


def test_an_event_without_end_is_broken() -> None:
    assert [each.fields for each in xml((EVENT + "<Event><System>").encode())] == [FIELDS, None]


def test_a_declaration_of_entities_is_outside_of_each_event_and_expands_nothing() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><Events>' + EVENT.replace("Set-X", "&a;") + "</Events>"
    assert [each.fields for each in xml(bomb.encode())] == [None]
    inside = EVENT.replace("<System>", "<!DOCTYPE x><System>")
    assert [each.fields for each in xml(inside.encode())] == [None]


def test_an_event_that_is_too_long_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_events, "LONGEST_EVENT", 2_000)
    long = "<Event>" + "a" * 5_000
    assert [each.fields for each in xml((long + EVENT).encode())][-1] == FIELDS or xml(long.encode())[0].fields is None
    assert [each.fields for each in lines(json.dumps({"EventID": 1, "a": "a" * 5_000}).encode())] == [None]


def test_json_lines_and_a_list_with_one_event_a_line() -> None:
    event = {"EventID": 1, "SourceName": "p"}
    expected = {"event_id": "1", "provider": "p"}
    text = "[\n" + json.dumps(event) + ",\n" + json.dumps(event) + "\n]\n"
    assert not is_xml(text.encode())
    assert [each.fields for each in lines(text.encode("utf-16"))] == [expected, expected]
    assert [each.place for each in lines(text.encode())] == [2, 3]


@pytest.mark.parametrize("broken", ["{", "null", "1", '{"a": 1}', "[" * 5_000 + "1"])
def test_a_broken_line_does_not_lose_the_next(broken: str) -> None:
    found = [each.fields for each in lines(f'{broken}\n{{"EventID": 5}}'.encode())]
    assert found == [None, {"event_id": "5"}]


@given(st.binary(max_size=300), st.sampled_from([b"", b"<Event>", EVENT.encode(), b"\xff\xfe", b'{"EventID": 1}\n']))
def test_any_bytes_are_read(data: bytes, start: bytes) -> None:
    xml(start + data)
    lines(start + data)


@given(st.integers(0, len(EVENT) - 1), st.text(max_size=3))
def test_mutants_of_an_event_are_read_or_broken(at: int, text: str) -> None:
    xml((EVENT[:at] + text + EVENT[at + 1 :]).encode("utf-8", "replace"))


def test_a_line_that_is_too_long_is_one_broken_event() -> None:
    data = b'{"EventID": 1}\n{"EventID": "' + b"x" * 10_000_000 + b'"}\n{"EventID": 2}\n'
    assert [(each.place, each.fields is None) for each in lines(data)] == [(1, False), (2, True), (3, False)]


@pytest.mark.parametrize(
    ("payload", "values"),
    [
        (
            {"EventData": {"Data": 'New-X, -A "b, c" -D "e", admin'}},
            {"0": "New-X", "1": '-A "b, c" -D "e"', "2": "admin"},
        ),
        (
            {"EventData": {"Data": [{"@Name": "User", "#text": "anna"}, {"@Name": "None"}]}},
            {"user": "anna", "none": ""},
        ),
        ({"UserData": {"LogFileCleared": {"SubjectUserName": "anna"}}}, {"subjectusername": "anna"}),
    ],
)
def test_the_values_of_evtxecmd_are_json_as_text(payload: object, values: dict[str, str]) -> None:
    head = {"EventId": 1, "Provider": "p", "TimeCreated": "2021-08-20T03:00:20.0000000+00:00"}
    (event,) = lines(json.dumps({**head, "Payload": json.dumps(payload)}).encode())
    assert event.fields == {
        "event_id": "1",
        "provider": "p",
        "time": "2021-08-20T03:00:20Z",
        **{f"data.{name}": value for name, value in values.items()},
    }
    (broken,) = lines(json.dumps({**head, "Payload": json.dumps(payload)[:-1]}).encode())
    assert broken.fields is None
    (other,) = lines(json.dumps({**head, "Payload": "CommandInvocation(Out-Default)"}).encode())
    assert other.fields is not None
