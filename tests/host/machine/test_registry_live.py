"""The registry of the running system."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.hive import HiveTree, Written, build_hive
from tests.builders.live_registry import FakeWinreg, live_tree
from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine import registry_live
from webshellhunt.host.machine.registry_hive import Hive, Registry
from webshellhunt.host.machine.registry_live import LiveRegistry

WHEN = datetime(2026, 8, 12, 3, 4, 5, tzinfo=UTC)
TREE: HiveTree = {
    "Services": {
        "W3SVC": Written(WHEN, {"ImagePath": "svchost.exe", "Start": 2, "DependOnService": ["WAS", "HTTP"], "X": b"1"}),
        "WAS": {"": "default"},
    }
}


def live(*denied: str) -> LiveRegistry:
    return LiveRegistry(FakeWinreg(live_tree("SYSTEM", TREE), denied), 1, "SYSTEM")


def told(registry: Registry) -> list[object]:
    return [
        (key.name, key.path, key.written_utc, [(value.name, value.data) for value in registry.iter_values(key)])
        for key in registry.iter_below(registry.root)
    ]


def test_it_says_the_same_as_a_file() -> None:
    data = build_hive(TREE)
    assert told(live()) == told(Hive(lambda offset, size: data[offset : offset + size], "SYSTEM"))


def test_values_by_name() -> None:
    registry = live()
    key = registry.find("services\\w3svc")
    assert key is not None
    assert registry.find_text(key, "imagepath") == "svchost.exe"
    assert registry.find_number(key, "Start") == 2
    assert registry.find_bytes(key, "x") == b"1"
    assert registry.find_value(key, "absent") is None
    assert registry.find("absent") is None
    assert registry.damaged == 0


def test_a_key_that_may_not_be_opened_is_counted_and_its_neighbours_are_found() -> None:
    registry = live("SYSTEM\\Services\\W3SVC")
    services = registry.find("Services")
    assert services is not None
    assert [key.name for key in registry.iter_keys(services)] == ["WAS"]
    assert (registry.damaged, registry.first_damage) == (1, "access to Services\\W3SVC is denied")


def test_a_key_that_is_listed_and_can_not_be_opened_is_counted() -> None:
    keys = live_tree("SYSTEM", TREE)
    keys["SYSTEM\\Services"].keys.append("hidden\0")
    registry = LiveRegistry(FakeWinreg(keys), 1, "SYSTEM")
    assert len(list(registry.iter_below(registry.root))) == 3
    assert "'hidden\\x00'" in registry.first_damage


def test_the_bound_on_keys_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_live, "_MOST_READ", 3)
    with pytest.raises(UnreadableError, match="more than 3 keys"):
        told(live())
