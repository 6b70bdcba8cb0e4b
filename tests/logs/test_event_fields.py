"""Each form of an event has the same fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.event_fields import MOST_VALUES, read_json_event, utc_text

SYSTEM = {
    "Provider": {"#attributes": {"Name": "Microsoft-Windows-Eventlog"}},
    "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 1102},
    "TimeCreated": {"#attributes": {"SystemTime": "2021-03-03T04:05:06.123456Z"}},
    "EventRecordID": 12,
    "Channel": "Security",
    "Computer": "EXCH01",
    "Security": {"#attributes": {"UserID": "S-1-5-18"}},
}
HEAD = {
    "event_id": "1102",
    "provider": "Microsoft-Windows-Eventlog",
    "channel": "Security",
    "computer": "EXCH01",
    "number": "12",
    "user": "S-1-5-18",
    "time": "2021-03-03T04:05:06.123456Z",
}


def test_the_form_of_the_parser() -> None:
    cleared = {"LogFileCleared": {"#attributes": {"xmlns": "x"}, "SubjectUserName": "admin"}}
    found = read_json_event({"Event": {"System": SYSTEM, "UserData": cleared}})
    assert found == {**HEAD, "data.subjectusername": "admin"}


def test_values_without_names_are_counted_from_0() -> None:
    found = read_json_event(
        {"Event": {"System": SYSTEM, "EventData": {"Data": {"#text": ["a", "", "c"]}, "Binary": None}}}
    )
    assert found == {**HEAD, "data.0": "a", "data.1": "", "data.2": "c"}
    one = read_json_event({"Event": {"System": SYSTEM, "EventData": {"Data": "a"}}})
    assert one == {**HEAD, "data.0": "a"}


def test_attributes_in_keys_of_their_own() -> None:
    apart = {
        "Provider_attributes": {"Name": "p"},
        "EventID": 4,
        "TimeCreated_attributes": {"SystemTime": "2021-03-03 04:05:06"},
    }
    found = read_json_event({"Event": {"System": apart}})
    assert found == {"event_id": "4", "provider": "p", "time": "2021-03-03T04:05:06Z"}


def test_the_flat_form() -> None:
    flat = {
        "EventID": 11,
        "SourceName": "Microsoft-Windows-Sysmon",
        "Channel": "Sysmon",
        "Hostname": "MXS01",
        "@timestamp": "2021-03-14T01:40:13.660Z",
        "Message": "File created",
        "Image": "System",
        "TargetFilename": r"C:\x.aspx",
    }
    assert read_json_event(flat) == {
        "event_id": "11",
        "provider": "Microsoft-Windows-Sysmon",
        "channel": "Sysmon",
        "computer": "MXS01",
        "data.message": "File created",
        "data.image": "System",
        "data.targetfilename": r"C:\x.aspx",
        "time": "2021-03-14T01:40:13.66Z",
    }


def test_the_form_of_winlogbeat() -> None:
    beat = {
        "@timestamp": "2021-03-14T01:40:13Z",
        "message": "m",
        "agent": {"name": "a"},
        "winlog": {"event_id": "7045", "provider_name": "p", "record_id": 5, "event_data": {"ImagePath": "x"}},
    }
    assert read_json_event(beat) == {
        "event_id": "7045",
        "provider": "p",
        "number": "5",
        "data.message": "m",
        "data.imagepath": "x",
        "time": "2021-03-14T01:40:13Z",
    }


def test_the_form_of_the_shell() -> None:
    made = {
        "Id": 6,
        "ProviderName": "p",
        "LogName": "l",
        "TimeCreated": "/Date(1614744306000)/",
        "Properties": [{"Value": "a"}],
    }
    assert read_json_event(made) == {
        "event_id": "6",
        "provider": "p",
        "channel": "l",
        "data.0": "a",
        "time": "2021-03-03T04:05:06Z",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-03-03T06:05:06.1234567+02:00", "2021-03-03T04:05:06.123456Z"),
        ("2021-03-03T04:05:06.1234567Z UTC", ""),
        ("2021-03-03 04:05:06 UTC", "2021-03-03T04:05:06Z"),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_time_is_in_utc(text: str, expected: str) -> None:
    assert utc_text(text) == expected


@pytest.mark.parametrize("document", [None, 1, [], {}, {"Event": 1}, {"Event": {}}, {"EventID": "x"}, {"winlog": {}}])
def test_what_is_no_event_is_none(document: object) -> None:
    assert read_json_event(document) is None


def test_the_values_are_bounded() -> None:
    found = read_json_event({"EventID": 1, **{f"a{n}": "x" for n in range(1_000)}})
    assert found is not None
    assert len(found) <= MOST_VALUES + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Event", "System", "EventID", "#text", "#attributes", "Data", "EventData", "UserData", "winlog"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_document_is_read_or_refused(document: object) -> None:
    found = read_json_event(document)
    assert found is None or all(isinstance(value, str) for value in found.values())
