from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hive import HiveTree, build_hive, software_hive
from tests.builders.live_registry import FakeKey, FakeWinreg
from tests.builders.steps import at_most
from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry import Registries, RegistryFacts, Values, find_registry_witnesses, read_live
from webshellhunt.host.machine.registry_hive import Hive
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


def test_a_list_that_holds_itself_ends() -> None:
    hive = opened(build_hive({"a": {}, "b": {}}, list_kind=b"ri"))
    data = bytearray(build_hive({"a": {}, "b": {}}, list_kind=b"ri"))
    own = hive.root.subkeys_at
    data[4096 + own + 8 : 4096 + own + 12] = own.to_bytes(4, "little")
    broken = opened(bytes(data))
    with pytest.raises(UnreadableError, match="contains itself"):
        list(broken.iter_keys(broken.root))


def test_names_and_values_in_any_case_and_alphabet() -> None:
    tree: HiveTree = {"Ünïcödé Ω": {"Name": "text", "Short": "a", "Number": 5, "Raw": b"\x01\x02\x03\x04\x05"}}
    hive = opened(build_hive(tree))
    key = hive.find("ÜNÏCÖDÉ ω")
    assert key is not None
    assert hive.find_text(key, "NAME") == "text"
    assert hive.find_text(key, "short") == "a"
    assert hive.find_text(key, "Number") is None
    assert hive.find_text(key, "Raw") is None
    assert hive.find_text(key, "absent") is None
    assert hive.find("absent\\below") is None


_KEYS = st.text(
    st.characters(codec="latin-1", exclude_characters="\\\0", exclude_categories=["Cc"]), min_size=1, max_size=8
)


@given(
    st.dictionaries(
        _KEYS,
        st.dictionaries(_KEYS, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
        max_size=6,
    )
)
def test_what_was_built_is_read(tree: dict[str, dict[str, str]]) -> None:
    folded = {key.upper(): values for key, values in tree.items()}
    if len(folded) < len(tree) or any(len({n.upper() for n in values}) < len(values) for values in tree.values()):
        return
    hive = opened(build_hive(tree))
    assert {key.name for key in hive.iter_keys(hive.root)} == set(tree)
    for key in hive.iter_keys(hive.root):
        for name, value in tree[key.name].items():
            assert hive.find_text(key, name) == value


def test_the_live_registry_says_the_same() -> None:
    facts = read_live(
        FakeWinreg(
            {
                "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": FakeKey({"SystemRoot": "C:\\Windows"}, []),
                "SOFTWARE\\Microsoft\\ExchangeServer": FakeKey({}, ["v14", "v15", "broken"]),
                "SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup": FakeKey({"MsiInstallPath": "D:\\V15\\"}, []),
                "SOFTWARE\\Microsoft\\ExchangeServer\\v14\\Setup": FakeKey({"MsiInstallPath": 5}, []),
            }
        )
    )
    assert facts.found
    assert facts.system_root == "C:\\Windows"
    assert facts.exchange_paths == {"ExchangeServer\\v15\\Setup": "D:\\V15\\"}


def test_a_live_source_without_winreg_is_a_gap() -> None:
    source = MemorySource({})
    source.live = True
    registries = Registries(source, Lookup(source), live_module="no_such_winreg")
    assert registries.facts("").broken
    assert [gap.code for gap in registries.gaps] == ["broken-registry"]


def _none(_: str) -> Iterator[tuple[str, Values]]:
    return iter(())


def _endless(_: str) -> Iterator[tuple[str, Values]]:
    while True:
        yield "key", lambda _: None


def test_an_empty_registry_tells_nothing() -> None:
    assert find_registry_witnesses(_none) == ()


def test_no_more_keys_are_read_than_the_bound() -> None:
    assert find_registry_witnesses(_endless) == ()
