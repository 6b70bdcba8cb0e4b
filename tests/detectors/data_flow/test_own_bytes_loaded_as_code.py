"""Programs that a page contains as data."""

from __future__ import annotations

import base64
import gzip

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Severity

BASE64 = "own_bytes_loaded_as_code/csharp-base64"
PROGRAM = b"MZ" + bytes(range(256)) * 3


def test_encoded_bytes_and_numbers_are_critical() -> None:
    assert finding(BASE64, "WSH1035").severity is Severity.CRITICAL
    assert finding("own_bytes_loaded_as_code/csharp-numbers", "WSH1035").severity is Severity.CRITICAL


def test_a_short_constant_counts_where_it_is_given_to_the_load() -> None:
    assert finding("hidden_constant_executed/csharp-assembly-base64", "WSH1035")


@pytest.mark.parametrize("raw", [PROGRAM, gzip.compress(PROGRAM + bytes(i * i % 251 for i in range(2000)))])
def test_a_program_that_is_not_seen_to_be_loaded_is_suspicious(raw: bytes) -> None:
    held = read(f"{BASE64}-twin").data.decode().partition('Held = "')[2].partition('"')[0]
    fixture = changed(f"{BASE64}-twin", (held, base64.b64encode(raw).decode()))
    assert finding(fixture, "WSH1035").severity is Severity.HIGH


def test_data_in_a_page_that_loads_a_library_by_name_is_nothing() -> None:
    assert findings(f"{BASE64}-twin", "WSH1035") == []
