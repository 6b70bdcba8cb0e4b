"""WMI repository: the consumers in it, whatever else is in the file."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.machine_records import consumer_of, wmi_binding, wmi_instance, wmi_repository
from webshellhunt.host.machine import wmi_repository as room
from webshellhunt.host.machine.wmi_repository import WmiConsumer, read_consumers

KIND = "CommandLineEventConsumer"


def consumers(data: bytes) -> list[WmiConsumer]:
    return list(read_consumers(lambda offset, count: data[offset : offset + count], len(data)))


def test_a_bound_consumer() -> None:
    when = datetime(2026, 3, 1, 12, tzinfo=UTC)
    (found,) = consumers(consumer_of(KIND, "Updater", "C:\\a.exe -k", query="SELECT * FROM X", written=when))
    assert (found.kind, found.name, found.texts) == (KIND, "Updater", ("C:\\a.exe -k",))
    assert (found.is_bound, found.filter_name, found.query) == (True, "Updater filter", "SELECT * FROM X")
    assert found.written_utc == when


def test_a_binding_whose_consumer_is_not_found() -> None:
    (found,) = consumers(wmi_repository(wmi_binding(KIND, "Lost", "Some filter")))
    assert (found.name, found.texts, found.is_bound, found.query) == ("Lost", (), True, "")


def test_definitions_and_other_consumers_are_none() -> None:
    assert consumers(wmi_repository()) == []


def test_a_consumer_on_two_pages_is_one() -> None:
    same = wmi_instance(KIND, "C:\\a.exe", "Updater")
    assert len(consumers(wmi_repository(same, same))) == 1


def test_a_consumer_at_the_end_of_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    data = consumer_of(KIND, "Updater", "C:\\a.exe")
    at = data.index(KIND.encode() + b"\0C:\\a.exe") if KIND.encode() + b"\0C:" in data else data.index(b"C:\\a.exe")
    monkeypatch.setattr(room, "_WINDOW", at)
    (found,) = consumers(data)
    assert (found.name, found.is_bound) == ("Updater", True)


@given(st.binary(max_size=600), st.integers(0, 3_000))
def test_any_bytes_are_read(noise: bytes, cut: int) -> None:
    data = consumer_of(KIND, "Updater", "C:\\a.exe")[24_000:]
    consumers(data[:cut] + noise + data[cut:])
    consumers(noise * 20)


def test_a_name_in_other_letters() -> None:
    text = f'{KIND}.Name="обновление"'.encode("utf-16-le")
    (found,) = consumers(wmi_repository(b"\1" + text + b"\0\0"))
    assert (found.kind, found.name, found.is_bound) == (KIND, "обновление", True)


@pytest.mark.parametrize("filling", [b"\1", b"\1a", b"\0\0!", b"\0aa\1"])
def test_an_instance_without_ends_of_texts_does_not_hide_the_next_one(filling: bytes) -> None:
    size = 100 * 1024
    crafted = struct.pack("<I", size) + KIND.encode() + b"\0" + filling * (size // len(filling))
    found = consumers(crafted * 8 + consumer_of(KIND, "Updater", "C:\\a.exe -k"))
    assert "Updater" in [each.name for each in found]
