"""The keys and values of a registry hive."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hive import HiveTree, Typed, Written, build_hive, dirty, software_hive
from tests.builders.steps import at_most
from webshellhunt.errors import ConfigError, UnreadableError, WebShellHuntError
from webshellhunt.host.machine import registry_hive
from webshellhunt.host.machine.registry_hive import Hive, Key, Registry

WHEN = datetime(2026, 8, 12, 3, 4, 5, tzinfo=UTC)
KINDS: HiveTree = {
    "": "default",
    "Text": "C:\\Windows",
    "Expand": Typed(2, "%windir%\\x.dll"),
    "Raw": b"\x01\x02\x03\x04\x05",
    "Short": b"\xff",
    "Number": 5,
    "Big-endian": Typed(5, 258),
    "Long": Typed(11, 1 << 40),
    "Several": ["one", "two"],
    "None": Typed(0, b""),
    "Key": {"Below": {}},
}


def opened(data: bytes, *logs: bytes) -> Hive:
    return Hive(_reader(data), "SOFTWARE", [_reader(log) for log in logs])


def _reader(data: bytes) -> registry_hive.ReadAt:
    return lambda offset, size: data[offset : offset + size]


def everything(registry: Registry) -> list[tuple[str, dict[str, object]]]:
    keys = [registry.root, *registry.iter_below(registry.root)]
    return [(key.path, {each.name: each.data for each in registry.iter_values(key)}) for key in keys]


def test_a_path_leads_to_a_key_whatever_its_case() -> None:
    hive = opened(software_hive())
    key = hive.find("microsoft\\WINDOWS NT\\CurrentVersion")
    assert key is not None
    assert key.path == "Microsoft\\Windows NT\\CurrentVersion"
    assert hive.find_text(key, "systemroot") == "C:\\Windows"
    assert hive.find_text(key, "absent") is None
    assert hive.find("Microsoft\\Absent") is None
    assert hive.find("") == hive.root


def test_what_is_no_hive_is_an_error() -> None:
    with pytest.raises(WebShellHuntError):
        opened(b"text" * 2000)
    assert issubclass(ConfigError, WebShellHuntError)


def test_values_of_every_type() -> None:
    hive = opened(build_hive(KINDS))
    assert {value.name: value.data for value in hive.iter_values(hive.root)} == {
        "": "default",
        "Text": "C:\\Windows",
        "Expand": "%windir%\\x.dll",
        "Raw": b"\x01\x02\x03\x04\x05",
        "Short": b"\xff",
        "Number": 5,
        "Big-endian": 258,
        "Long": 1 << 40,
        "Several": ("one", "two"),
        "None": b"",
    }
    assert hive.find_text(hive.root, "") == "default"
    assert hive.find_bytes(hive.root, "raw") == b"\x01\x02\x03\x04\x05"
    assert hive.find_number(hive.root, "long") == 1 << 40
    assert hive.has_value(hive.root, "None")
    assert not hive.has_value(hive.root, "SD")
    assert (hive.find_text(hive.root, "Raw"), hive.find_number(hive.root, "Text")) == (None, None)


def test_the_time_of_a_key() -> None:
    hive = opened(build_hive({"Old": {}, "New": Written(WHEN, {"x": 1})}))
    assert [(key.name, key.written_utc, key.value_count) for key in hive.iter_keys(hive.root)] == [
        ("New", WHEN, 1),
        ("Old", None, 0),
    ]


@pytest.mark.parametrize("size", [16_343, 16_344, 16_345, 40_000, 1024 * 1024, 1024 * 1024 + 5])
def test_a_large_value_is_read_up_to_its_bound(size: int) -> None:
    data = random.Random(size).randbytes(size)
    hive = opened(build_hive({"Large": data}))
    value = hive.find_value(hive.root, "Large")
    assert value is not None
    assert value.size_bytes == size
    assert value.raw == data[: 1024 * 1024]


def test_the_current_control_set_is_the_one_that_select_names() -> None:
    tree: HiveTree = {"Select": {"Current": 2}, "ControlSet001": {"Old": {}}, "ControlSet002": {"Services": {"X": {}}}}
    hive = opened(build_hive(tree))
    key = hive.find("CurrentControlSet\\services\\x")
    assert key is not None
    assert key.path == "CurrentControlSet\\Services\\X"
    assert hive.find("CurrentControlSet\\Old") is None


def test_names_in_any_alphabet() -> None:
    hive = opened(build_hive({"Ünïcödé Ω": {"Name": "text"}}))
    key = hive.find("ÜNÏCÖDÉ ω")
    assert key is not None
    assert hive.find_text(key, "NAME") == "text"


@pytest.mark.parametrize("list_kind", [b"lf", b"lh", b"li", b"ri"])
def test_all_keys_below_a_key(list_kind: bytes) -> None:
    hive = opened(build_hive({"a": {"b": {"c": {}}}, "d": {}, "e": {}}, list_kind=list_kind))
    assert [key.path for key in hive.iter_below(hive.root)] == ["a", "a\\b", "a\\b\\c", "d", "e"]
    assert [key.path for key in hive.iter_below(hive.root, 2)] == ["a", "a\\b", "d", "e"]


def test_keys_are_found_in_a_list_with_wrong_hashes() -> None:
    data = bytearray(build_hive({"a": {}, "b": {"c": {}}}))
    for name in (b"a", b"b", b"c"):
        value = int.to_bytes(ord(name.upper()), 4, "little")
        at = data.index(value, data.index(b"lh"))
        data[at : at + 4] = bytes(4)
    hive = opened(bytes(data))
    assert hive.find("b\\C") is not None
    assert hive.damaged == 0


def test_a_damaged_key_is_counted_and_its_neighbours_are_found() -> None:
    tree: HiveTree = {"aaaa": {}, "bbbb": {"x": "lost"}, "cccc": {"y": "found"}}
    data = build_hive(tree).replace(b"bbbb", b"bbbb", 1)
    at = data.index(b"bbbb") - 76
    hive = opened(data[:at] + b"??" + data[at + 2 :])
    assert [key.name for key in hive.iter_keys(hive.root)] == ["aaaa", "cccc"]
    assert (hive.damaged, "a key of the registry is damaged" in hive.first_damage) == (1, True)


def test_a_list_that_contains_itself_is_damage() -> None:
    data = bytearray(build_hive({"a": {}, "b": {}}, list_kind=b"ri"))
    own = opened(bytes(data)).root.subkeys_at
    data[4096 + own + 8 : 4096 + own + 12] = own.to_bytes(4, "little")
    hive = opened(bytes(data))
    assert list(hive.iter_keys(hive.root)) == []
    assert hive.damaged == 1


def test_keys_that_contain_themselves_end_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(build_hive({"a": {"x": {}}, "b": {"y": {}}}))
    root = opened(bytes(data)).root
    for name in (b"a", b"b"):
        at = data.index(name + bytes(3), 4096 + 80) - 76
        assert data[at : at + 2] == b"nk"
        data[at + 20 : at + 24] = int.to_bytes(2, 4, "little")
        data[at + 28 : at + 32] = root.subkeys_at.to_bytes(4, "little")
    monkeypatch.setattr(registry_hive, "_MOST_CELLS", 5_000)
    hive = opened(bytes(data))
    with pytest.raises(UnreadableError, match="too many cells"):
        list(hive.iter_below(hive.root))


_TREE = build_hive({**KINDS, "Large": random.Random(1).randbytes(40_000), **{f"k{n}": {"v": n} for n in range(40)}})


def test_damage_raises_one_kind_of_error_and_never_hangs() -> None:
    dice = random.Random(20210302)
    with at_most(8_000_000):
        for _ in range(60):
            damaged = bytearray(_TREE)
            for _ in range(dice.randrange(1, 40)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            _read_all(bytes(damaged))


@given(st.integers(0, len(_TREE) - 1), st.binary(min_size=1, max_size=64))
def test_any_bytes_anywhere_raise_one_kind_of_error(at: int, noise: bytes) -> None:
    _read_all(_TREE[:at] + noise + _TREE[at + len(noise) :])


@given(st.integers(0, len(_TREE)))
def test_a_hive_that_ends_anywhere_raises_one_kind_of_error(size: int) -> None:
    _read_all(_TREE[:size])


def _read_all(data: bytes) -> None:
    try:
        everything(opened(data))
    except UnreadableError:
        return


_NAMES = st.text(
    st.characters(codec="latin-1", exclude_characters="\\\0", exclude_categories=["Cc"]), min_size=1, max_size=8
).map(str.upper)
_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_VALUES = st.one_of(_TEXTS, st.integers(0, 0xFFFFFFFF), st.binary(max_size=40), st.lists(_TEXTS.filter(bool)))


@given(st.dictionaries(_NAMES, st.dictionaries(_NAMES, _VALUES), max_size=6), st.sampled_from([b"lh", b"lf", b"ri"]))
def test_what_was_built_is_read(tree: dict[str, dict[str, str | int | bytes | list[str]]], list_kind: bytes) -> None:
    hive = opened(build_hive(tree, list_kind=list_kind))
    assert {key.name for key in hive.iter_keys(hive.root)} == set(tree)
    for name, values in tree.items():
        key = hive.find(name.lower()) or Key("", "")
        expected = {each: tuple(data) if isinstance(data, list) else data for each, data in values.items()}
        assert {value.name: value.data for value in hive.iter_values(key)} == expected


@pytest.mark.parametrize("old", [False, True])
def test_changes_in_the_logs_are_read(old: bool) -> None:
    before: HiveTree = {f"k{n}": {"v": n} for n in range(200)}
    after: HiveTree = {**before, "New": Written(WHEN, {"path": "C:\\x.exe"}), "k7": {"v": 70}}
    hive, *logs = dirty(build_hive(before), build_hive(after), old=old)
    replayed = opened(hive, *logs)
    assert replayed.dirty == ""
    assert everything(replayed) == everything(opened(build_hive(after)))


def test_a_dirty_hive_without_its_logs_says_so() -> None:
    hive, first, second = dirty(build_hive({"a": {}}), build_hive({"a": {}, "b": {}}))
    alone = opened(hive)
    assert "were not collected" in alone.dirty
    assert [key.name for key in alone.iter_keys(alone.root)] == ["a"]
    assert "empty or damaged" in opened(hive, b"", b"x" * 900).dirty
    torn = first[:600] + b"?" + first[601:]
    assert "no changes that fit" in opened(hive, torn, second).dirty
