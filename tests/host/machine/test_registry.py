from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hive import HiveTree, build_hive, software_hive
from tests.builders.live_registry import FakeWinreg, live_tree
from tests.builders.steps import at_most
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry import Registries, RegistryFacts, find_registry_witnesses, read_live
from webshellhunt.host.machine.registry_hive import Hive, Key, Registry, Value
from webshellhunt.sources import MemorySource

HIVE = "Windows/System32/config/SOFTWARE"
INSTALLED = {"v15": "D:\\Exchange\\V15\\", "v14": "C:\\Old\\V14\\"}


def read(data: bytes) -> tuple[RegistryFacts, Registries]:
    source = MemorySource({HIVE: data})
    registries = Registries(source, Lookup(source))
    return registries.facts(""), registries


def opened(data: bytes) -> Hive:
    return Hive(lambda offset, size: data[offset : offset + size], "SOFTWARE")


@pytest.mark.parametrize("list_kind", [b"lf", b"lh", b"li", b"ri"])
def test_every_kind_of_list_leads_to_the_install_path(list_kind: bytes) -> None:
    facts, registries = read(software_hive(exchange=INSTALLED, list_kind=list_kind))
    assert facts.found
    assert facts.system_root == "C:\\Windows"
    assert list(facts.exchange_paths.items()) == [
        ("ExchangeServer\\v15\\Setup", "D:\\Exchange\\V15\\"),
        ("ExchangeServer\\v14\\Setup", "C:\\Old\\V14\\"),
    ]
    assert registries.gaps == []


def test_a_hive_without_exchange_says_so() -> None:
    facts, _ = read(software_hive())
    assert facts.found
    assert facts.exchange_paths == {}


def test_no_hive_is_no_gap() -> None:
    source = MemorySource({"x": b""})
    registries = Registries(source, Lookup(source))
    assert registries.facts("") == RegistryFacts()
    assert registries.gaps == []


@pytest.mark.parametrize(
    "data", [b"", b"regf", b"x" * 5000, bytes(8192), software_hive()[:600], software_hive()[:4100]]
)
def test_what_is_no_hive_is_one_gap_that_matters(data: bytes) -> None:
    facts, registries = read(data)
    registries.facts("")
    assert facts == RegistryFacts(broken=True)
    assert [(gap.code, gap.stage, gap.path, gap.matters) for gap in registries.gaps] == [
        ("broken-registry", "survey", HIVE, True)
    ]


def test_a_locked_hive_is_a_gap() -> None:
    source = MemorySource({HIVE: software_hive()}, unreadable=[HIVE])
    registries = Registries(source, Lookup(source))
    assert registries.facts("").broken
    assert "permission denied" in registries.gaps[0].reason


def test_damage_never_raises_and_never_hangs() -> None:
    whole = software_hive(exchange=INSTALLED)
    dice = random.Random(20210302)
    with at_most(5_000_000):
        for _ in range(300):
            damaged = bytearray(whole)
            for _ in range(dice.randrange(1, 40)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            read(bytes(damaged))


@given(st.binary(max_size=300), st.integers(0, 600))
def test_any_bytes_in_the_cells_are_survived(noise: bytes, where: int) -> None:
    whole = bytearray(software_hive(exchange=INSTALLED))
    at = 4096 + 32 + where
    whole[at : at + len(noise)] = noise
    read(bytes(whole))


def test_the_live_registry_says_the_same() -> None:
    exchange: HiveTree = {
        "v14": {"Setup": {"MsiInstallPath": 5}},
        "v15": {"Setup": {"MsiInstallPath": "D:\\V15\\"}},
        "broken": {},
    }
    windows: HiveTree = {"CurrentVersion": {"SystemRoot": "C:\\Windows"}}
    tree: HiveTree = {"Microsoft": {"Windows NT": windows, "ExchangeServer": exchange}}
    facts = read_live(FakeWinreg(live_tree("SOFTWARE", tree)))
    assert facts.found
    assert facts.system_root == "C:\\Windows"
    assert facts.exchange_paths == {"ExchangeServer\\v15\\Setup": "D:\\V15\\"}


def test_a_live_source_without_winreg_is_a_gap() -> None:
    source = MemorySource({})
    source.live = True
    registries = Registries(source, Lookup(source), live_module="no_such_winreg")
    assert registries.facts("").broken
    assert [gap.code for gap in registries.gaps] == ["broken-registry"]


class _Endless(Registry):
    """A registry whose every key has more keys than anyone reads."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Key("", "")

    def find(self, path: str) -> Key | None:
        return Key(path, path)

    def iter_keys(self, key: Key) -> Iterator[Key]:
        while True:
            yield Key("key", f"{key.path}\\key")

    def iter_values(self, key: Key) -> Iterator[Value]:
        return iter(())

    def find_value(self, key: Key, name: str) -> Value | None:
        return None


def test_an_empty_registry_tells_nothing() -> None:
    assert find_registry_witnesses(opened(build_hive({}))) == ()


def test_no_more_keys_are_read_than_the_bound() -> None:
    assert find_registry_witnesses(_Endless()) == ()
