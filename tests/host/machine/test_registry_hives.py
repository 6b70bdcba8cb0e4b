"""The hives of a host at their places."""

from __future__ import annotations

import sys

import pytest

from tests.builders.hive import HiveTree, build_hive, dirty
from tests.builders.live_registry import FakeWinreg, live_tree
from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine import registry_hives
from webshellhunt.host.machine.registry_hives import FoundHive, HiveKind, iter_hives, unread_gap
from webshellhunt.host.machine.volumes import HostPaths, find_volumes
from webshellhunt.model.findings import Gap
from webshellhunt.sources.memory import MemorySource

HIVE = build_hive({"Software": {"Run": {"x": "y"}}})
CONFIG = "Windows/System32/config"


def found(source: MemorySource, gaps: list[Gap] | None = None, live_module: str = "winreg") -> list[FoundHive]:
    volumes, _ = find_volumes(source)
    return list(iter_hives(HostPaths(source, volumes), [] if gaps is None else gaps, live_module=live_module))


def names(files: dict[str, bytes], gaps: list[Gap] | None = None) -> list[tuple[str, str]]:
    return [(each.name, each.path) for each in found(MemorySource(files), gaps)]


def test_hives_of_the_machine_come_first_whatever_their_case() -> None:
    files = {
        f"C/{CONFIG}/SOFTWARE": HIVE,
        "C/windows/system32/Config/system": HIVE,
        f"C/{CONFIG}/DEFAULT": HIVE,
        f"C/{CONFIG}/SAM": HIVE,
        f"C/{CONFIG}/systemprofile/ntuser.dat": HIVE,
        "C/Windows/ServiceProfiles/NetworkService/NTUSER.DAT": HIVE,
        "C/Users/DefaultAppPool/NTUSER.DAT": HIVE,
        "C/Users/DefaultAppPool/AppData/Local/Microsoft/Windows/UsrClass.dat": HIVE,
    }
    assert [name for name, _ in names(files)] == [
        "HKLM\\SYSTEM",
        "HKLM\\SOFTWARE",
        "HKU\\.DEFAULT",
        "HKU\\NetworkService",
        "HKU\\DefaultAppPool",
        "HKU\\DefaultAppPool_Classes",
        "HKU\\systemprofile",
    ]


def test_the_path_of_a_key() -> None:
    files = {f"C/{CONFIG}/SYSTEM": build_hive({"Select": {"Current": 1}, "ControlSet001": {"Services": {"X": {}}}})}
    (hive,) = found(MemorySource(files))
    key = hive.registry.find("CurrentControlSet\\Services\\X")
    assert key is not None
    assert hive.key_path(key) == "HKLM\\SYSTEM\\CurrentControlSet\\Services\\X"
    assert hive.key_path(hive.registry.root) == "HKLM\\SYSTEM"
    assert (hive.kind, hive.account, hive.path) == (HiveKind.SYSTEM, "", f"C:\\{CONFIG}\\SYSTEM".replace("/", "\\"))


def test_several_systems_on_several_volumes() -> None:
    files = {f"{letter}/{CONFIG}/SYSTEM": HIVE for letter in "CD"}
    assert [path[0] for _, path in names(files)] == ["C", "D"]


@pytest.mark.parametrize("top", ["", "evidence/", "a/b/c/"])
def test_hives_without_their_folders_are_found_by_name(top: str) -> None:
    files = {
        f"{top}SYSTEM": HIVE,
        f"{top}EXCH01_SOFTWARE.hive": HIVE,
        f"{top}users/anna/NTUSER.DAT": HIVE,
        f"{top}SYSTEM.txt": b"x",
        f"{top}x/SYSTEM": b"no hive",
    }
    assert [name for name, _ in names(files)] == ["HKLM\\SOFTWARE", "HKLM\\SYSTEM", "HKU\\anna"]


def test_a_hive_that_can_not_be_opened_is_one_gap_and_the_others_are_read() -> None:
    gaps: list[Gap] = []
    files = {f"C/{CONFIG}/SYSTEM": b"regf" * 300, f"C/{CONFIG}/SOFTWARE": HIVE}
    assert [name for name, _ in names(files, gaps)] == ["HKLM\\SOFTWARE"]
    assert [(gap.code, gap.matters) for gap in gaps] == [("broken-registry", True)]
    assert "services, drivers, port proxies and print monitors were not examined" in gaps[0].reason


def test_a_dirty_hive_is_a_gap_and_its_logs_close_it() -> None:
    gaps: list[Gap] = []
    hive, first, second = dirty(HIVE, build_hive({"Software": {"Run": {"x": "z"}}, "New": {}}))
    files = {f"C/{CONFIG}/SYSTEM": hive}
    names(files, gaps)
    assert [(gap.code, gap.matters) for gap in gaps] == [("dirty-hive", True)]
    assert "LOG1 and LOG2) were not collected" in gaps[0].reason
    gaps = []
    source = MemorySource(files | {f"C/{CONFIG}/SYSTEM.LOG1": first, f"C/{CONFIG}/system.log2": second})
    volumes, _ = find_volumes(source)
    paths = HostPaths(source, volumes)
    assert [each.registry.find("New") is not None for each in iter_hives(paths, gaps)] == [True]
    assert gaps == []
    assert sorted(path.rpartition("/")[2] for path in paths.lookup.hives) == ["SYSTEM", "SYSTEM.LOG1", "system.log2"]


def test_damage_is_a_gap_after_the_use_of_a_hive() -> None:
    gaps: list[Gap] = []
    damaged = HIVE.replace(b"vk", b"??")
    source = MemorySource({f"C/{CONFIG}/SOFTWARE": damaged})
    volumes, _ = find_volumes(source)
    for hive in iter_hives(HostPaths(source, volumes), gaps):
        key = hive.registry.find("Software\\Run")
        assert key is not None
        assert list(hive.registry.iter_values(key)) == []
        gaps.append(unread_gap(hive, UnreadableError("too many cells")))
    assert [gap.code for gap in gaps] == ["broken-registry", "broken-registry"]
    assert "a value of the registry is damaged" in gaps[1].reason


def test_the_number_of_accounts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_hives, "_MOST_ACCOUNTS", 2)
    gaps: list[Gap] = []
    files = {f"C/Users/u{number}/NTUSER.DAT": HIVE for number in range(5)} | {f"C/{CONFIG}/SYSTEM": HIVE}
    assert len(names(files, gaps)) == 3
    assert [(gap.code, "2 more hives" in gap.reason) for gap in gaps] == [("hive-not-read", True)]


def test_on_a_running_system_the_registry_itself_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles: HiveTree = {
        "S-1-5-20": {"ProfileImagePath": "C:\\Windows\\ServiceProfiles\\NetworkService"},
        "S-1-5-82-1": {"ProfileImagePath": "C:\\Users\\DefaultAppPool"},
    }
    software: HiveTree = {"Microsoft": {"Windows NT": {"CurrentVersion": {"ProfileList": profiles}}}}
    loaded: HiveTree = {".DEFAULT": {}, "S-1-5-20": {"Software": {}}, "S-1-5-20_Classes": {}}
    keys = live_tree("SYSTEM", {"CurrentControlSet": {}}) | live_tree("SOFTWARE", software) | live_tree("HKU", loaded)
    monkeypatch.setitem(sys.modules, "winreg", FakeWinreg(keys))
    files = {
        f"{CONFIG}/SYSTEM": HIVE,
        "Windows/ServiceProfiles/NetworkService/NTUSER.DAT": HIVE,
        "Users/DefaultAppPool/NTUSER.DAT": HIVE,
    }
    source = MemorySource(files, location="C:\\")
    source.live = True
    assert [(each.name, each.account, bool(each.path)) for each in found(source)] == [
        ("HKLM\\SYSTEM", "", False),
        ("HKLM\\SOFTWARE", "", False),
        ("HKU\\.DEFAULT", "", False),
        ("HKU\\S-1-5-20", "NetworkService", False),
        ("HKU\\S-1-5-20_Classes", "NetworkService", False),
        ("HKU\\DefaultAppPool", "DefaultAppPool", True),
    ]
    assert found(source, live_module="no_such_winreg") == []
