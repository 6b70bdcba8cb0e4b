"""Hives of real systems, which are no part of this project, and an independent reader of hives.

The environment variable ``WEBSHELLHUNT_SPECIMENS`` names a folder with one folder for each repository, ``owner+name``.
"""

from __future__ import annotations

import gzip
import io
import lzma
from typing import Any

import pytest

from tests.builders.hive import HiveTree, build_hive
from tests.builders.specimens import specimen
from webshellhunt.host.machine.registry_hive import Hive, ReadAt

_REGIPY = "mkorman90+regipy/regipy_tests/data/"
_DISSECT = "fox-it+dissect.regf/tests/_data/"
Told = dict[str, tuple[object, dict[str, object]]]


def read(name: str) -> bytes:
    path = specimen(name)
    return lzma.decompress(path.read_bytes()) if name.endswith(".xz") else gzip.decompress(path.read_bytes())


def opened(data: bytes, *logs: bytes) -> Hive:
    return Hive(_reader(data), "hive", [_reader(log) for log in logs])


def _reader(data: bytes) -> ReadAt:
    return lambda offset, size: data[offset : offset + size]


def told(hive: Hive) -> Told:
    return {
        key.path: (key.written_utc, {value.name: value.data for value in hive.iter_values(key)})
        for key in hive.iter_below(hive.root, 500)
    }


def told_by_dissect(data: bytes) -> Told:
    regf = pytest.importorskip("dissect.regf.regf", reason="dissect.regf is not installed")
    found: Told = {}

    def walk(key: Any, path: str) -> None:
        for below in key.subkeys():
            place = f"{path}{below.name}"
            values = {value.name: value for value in below.values()}
            found[place] = (below.timestamp, values)
            walk(below, f"{place}\\")

    walk(regf.RegistryHive(io.BytesIO(data)).root(), "")
    return found


def same(ours: object, theirs: Any) -> bool:
    """Return True if two readers agree about a value; the other one guesses the encoding of a text from its bytes."""
    data = bytes(theirs.data)
    if isinstance(ours, int):
        return ours == int.from_bytes(data, "big" if theirs.type == 5 else "little")
    if isinstance(ours, str):
        return ours == data[: len(data) & ~1].decode("utf-16-le", "replace").partition("\0")[0]
    return not isinstance(ours, bytes) or ours == data[: len(ours)]


@pytest.mark.parametrize(
    "name",
    [f"{_REGIPY}{name}.xz" for name in ("SYSTEM", "SYSTEM_2", "SYSTEM_WIN_10_1709", "NTUSER.DAT", "amcache.hve")]
    + [f"{_DISSECT}SYSTEM.gz"],
)
def test_a_real_hive_is_read_as_by_another_reader(name: str) -> None:
    data = read(name)
    hive = opened(data)
    ours, theirs = told(hive), told_by_dissect(data)
    assert hive.damaged == 0
    assert set(ours) == set(theirs)
    for path, (written, values) in ours.items():
        others = theirs[path]
        assert written is None or abs(written - others[0]).total_seconds() < 1, path  # type: ignore[operator]
        values = {each: value for each, value in values.items() if each}  # the other one names it "(Default)"
        assert set(values) | {"(Default)"} == set(others[1]) | {"(Default)"}, path
        assert [each for each in values if not same(values[each], others[1][each])] == [], path


@pytest.mark.parametrize("list_kind", [b"lf", b"lh", b"li", b"ri"])
def test_a_hive_that_tests_build_is_one_for_another_reader(list_kind: bytes) -> None:
    tree: HiveTree = {f"k{n}": {"Text": "x" * n, "Large": bytes(n * 400), "Number": n} for n in range(60)}
    data = build_hive(tree, list_kind=list_kind)
    theirs = told_by_dissect(data)
    ours = told(opened(data))
    assert {path: set(values) for path, (_, values) in theirs.items()} == {
        path: set(values) for path, (_, values) in ours.items()
    }
    assert all(same(data, theirs[path][1][name]) for path, (_, held) in ours.items() for name, data in held.items())


@pytest.mark.parametrize(
    ("hive", "logs", "before", "after"),
    [
        ("SYSTEM_B", ("SYSTEM_B.LOG1", "SYSTEM_B.LOG2"), 33_122, 35_594),
        ("UsrClass.dat", ("UsrClass.dat.LOG1", "UsrClass.dat.LOG2"), 6_204, 6_237),
        ("transactions_NTUSER.DAT", ("transactions_ntuser.dat.log1", "transactions_ntuser.dat.log2"), 2_589, 3_104),
    ],
)
def test_real_logs_are_replayed(hive: str, logs: tuple[str, str], before: int, after: int) -> None:
    data, *logged = (read(f"{_REGIPY}{name}.xz") for name in (hive, *logs))
    alone, whole = opened(data), opened(data, *logged)
    assert (len(told(alone)), len(told(whole))) == (before, after)
    assert "were not collected" in alone.dirty
    assert (whole.dirty, whole.damaged) == ("", 0)
    # A new sub-log first or last, and in any order of the files, is the same.
    assert told(opened(data, *reversed(logged))) == told(whole)


def test_a_real_damaged_hive_is_read_as_far_as_it_goes() -> None:
    hive = opened(read(f"{_REGIPY}corrupted_system_hive.xz"))
    assert len(told(hive)) > 1_000
    assert hive.damaged > 100
