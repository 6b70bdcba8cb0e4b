"""The property list of a virtual directory is told by its structure."""

from __future__ import annotations

import pytest

from webshellhunt.decoding.oab_dump import find_dump

LINES = {
    "Name": "OAB (Default Web Site)",
    "PollInterval": "480",
    "RequireSSL": "True",
    "MetabasePath": "IIS://EX01.example.org/W3SVC/1/ROOT/OAB",
    "Server": "EX01",
    "ExternalUrl": "https://mail.example.org/OAB",
    "WhenChangedUTC": "2/28/2021 9:15:04 AM",
    "OriginatingServer": "DC01.example.org",
}


def dump_text(**changes: str) -> str:
    """Return a property list with its colons in one column."""
    return "\r\n".join(f"{name:<32}: {value}" for name, value in (LINES | changes).items())


def test_properties_and_their_places() -> None:
    text = dump_text()
    dump = find_dump(text)
    assert dump is not None
    assert dump.value("server") == "EX01"
    url = dump.properties["externalurl"]
    assert text[url.start : url.end] == "https://mail.example.org/OAB"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2/28/2021 9:15:04 AM", "2021-02-28T09:15:04Z"),
        ("28.02.2021 09:15:04", "2021-02-28T09:15:04Z"),
        ("2021-02-28 09:15:04", "2021-02-28T09:15:04Z"),
        ("yesterday", "yesterday"),
        ("", None),
    ],
)
def test_time_of_change(written: str, told: str | None) -> None:
    dump = find_dump(dump_text(WhenChangedUTC=written))
    assert dump is not None
    assert dump.changed_utc == told


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_ends_in_any_way(end: str) -> None:
    dump = find_dump(dump_text().replace("\r\n", end))
    assert dump is not None
    assert (len(dump.properties), dump.value("server")) == (7, "EX01")


def test_a_few_such_lines_or_no_address_are_no_dump() -> None:
    assert find_dump("Server : EX01\nExternalUrl : x\nGuid : 1") is None
    assert find_dump(dump_text().replace("ExternalUrl", "OtherUrl")) is None
