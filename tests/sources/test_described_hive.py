"""Hives of described hosts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.errors import FixtureError
from webshellhunt.host.machine.registry_hive import Hive
from webshellhunt.sources.described import parse_described
from webshellhunt.sources.described_hive import described_hive

LINES = [
    "@ = default of the root",
    "[Select]",
    "Current = dword:1",
    "[ControlSet001\\Services\\W3SVC] 2020-01-05T09:30:00Z",
    "ImagePath = expand:%windir%\\system32\\svchost.exe -k iissvcs",
    "DependOnService = multi:WAS;HTTP",
    "Mark = hex:0102030405",
    "Note = C:\\x = y",
]


def opened(data: bytes) -> Hive:
    return Hive(lambda offset, size: data[offset : offset + size], "SYSTEM")


def test_keys_and_values_are_read_back() -> None:
    hive = opened(described_hive(LINES, 1))
    key = hive.find("CurrentControlSet\\Services\\W3SVC")
    assert key is not None
    assert key.written_utc == datetime(2020, 1, 5, 9, 30, tzinfo=UTC)
    assert {value.name: value.data for value in hive.iter_values(key)} == {
        "ImagePath": "%windir%\\system32\\svchost.exe -k iissvcs",
        "DependOnService": ("WAS", "HTTP"),
        "Mark": b"\x01\x02\x03\x04\x05",
        "Note": "C:\\x = y",
    }
    assert hive.find_text(hive.root, "") == "default of the root"
    assert (hive.dirty, hive.damaged) == ("", 0)


@pytest.mark.parametrize("line", ["x = dword:many", "x = hex:1", "[A] yesterday", "[A] 2020-01-05T09:30:00"])
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(FixtureError) as caught:
        described_hive(["[A]", line], 10)
    assert caught.value.line == 11


def test_a_described_host_has_a_hive() -> None:
    text = (
        "webshellhunt-host: 1\n\nfile: C:/Windows/System32/config/SYSTEM\nform: hive\n| [Select]\n| Current = dword:1\n"
    )
    (file,) = parse_described(text).files
    assert opened(file.data).find("Select") is not None
