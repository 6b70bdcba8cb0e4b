"""The keys and values of a registry hive."""

from __future__ import annotations

import pytest

from tests.builders.hive import software_hive
from webshellhunt.errors import ConfigError, WebShellHuntError
from webshellhunt.host.machine.registry_hive import Hive


def opened(data: bytes) -> Hive:
    return Hive(lambda offset, size: data[offset : offset + size], "SOFTWARE")


def test_a_path_leads_to_a_key_whatever_its_case() -> None:
    hive = opened(software_hive())
    key = hive.find("microsoft\\WINDOWS NT\\CurrentVersion")
    assert key is not None
    assert hive.find_text(key, "systemroot") == "C:\\Windows"
    assert hive.find_text(key, "absent") is None
    assert hive.find("Microsoft\\Absent") is None


def test_what_is_no_hive_is_an_error() -> None:
    with pytest.raises(WebShellHuntError):
        opened(b"text" * 2000)
    assert issubclass(ConfigError, WebShellHuntError)
